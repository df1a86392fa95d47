#include "tests/repository/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

namespace quorate::repository {

namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool is_header(std::string_view path) {
  return ends_with(path, ".hpp");
}

/// Up to the first slash: `runtime` of `runtime/raft/core.hpp`.
std::string first_folder(std::string_view path) {
  return std::string{path.substr(0, std::min(path.find('/'), path.size()))};
}

/// `raft` of `runtime/raft/core.hpp`.
std::string second_folder(std::string_view path) {
  auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string{} : first_folder(path.substr(slash + 1));
}

template <class F>
void for_each_line(std::string_view text, F f) {
  std::istringstream in{std::string{text}};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number)
    f(line, number);
}

// -- includes

using names = std::set<std::string>;

const names our_rooms{"quorate", "messages", "runtime",  "actors", "service",
                      "apps",    "bench",    "examples", "tests"};

/// Which of our rooms a room's files may include.
const std::map<std::string, names> rooms_seen_by{
  {"include", {"quorate"}},
  {"messages", {"quorate", "messages"}},
  {"runtime", {"quorate", "messages", "runtime"}},
  {"actors", {"quorate", "messages", "runtime", "actors"}},
  {"service", {"quorate", "service"}},
  {"apps", {"quorate", "messages", "runtime", "actors", "service", "apps"}},
  {"bench", {"quorate", "messages", "runtime", "actors", "bench"}},
  {"examples", {"quorate", "service", "examples"}},
  {"tests", {"quorate", "messages", "runtime", "actors", "service", "tests"}},
};

/// Within runtime/, beside itself. Siblings on one level don't know each other.
const std::map<std::string, names> runtime_rooms_seen_by{
  {"base", {}},
  {"options", {"base"}},
  {"raft", {"base"}},
  {"membership", {"base"}},
  {"kv", {"base"}},
  {"storage", {"base"}},
  {"tls", {"base"}},
  {"wire", {"base", "tls"}},
  {"machine", {"base", "kv", "membership", "storage"}},
  {"recover", {"base", "kv", "membership", "storage", "machine"}},
  {"client", {"base", "kv"}},
  {"driver", {"base", "raft", "membership", "kv", "storage", "wire", "machine"}},
};

const names thread_headers{"thread", "mutex", "shared_mutex", "condition_variable", "future"};

/// Iterating over these differs from one standard library to the next, and then replicas differ.
const names unordered_headers{"unordered_map", "unordered_set"};
const names ordered_rooms{"raft", "membership", "client", "driver"};

bool is_standard(std::string_view header) {
  return header.find_first_of("./") == std::string_view::npos;
}

bool may_include_caf(const std::string& path) {
  auto room = first_folder(path);
  // An example may show a service that has an actor system of its own; hops measures CAF alone.
  return room == "actors" || room == "tests" || room == "examples" || path == "bench/hops.cpp"
         || path == "include/quorate/caf.hpp" || path == "messages/type_ids.hpp";
}

/// Others' libraries, CAF apart.
bool may_include_library(const std::string& path, std::string_view header) {
  auto room = first_folder(path);
  if (room == "runtime")
    return (header == "xxhash.h" && path == "runtime/base/hash.hpp")
           || (starts_with(header, "rocksdb/")
               && starts_with(path, "runtime/storage/rocksdb_engine."))
           || (starts_with(header, "openssl/") && starts_with(path, "runtime/tls/"));
  if (starts_with(path, "include/quorate/testing/"))
    return starts_with(header, "gtest/");
  // Embedders include the others, and needn't have what is behind them.
  if (room == "service" && is_header(path))
    return path == "service/json.hpp";
  // Header only, for those who link Boost themselves.
  if (path == "include/quorate/node_options_description.hpp")
    return header == "boost/program_options.hpp";
  return room != "include" && room != "messages";
}

