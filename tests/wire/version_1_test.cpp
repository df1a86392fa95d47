// Frames of wire version 1.0, which every later build of major version 1 has to read and write.
#include "runtime/base/codec.hpp"
#include "tests/wire/examples.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace quorate::wire {
namespace {

std::string hexadecimal(std::string_view bytes) {
  constexpr auto digits = "0123456789abcdef";
  std::string out;
  for (const auto c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string bytes_of(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return out;
}

std::map<std::string, std::string> golden() {
  std::ifstream from{QUORATE_WIRE_TESTS "/version_1.txt"};
  EXPECT_TRUE(from) << "version_1.txt isn't there";
  std::map<std::string, std::string> out;
  std::string name;
  std::string digits;
  while (from >> name >> digits)
    EXPECT_TRUE(out.emplace(name, digits).second) << name << " is there twice";
  return out;
}

TEST(version_1, is_written_as_it_was) {
  std::map<std::string, std::string> written;
  std::string now;
  for (const auto& [name, x] : examples()) {
    written[name] = hexadecimal(frame_of(x));
    now += name + ' ' + written[name] + '\n';
  }
  EXPECT_EQ(written, golden())
    << "Nodes of the builds before wouldn't understand that. If kinds were added, with a new minor "
       "version, add their lines. As it is written now:\n"
    << now;
}

TEST(version_1, means_what_it_meant) {
  const auto lines = golden();
  for (const auto& [name, x] : examples()) {
    const auto line = lines.find(name);
    ASSERT_NE(line, lines.end()) << name;
    const auto bytes = bytes_of(line->second);
    std::string_view left{bytes};
    frame_reader reader{limits::frame_payload_bytes_max};
    const auto whole = reader.feed(left);
    ASSERT_TRUE(whole && *whole && left.empty()) << name;
    const auto got = read(**whole);
    ASSERT_TRUE(got) << name << ": " << to_string(got.error());
    EXPECT_EQ(text_of(*got), text_of(x)) << name;
  }
}

/// The rows of the table in docs/wire.md that begin with a number and a name in code.
std::map<int, std::string> described() {
  std::ifstream from{QUORATE_WIRE_TESTS "/../../docs/wire.md"};
  EXPECT_TRUE(from) << "docs/wire.md isn't there";
  std::map<int, std::string> out;
  static const std::regex row{R"(\| (\d+) \| `(\w+)` \|.*)"};
  for (std::string line; std::getline(from, line);) {
    std::smatch match;
    if (std::regex_match(line, match, row))
      out[std::stoi(match[1])] = match[2];
  }
  return out;
}

TEST(version_1, is_described) {
  std::map<int, std::string> kinds;
  for (int number = 0; number < 256; ++number)
    if (const auto name = to_string(static_cast<kind>(number)); !name.empty())
      kinds[number] = name;
  EXPECT_EQ(described(), kinds);
}

} // namespace
} // namespace quorate::wire
