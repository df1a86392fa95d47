#include "apps/quorate/input.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace quorate::app {

namespace {

using nlohmann::json;

error at_line(std::size_t line, const std::string& what) {
  return make_error(errc::malformed, "line " + std::to_string(line) + ": " + what);
}

/// Takes the next line, without its end, off the front of the text.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A key of a megabyte would make the sentence unreadable.
std::string shortened(const std::string& key) {
  return key.size() <= 40 ? key : key.substr(0, 40) + "...";
}

std::optional<error> over_limit(const std::string& key, const std::string& value,
                                std::size_t line) {
  const auto where = "line " + std::to_string(line) + ": ";
  if (key.empty())
    return make_error(errc::key_empty, where + "the key is empty; it has at least one byte.");
  if (key.size() > key_bytes_max)
    return make_error(errc::key_too_large, where + "the key '" + shortened(key) + "' has "
                                             + std::to_string(key.size()) + " bytes; the limit is "
                                             + std::to_string(key_bytes_max) + '.');
  if (value.size() > value_bytes_max)
    return make_error(errc::value_too_large, where + "the value of '" + shortened(key) + "' has "
                                               + std::to_string(value.size())
                                               + " bytes; the limit is "
                                               + std::to_string(value_bytes_max) + '.');
  return std::nullopt;
}

// -- packages

struct package {
  std::size_t line = 0; ///< Where its paragraph begins; 0: no paragraph has begun.
  std::string name;
  std::string version = "-";
  std::string architecture = "-";
  std::string status = "-";
};

void take_field(package& into, std::string_view field, std::string_view value) {
  if (value.empty())
    return;
  if (field == "Package")
    into.name = value;
  else if (field == "Version")
    into.version = value;
  else if (field == "Architecture")
    into.architecture = value;
  else if (field == "Status")
    into.status = value;
}

result<void> finish(package& current, std::vector<package>& all) {
  if (current.line == 0)
    return {};
  if (current.name.empty())
    return at_line(current.line, "the paragraph that begins here has no field 'Package'.");
  all.push_back(std::move(current));
  current = package{};
  return {};
}

result<std::vector<package>> read_packages(std::string_view text) {
  std::vector<package> all;
  package current;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = next_line(text);
    if (trimmed(line).empty()) {
      if (auto done = finish(current, all); !done)
        return done.error();
      continue;
    }
    const bool continued = line.front() == ' ' || line.front() == '\t';
    if (continued && current.line == 0)
      return at_line(number, "a paragraph begins with a field, not with an indented line.");
    if (current.line == 0)
      current.line = number;
    if (continued)
      continue; // The rest of a field that holds none of the four things.
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)
      return at_line(number, "neither 'Field: value' nor an indented continuation.");
    take_field(current, line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  if (auto done = finish(current, all); !done)
    return done.error();
  return all;
}

// -- JSON lines

result<std::pair<std::string, std::string>> read_object(std::string_view line, std::size_t number) {
  const auto object = json::parse(line.begin(), line.end(), nullptr, false);
  if (object.is_discarded())
    return at_line(number, "this is no JSON.");
  if (!object.is_object())
    return at_line(number, "this is no object; expected {\"key\": \"...\", \"value\": ...}.");
  // What would be left out is refused instead: nobody would miss it until it is needed.
  for (const auto& member : object.items())
    if (member.key() != "key" && member.key() != "value")
      return at_line(number, "unknown member '" + shortened(member.key())
                               + "'; expected 'key' and 'value' only.");
  if (!object.contains("key") || !object["key"].is_string())
    return at_line(number, "'key' is missing, or is no string.");
  if (!object.contains("value"))
    return at_line(number, "'value' is missing.");
  const auto& value = object["value"];
  return std::pair{object["key"].get<std::string>(),
                   value.is_string() ? value.get<std::string>() : value.dump()};
}

} // namespace

result<entries> parse_packages(std::string_view text) {
  auto all = read_packages(text);
  if (!all)
    return all.error();
  std::map<std::string, std::set<std::string>> architectures;
  for (const auto& one : *all)
    architectures[one.name].insert(one.architecture);
  entries found;
  for (const auto& one : *all) {
    const bool shared = architectures[one.name].size() > 1;
    auto key = shared ? one.name + ':' + one.architecture : one.name;
    auto value = one.version + ' ' + one.architecture + ' ' + one.status;
    if (auto wrong = over_limit(key, value, one.line))
      return *wrong;
    found.insert_or_assign(std::move(key), std::move(value));
  }
  return found;
}

result<entries> parse_json_lines(std::string_view text) {
  entries found;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = next_line(text);
    if (trimmed(line).empty())
      continue;
    auto one = read_object(line, number);
    if (!one)
      return one.error();
    if (auto wrong = over_limit(one->first, one->second, number))
      return *wrong;
    found.insert_or_assign(std::move(one->first), std::move(one->second));
  }
  return found;
}

result<entries> parse_input(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return make_error(errc::malformed, "there is nothing in it to load.");
  return text[first] == '{' ? parse_json_lines(text) : parse_packages(text);
}

result<entries> read_input(const std::string& path) {
  auto wrong = [&path](const std::string& why) {
    return make_error(errc::invalid_argument, path + ": " + why);
  };
  std::error_code failed;
  const auto kind = std::filesystem::status(path, failed);
  if (kind.type() == std::filesystem::file_type::not_found)
    return wrong("there is no such file.");
  if (failed)
    return wrong(failed.message() + '.');
  // It is read once more at the end, so a pipe won't do.
  if (!std::filesystem::is_regular_file(kind))
    return wrong("this is no regular file.");
  const auto size = std::filesystem::file_size(path, failed);
  if (!failed && size > input_bytes_max)
    return wrong("this has " + std::to_string(size >> 20) + " MiB; the limit is "
                 + std::to_string(input_bytes_max >> 20) + " MiB.");
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return wrong(std::string{"it can't be read: "} + std::strerror(errno) + '.');
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (in.bad())
    return wrong("reading it failed.");
  auto found = parse_input(text);
  if (!found)
    return make_error(found.error().code, path + ": " + found.error().message);
  return found;
}

} // namespace quorate::app
