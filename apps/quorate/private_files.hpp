// Files that either aren't there or are there as a whole, and of which a key is read by its owner
// only.
#pragma once

#include "quorate/result.hpp"

#include <string>
#include <vector>

namespace quorate::app {

struct new_file {
  std::string path;
  std::string content;
  bool secret = false; ///< Read and written by its owner only; else readable by all.
};

/// All of them, durably, in this order; or none that wasn't there before. An existing file is left
/// alone, unless `replace`: then it is replaced in one step. Errors: `invalid_argument` if there is
/// one, or in the system's words.
result<void> write_files(const std::vector<new_file>& files, bool replace);

/// At most `bytes_max` bytes. Errors: `invalid_argument`, with the path in the sentence.
result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

/// Made, for its owner only, if it isn't there; what it lies in has to be. Errors:
/// `invalid_argument`.
result<void> make_directory(const std::string& path);

/// A name as a file can have it: every byte but letters, digits, `.`, `_` and `-` as `%` and two
/// hexadecimal digits; a leading `.` too.
std::string file_name_of(const std::string& name);

} // namespace quorate::app
