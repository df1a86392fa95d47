#include "tests/repository/catalogue.hpp"

#include <cctype>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace quorate::repository {

namespace {

/// How many bugs each section of the catalogue has.
const std::map<char, int> section_sizes{{'E', 16}, {'R', 18}, {'C', 15}, {'N', 11},
                                        {'D', 8},  {'P', 9},  {'S', 6},  {'J', 11}};

const std::set<std::string> test_macros{"TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

/// Reads C++ from one place on.
class reader {
public:
  reader(std::string_view text, std::size_t at) : text_(text), at_(at) {
    // nop
  }

  void spaces() {
    while (at_ < text_.size() && is_space(text_[at_]))
      ++at_;
  }
  std::string word() {
    spaces();
    auto begin = at_;
    while (at_ < text_.size() && is_word(text_[at_]))
      ++at_;
    return std::string{text_.substr(begin, at_ - begin)};
  }
  bool take(char c) {
    spaces();
    if (at_ >= text_.size() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }
  /// Up to one of these, which is taken too. Zero: the end.
  char skip_to(std::string_view any) {
    auto found = text_.find_first_of(any, at_);
    at_ = found == std::string_view::npos ? text_.size() : found + 1;
    return found == std::string_view::npos ? '\0' : text_[found];
  }

private:
  std::string_view text_;
  std::size_t at_;
};

/// The cells of a row of a Markdown table, or none.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (line.empty() || line.front() != '|')
    return cells;
  std::istringstream in{line.substr(1)};
  for (std::string cell; std::getline(in, cell, '|');) {
    auto begin = cell.find_first_not_of(' ');
    auto end = cell.find_last_not_of(' ');
    cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
  }
  return cells;
}

bool is_tag(const std::string& cell) {
  if (cell.size() < 2 || section_sizes.count(cell[0]) == 0)
    return false;
  for (std::size_t i = 1; i < cell.size(); ++i)
    if (std::isdigit(static_cast<unsigned char>(cell[i])) == 0)
      return false;
  return true;
}

/// What stands between backquotes.
std::vector<std::string> code_in(const std::string& cell) {
  std::vector<std::string> all;
  for (auto begin = cell.find('`'); begin != std::string::npos;) {
    auto end = cell.find('`', begin + 1);
    if (end == std::string::npos)
      break;
    all.push_back(cell.substr(begin + 1, end - begin - 1));
    begin = cell.find('`', end + 1);
  }
  return all;
}

bool looks_like_a_test(const std::string& code) {
  auto dot = code.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == code.size())
    return false;
  for (std::size_t i = 0; i < code.size(); ++i)
    if (i != dot && !is_word(code[i]))
      return false;
  return true;
}

/// Why `code` isn't what it says it is, if it isn't.
std::optional<std::string> unknown(const std::string& code, const known_names& known) {
  auto missing = [&code](const std::string& prefix, const std::set<std::string>& names) {
    return code.rfind(prefix, 0) == 0 && names.count(code.substr(prefix.size())) == 0;
  };
  if (missing("mutant::", known.mutants))
    return "no such planted bug: " + code;
  if (missing("situation::", known.situations))
    return "no such situation of the simulator: " + code;
  if (looks_like_a_test(code) && known.tests.count(code) == 0)
    return "no such test: " + code;
  return std::nullopt;
}

bool gives_a_reason(const std::string& cell) {
  return cell.find("Can't happen here") != std::string::npos
         || cell.find("to come with") != std::string::npos;
}

/// What a row says of itself in its first cell, and which tests it names in its last.
void check_names(const std::string& path, int line, const std::vector<std::string>& cells,
                 const known_names& known, findings& result) {
  const auto& tag = cells.front();
  bool tested = false;
  for (const auto& code : code_in(cells.back())) {
    tested |= looks_like_a_test(code);
    if (auto why = unknown(code, known))
      result.push_back({path, line, tag + ": " + *why});
  }
  if (!tested && !gives_a_reason(cells.back()))
    result.push_back({path, line, tag + " names no test and gives no reason"});
}

void check_row(const std::string& path, int line, const std::vector<std::string>& cells,
               const known_names& known, findings& result) {
  if (cells.size() != 4) {
    result.push_back(
      {path, line, cells.front() + " has " + std::to_string(cells.size()) + " columns"});
    return;
  }
  check_names(path, line, cells, known, result);
}

bool is_rule(const std::string& cell) {
  return cell.find_first_not_of("-:") == std::string::npos;
}

} // namespace

void collect_tests(std::string_view text, std::set<std::string>& into) {
  auto code = without_comments(text);
  for (auto at = code.find("TEST"); at != std::string::npos; at = code.find("TEST", at + 1)) {
    auto begin = at;
    while (begin > 0 && is_word(code[begin - 1]))
      --begin;
    reader in{code, begin};
    if (test_macros.count(in.word()) == 0 || !in.take('('))
      continue;
    auto suite = in.word();
    if (!suite.empty() && in.take(','))
      into.insert(suite + '.' + in.word());
  }
}

std::set<std::string> enumerators_of(std::string_view text, const std::string& name) {
  std::set<std::string> all;
  auto code = without_comments(text);
  auto at = code.find("enum class " + name);
  if (at == std::string::npos)
    return all;
  reader in{code, at};
  in.skip_to("{");
  do {
    if (auto word = in.word(); !word.empty())
      all.insert(word);
  } while (in.skip_to(",}") == ',');
  return all;
}

findings check_catalogue(const std::string& path, std::string_view text, const known_names& known) {
  findings result;
  std::map<std::string, int> rows;
  std::istringstream in{std::string{text}};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    auto cells = cells_of(line);
    if (cells.empty() || !is_tag(cells.front()))
      continue;
    if (std::stoi(cells.front().substr(1)) > section_sizes.at(cells.front()[0]))
      result.push_back({path, number, cells.front() + " isn't of the catalogue"});
    if (++rows[cells.front()] > 1)
      result.push_back({path, number, cells.front() + " has a row already"});
    check_row(path, number, cells, known, result);
  }
  for (const auto& [section, size] : section_sizes)
    for (int i = 1; i <= size; ++i)
      if (auto tag = section + std::to_string(i); rows.count(tag) == 0)
        result.push_back({path, 0, tag + " has no row"});
  return result;
}

findings check_table(const std::string& path, std::string_view text, const std::string& heading,
                     std::size_t rows, const known_names& known) {
  findings result;
  std::istringstream in{std::string{text}};
  std::string line;
  bool inside = false;
  bool below_rule = false;
  std::size_t found = 0;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.rfind("## ", 0) == 0)
      inside = line == "## " + heading;
    auto cells = cells_of(line);
    if (!inside || cells.empty()) {
      below_rule = false;
      continue;
    }
    if (is_rule(cells.front()))
      below_rule = true;
    else if (below_rule) {
      ++found;
      check_names(path, number, cells, known, result);
    }
  }
  if (found < rows)
    result.push_back(
      {path, 0, heading + " has " + std::to_string(found) + " rows, not " + std::to_string(rows)});
  return result;
}

} // namespace quorate::repository
