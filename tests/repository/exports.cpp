// Whether the public headers mark what a shared library has to show.
#include "tests/repository/rules.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <regex>

namespace quorate::repository {

namespace {

bool has_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex{"\\b" + word + "\\b"});
}

/// Without what stands between < and >, where the types of functions are.
std::string without_templates(const std::string& text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    depth += c == '<' ? 1 : 0;
    if (depth == 0)
      out += c;
    depth -= c == '>' && depth > 0 ? 1 : 0;
  }
  return out;
}

/// What a header says is defined in a source file.
bool is_function_of_a_source(const std::string& statement) {
  if (statement.rfind("extern template ", 0) == 0)
    return true; // All functions of an instance.
  if (std::regex_search(statement, std::regex{R"(^(friend|using|template|static_assert)\b)"})
      || std::regex_search(statement, std::regex{R"(=\s*(default|delete|0)$)"}))
    return false;
  auto text = without_templates(statement);
  if (const auto at = text.find("operator="); at != std::string::npos)
    text.replace(at, 9, "assignment");
  const auto call = text.find('(');
  return call != std::string::npos && text.find('=') > call && !has_word(text, "constexpr")
         && !has_word(text, "inline");
}

/// Reads a header's declarations, of namespaces and classes only.
class declarations {
public:
  explicit declarations(std::string_view text) {
    for (const char c : text)
      take(c);
  }

  struct unmarked {
    int line;
    std::string statement;
  };
  std::vector<unmarked> found;

private:
  struct scope {
    bool skipped; ///< A function, an initializer, the names of an enum.
    bool marked;  ///< Or a template, which is compiled by whoever uses it.
  };

  void take(char c) {
    line_ += c == '\n' ? 1 : 0;
    if (c == '{')
      return open();
    if (c == '}')
      return close();
    if (!scopes_.empty() && scopes_.back().skipped)
      return;
    if (c == ';')
      return end();
    if (c == ':' && (statement_ == "public" || statement_ == "private"))
      return statement_.clear();
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      begin_ = statement_.empty() ? line_ : begin_;
      statement_ += c;
    } else if (!statement_.empty() && statement_.back() != ' ') {
      statement_ += ' ';
    }
  }

  void open() {
    const bool within = !scopes_.empty() && scopes_.back().skipped;
    const auto words = without_templates(statement_);
    const bool is_type = (has_word(words, "class") || has_word(words, "struct"))
                         && !has_word(words, "enum") && words.find('(') == std::string::npos
                         && words.find('=') == std::string::npos;
    const bool is_namespace = statement_.rfind("namespace", 0) == 0;
    scopes_.push_back({within || (!is_type && !is_namespace),
                       has_word(statement_, "QUORATE_EXPORT") || has_word(statement_, "template")});
    if (!within && (is_type || is_namespace || words.find('(') != std::string::npos))
      statement_.clear(); // Otherwise an initializer, behind which the statement goes on.
  }

  void close() {
    const bool was_skipped = !scopes_.empty() && scopes_.back().skipped;
    if (!scopes_.empty())
      scopes_.pop_back();
    if (!was_skipped)
      statement_.clear();
  }

  void end() {
    const bool marked = has_word(statement_, "QUORATE_EXPORT")
                        || (!scopes_.empty() && scopes_.back().marked);
    if (!marked && is_function_of_a_source(statement_))
      found.push_back({begin_, statement_});
    statement_.clear();
  }

  std::vector<scope> scopes_;
  std::string statement_;
  int line_ = 1;
  int begin_ = 1;
};

/// Lines of the preprocessor blanked out.
std::string without_directives(std::string text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find('\n', i), text.size());
    if (text[i] == '#')
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(i),
                text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    i = end + 1;
  }
  return text;
}

} // namespace

findings check_exports(const std::string& path, std::string_view text) {
  if (path.rfind("include/quorate/", 0) != 0 || path.rfind("include/quorate/testing/", 0) == 0)
    return {}; // What is for tests is compiled with them.
  findings result;
  for (const auto& x : declarations{without_directives(without_comments(text))}.found)
    result.push_back({path, x.line, "isn't marked QUORATE_EXPORT: " + x.statement});
  return result;
}

} // namespace quorate::repository
