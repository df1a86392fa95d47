#include "tests/scenarios/arguments.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft::scenarios {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  if (text == "none")
    return parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    auto end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

arguments::arguments(std::string file, const command& from) : file_(std::move(file)), from_(from) {
  // nop
}

void arguments::fail(const std::string& why) const {
  throw malformed{file_, from_.line, from_.name + ": " + why};
}

// -- words ----------------------------------------------------------------------------------------

bool arguments::has_word() const {
  const auto& all = from_.arguments;
  return std::any_of(all.begin(), all.end(), [](const argument& x) { return x.key.empty(); });
}

std::string arguments::word(const std::string& what) {
  auto& all = from_.arguments;
  auto found = std::find_if(all.begin(), all.end(),
                            [](const argument& x) { return x.key.empty(); });
  if (found == all.end())
    fail("which " + what + '?');
  auto text = found->value;
  all.erase(found);
  return text;
}

std::uint64_t arguments::number(const std::string& what) {
  return to_number(word(what));
}

std::vector<unsigned> arguments::ids(const std::string& what) {
  std::vector<unsigned> all;
  for (const auto& part : split(word(what)))
    all.push_back(static_cast<unsigned>(to_number(part)));
  return all;
}

unsigned arguments::id(const std::string& what) {
  return static_cast<unsigned>(number(what));
}

bool arguments::flag(const std::string& name) {
  auto& all = from_.arguments;
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const argument& x) { return x.key.empty() && x.value == name; });
  if (found == all.end())
    return false;
  all.erase(found);
  return true;
}

// -- key=value ------------------------------------------------------------------------------------

bool arguments::has(const std::string& key) const {
  const auto& all = from_.arguments;
  return std::any_of(all.begin(), all.end(), [&](const argument& x) { return x.key == key; });
}

std::optional<std::string> arguments::text(const std::string& key) {
  auto& all = from_.arguments;
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const argument& x) { return x.key == key; });
  if (found == all.end())
    return std::nullopt;
  auto text = found->value;
  all.erase(found);
  return text;
}

std::optional<std::uint64_t> arguments::value(const std::string& key) {
  auto given = text(key);
  if (!given)
    return std::nullopt;
  return to_number(*given);
}

std::uint64_t arguments::value(const std::string& key, std::uint64_t otherwise) {
  return value(key).value_or(otherwise);
}

std::optional<std::vector<std::uint64_t>> arguments::values(const std::string& key) {
  if (!has(key))
    return std::nullopt;
  std::vector<std::uint64_t> all;
  for (const auto& part : list(key))
    all.push_back(to_number(part));
  return all;
}

std::vector<std::string> arguments::list(const std::string& key) {
  return split(text(key).value_or("none"));
}

std::optional<log_position> arguments::position(const std::string& key) {
  auto given = text(key);
  if (!given)
    return std::nullopt;
  return to_position(*given);
}

// -- parts ----------------------------------------------------------------------------------------

std::uint64_t arguments::to_number(const std::string& text) const {
  constexpr std::size_t digits_max = 18;
  if (text.empty() || text.size() > digits_max
      || text.find_first_not_of("0123456789") != std::string::npos)
    fail('\'' + text + "' is no number");
  return std::stoull(text);
}

log_position arguments::to_position(const std::string& text) const {
  auto at = text.find('@');
  if (at == std::string::npos)
    fail('\'' + text + "' is no position: index@term");
  return {log_index{to_number(text.substr(0, at))}, term{to_number(text.substr(at + 1))}};
}

void arguments::done() const {
  if (from_.arguments.empty())
    return;
  const auto& left = from_.arguments.front();
  fail("what does '" + (left.key.empty() ? "" : left.key + '=') + left.value + "' mean here?");
}

} // namespace quorate::raft::scenarios
