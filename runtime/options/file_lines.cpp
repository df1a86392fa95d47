#include "runtime/options/file_lines.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/options/values.hpp"

#include <fstream>

namespace quorate::options {

namespace {

error refusal(std::string why) {
  return make_error(errc::invalid_argument, std::move(why));
}

/// A `#` within a value belongs to it, because a path or a name may have one.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
      return line.substr(0, i);
  return line;
}

bool is_in_quotes(std::string_view value) {
  return value.size() >= 2 && (value.front() == '"' || value.front() == '\'')
         && value.back() == value.front();
}

result<file_line> parse_line(std::string_view line, std::size_t number) {
  if (line.front() == '[')
    return refusal("a section; options stand in none, each in a line name = value.");
  const auto sign = line.find('=');
  if (sign == std::string_view::npos)
    return refusal(in_quotes(line) + " has no '='; an option is written name = value.");
  const auto name = trimmed(line.substr(0, sign));
  const auto value = trimmed(line.substr(sign + 1));
  if (name.empty())
    return refusal(in_quotes(line) + " has no name before its '='.");
  if (is_in_quotes(value))
    return refusal(std::string{in_quotes(name)}
                   + " has a value in quotes, which would belong to it; "
                     "values stand without them.");
  return file_line{name, value, number};
}

} // namespace

file_lines::file_lines(std::string_view text) : left_(text) {
  constexpr std::string_view mark{"\xEF\xBB\xBF"};
  if (left_.substr(0, mark.size()) == mark)
    left_.remove_prefix(mark.size());
}

result<std::optional<file_line>> file_lines::next() {
  while (!left_.empty()) {
    const auto end = left_.find('\n');
    auto line = left_.substr(0, end);
    left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
    ++number_;
    if (line.size() > limits::option_bytes_max)
      return refusal("the line is longer than 32 KiB.");
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    line = trimmed(without_comment(line));
    if (line.empty())
      continue;
    auto found = parse_line(line, number_);
    if (!found)
      return found.error();
    return std::optional{*found};
  }
  return std::optional<file_line>{};
}

result<std::string> read_options_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::string content;
  content.resize(limits::options_file_bytes_max + 1);
  if (in)
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!in.is_open() || in.bad() || (in.fail() && !in.eof()))
    return refusal("The file of options " + in_quotes(path) + " can't be read.");
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.size() > limits::options_file_bytes_max)
    return refusal("The file of options " + in_quotes(path) + " is longer than 1 MiB.");
  return content;
}

} // namespace quorate::options