std::optional<std::string> wrong_room(const std::string& path, const std::string& header) {
  auto from = first_folder(path);
  auto to = first_folder(header);
  // The pure parts of the command and of the load programs have tests of their own; nobody else
  // knows them.
  if ((to == "apps" || to == "bench") && starts_with(path, "tests/" + to + "/"))
    return std::nullopt;
  if (rooms_seen_by.at(from).count(to) == 0)
    return from + "/ may not include " + to + "/";
  if (from != "runtime" || to != "runtime")
    return std::nullopt;
  auto room = second_folder(path);
  auto other = second_folder(header);
  auto known = runtime_rooms_seen_by.find(room);
  if (known == runtime_rooms_seen_by.end())
    return "runtime/" + room + " has no place in the order of rooms; give it one in rules.cpp";
  if (room != other && known->second.count(other) == 0)
    return "runtime/" + room + " may not include runtime/" + other;
  return std::nullopt;
}

std::optional<std::string> wrong_standard_header(const std::string& path,
                                                 const std::string& header) {
  if (first_folder(path) != "runtime")
    return std::nullopt;
  if (thread_headers.count(header) != 0)
    return "runtime/ has no threads, so no <" + header + ">";
  if (unordered_headers.count(header) != 0 && ordered_rooms.count(second_folder(path)) != 0)
    return "runtime/" + second_folder(path) + " iterates in a defined order, so no <" + header
           + ">";
  return std::nullopt;
}

/// Why the file at `path` may not include `header`, if it may not.
std::optional<std::string> wrong_include(const std::string& path, const std::string& header,
                                         bool quoted) {
  if (header.find("../") != std::string::npos)
    return "includes start at the project's root, not at " + header;
  if (our_rooms.count(first_folder(header)) != 0)
    return wrong_room(path, header);
  if (quoted)
    return "\"" + header + "\" names no room; includes start at the project's root";
  if (starts_with(header, "caf/"))
    return may_include_caf(path)
             ? std::nullopt
             : std::optional<std::string>{"CAF is not included here: " + header};
  if (is_standard(header))
    return wrong_standard_header(path, header);
  if (!may_include_library(path, header))
    return "only the standard library is included here, not " + header;
  return std::nullopt;
}

// -- Markdown

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first == std::string::npos ? std::string{}
                                    : line.substr(first, line.find_last_not_of(' ') + 1 - first);
}

std::string without_inline_code(const std::string& line) {
  static const std::regex code{"`[^`]*`"};
  return std::regex_replace(line, code, "");
}

bool is_relative(const std::string& link) {
  static const std::regex scheme{"^[a-z][a-z0-9+.-]*:.*"};
  return !link.empty() && link[0] != '#' && link[0] != '/' && !std::regex_match(link, scheme);
}

std::string link_target(const std::string& path, const std::string& link) {
  auto file = link.substr(0, link.find('#'));
  auto folder = std::filesystem::path{path}.parent_path();
  return (folder / file).lexically_normal().generic_string();
}

} // namespace

std::ostream& operator<<(std::ostream& out, const finding& x) {
  out << x.path;
  if (x.line > 0)
    out << ':' << x.line;
  return out << ": " << x.what;
}

std::string without_comments(std::string_view text) {
  enum class in { code, line_comment, block_comment, string, character };
  std::string out{text};
  auto state = in::code;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    char next = i + 1 < text.size() ? text[i + 1] : '\0';
    switch (state) {
    case in::code:
      if (c == '/' && (next == '/' || next == '*')) {
        state = next == '/' ? in::line_comment : in::block_comment;
        out[i] = out[i + 1] = ' ';
        ++i;
      } else if (c == '"') {
        state = in::string;
      } else if (c == '\'' && (i == 0 || std::isalnum(text[i - 1]) == 0)) {
        state = in::character; // Otherwise it separates digits.
      }
      break;
    case in::line_comment:
      if (c == '\n')
        state = in::code;
      else
        out[i] = ' ';
      break;
    case in::block_comment:
      if (c == '*' && next == '/') {
        state = in::code;
        out[i] = out[i + 1] = ' ';
        ++i;
      } else if (c != '\n') {
        out[i] = ' ';
      }
      break;
    case in::string:
    case in::character:
      if (c == '\\')
        ++i;
      else if (c == (state == in::string ? '"' : '\'') || c == '\n')
        state = in::code;
      break;
    }
  }
  return out;
}

