#include "tests/scenarios/script.hpp"

#include <cstddef>
#include <sstream>
#include <utility>

namespace quorate::raft::scenarios {

namespace {

constexpr const char* separator = "----";

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

bool is_comment(const std::string& line) {
  return !line.empty() && line.front() == '#';
}

argument parse_argument(const std::string& word) {
  auto equals = word.find('=');
  if (equals == std::string::npos)
    return {{}, word};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

class parser {
public:
  parser(const std::string& file, std::string_view text) : in_(std::string{text}) {
    result_.file = file;
  }

  script run() {
    std::string line;
    while (next(line)) {
      if (line == separator)
        end_commands();
      else if (is_blank(line))
        blank(line);
      else if (is_comment(line))
        current_.text += line + '\n';
      else
        add_command(line);
    }
    if (!current_.commands.empty())
      fail(current_.line, "commands without an outcome: no ---- follows");
    result_.tail = std::move(current_.text);
    return std::move(result_);
  }

private:
  [[noreturn]] void fail(int line, const std::string& why) const {
    throw malformed{result_.file, line, why};
  }

  bool next(std::string& line) {
    ++line_;
    return static_cast<bool>(std::getline(in_, line));
  }

  void blank(const std::string& line) {
    if (!current_.commands.empty())
      fail(line_, "commands without an outcome: a blank line before ----");
    current_.text += line + '\n';
  }

  void add_command(const std::string& line) {
    command one;
    one.line = line_;
    std::istringstream words{line};
    words >> one.name;
    if (one.name == "quietly") {
      one.quiet = true;
      one.name.clear();
      if (!(words >> one.name))
        fail(line_, "quietly what?");
    }
    std::string word;
    while (words >> word) {
      one.arguments.push_back(parse_argument(word));
      if (word.front() == '=' || word.back() == '=')
        fail(line_, "an argument is a word or key=value, not " + word);
    }
    if (current_.commands.empty())
      current_.line = line_;
    current_.commands.push_back(std::move(one));
    current_.text += line + '\n';
  }

  void end_commands() {
    if (current_.commands.empty())
      fail(line_, "---- without a command before it");
    current_.text += std::string{separator} + '\n';
    std::string line;
    while (next(line) && !is_blank(line)) {
      if (line == separator)
        fail(line_, "---- within an outcome: a blank line ends the one before");
      current_.expected.push_back(line);
    }
    result_.blocks.push_back(std::exchange(current_, {}));
    if (in_) // The blank line that ended the outcome.
      current_.text = "\n";
  }

  std::istringstream in_;
  int line_ = 0;
  script result_;
  block current_;
};

} // namespace

script parse(const std::string& file, std::string_view text) {
  return parser{file, text}.run();
}

std::string render(const script& from, const std::vector<outcome>& outcomes) {
  std::string text;
  for (std::size_t i = 0; i < from.blocks.size(); ++i) {
    text += from.blocks[i].text;
    for (const auto& line : outcomes[i])
      text += line + '\n';
  }
  return text + from.tail;
}

} // namespace quorate::raft::scenarios
