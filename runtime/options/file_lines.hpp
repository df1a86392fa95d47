// Files of options, split into lines of `name = value`. What the names mean is known elsewhere.
//
// Thread safety: pure functions, but for reading the file.
#pragma once

#include "quorate/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::options {

struct file_line {
  std::string_view name;
  std::string_view value;
  std::size_t number = 0; ///< From 1.
};

/// Walks over the lines of a text that say something. The text has to outlive it.
class file_lines {
public:
  /// A mark at the beginning that says that this is UTF-8 is skipped.
  explicit file_lines(std::string_view text);

  /// None: there is no more. Errors: `invalid_argument`, with what is wrong with line `number()`.
  result<std::optional<file_line>> next();

  /// Of the line that was read last.
  std::size_t number() const noexcept {
    return number_;
  }

private:
  std::string_view left_;
  std::size_t number_ = 0;
};

/// What is in a file of options. Errors: `invalid_argument` if it can't be read, or is longer than
/// 1 MiB; no more than that is read of it.
result<std::string> read_options_file(const std::string& path);

} // namespace quorate::options