findings check_includes(const std::string& path, std::string_view text) {
  if (rooms_seen_by.count(first_folder(path)) == 0)
    return {{path, 0, "C++ files live in the rooms only"}};
  static const std::regex include{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)"};
  findings result;
  for_each_line(without_comments(text), [&](const std::string& line, int number) {
    std::smatch match;
    if (!std::regex_match(line, match, include))
      return;
    if (auto why = wrong_include(path, match[2], match[1] == "\""))
      result.push_back({path, number, *why});
  });
  return result;
}

findings check_purity(const std::string& path, std::string_view text) {
  if (first_folder(path) != "runtime")
    return {};
  static const std::array<const char*, 5> impure{
    "system_clock", "steady_clock", "high_resolution_clock", "random_device", "this_thread"};
  findings result;
  for_each_line(without_comments(text), [&](const std::string& line, int number) {
    for (const char* word : impure)
      if (line.find(word) != std::string::npos)
        result.push_back({path, number, std::string{"runtime/ may not use "} + word});
  });
  return result;
}

findings check_one_layout(const std::string& path, std::string_view text) {
  // The mutants' switch is a function, constant outside checked builds.
  if (!is_header(path) || first_folder(path) == "tests" || path == "runtime/base/mutants.hpp")
    return {};
  findings result;
  for_each_line(without_comments(text), [&](const std::string& line, int number) {
    if (line.find("QUORATE_CHECKED") != std::string::npos)
      result.push_back({path, number, "a header may not depend on QUORATE_CHECKED"});
  });
  return result;
}

findings check_header(const std::string& path, std::string_view text) {
  if (!is_header(path))
    return {};
  bool found = false;
  for_each_line(without_comments(text), [&](const std::string& line, int) {
    found = found || starts_with(line, "#pragma once");
  });
  if (found)
    return {};
  return {{path, 0, "the header has no #pragma once"}};
}

findings check_local_paths(const std::string& path, std::string_view text) {
  static const std::regex local{R"((^|[^A-Za-z0-9_.}~-])/(home/[a-z]|Users/[A-Za-z]|root/|work/))"};
  findings result;
  for_each_line(text, [&](const std::string& line, int number) {
    if (std::regex_search(line, local))
      result.push_back({path, number, "a path of somebody's own machine"});
  });
  return result;
}

findings check_changelog(const std::string& path, std::string_view text) {
  bool found = false;
  for_each_line(text, [&](const std::string& line, int) {
    found = found || starts_with(line, "## [Unreleased]");
  });
  if (found)
    return {};
  return {{path, 0, "the heading '## [Unreleased]' is missing"}};
}

findings check_links(const std::string& path, std::string_view text,
                     const std::function<bool(const std::string&)>& exists) {
  static const std::regex link{R"(\]\(([^)\s]+)\))"};
  findings result;
  bool in_code = false;
  for_each_line(text, [&](const std::string& raw, int number) {
    if (starts_with(raw, "```"))
      in_code = !in_code;
    if (in_code)
      return;
    auto line = without_inline_code(raw);
    for (std::sregex_iterator i{line.begin(), line.end(), link}, end; i != end; ++i) {
      auto target = (*i)[1].str();
      if (is_relative(target) && !exists(link_target(path, target)))
        result.push_back({path, number, "the link leads nowhere: " + target});
    }
  });
  return result;
}

findings check_snippets(const std::string& path, std::string_view text, std::string_view code) {
  names known;
  for_each_line(code, [&](const std::string& line, int) { known.insert(trimmed(line)); });
  findings result;
  bool compared = false;
  for_each_line(text, [&](const std::string& raw, int number) {
    if (starts_with(raw, "```")) {
      compared = raw == "```cpp" || raw == "```cmake";
      return;
    }
    const auto line = trimmed(raw);
    if (compared && !line.empty() && known.count(line) == 0)
      result.push_back({path, number, "no example has this line: " + line});
  });
  return result;
}

} // namespace quorate::repository
