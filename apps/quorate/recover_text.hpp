// What `quorate recover` says, for people and for programs. Pure.
#pragma once

#include "quorate/recover.hpp"

#include <string>
#include <vector>

namespace quorate::app {

/// A block of lines for each directory, which don't belong together, and which is the newest.
std::vector<std::string> text_of(const recover::report& what);
/// What will be done, what may be lost, and the command that does it.
std::vector<std::string> text_of(const recover::plan& what);
/// What has become of that directory, and what to do next.
std::vector<std::string> text_of(const recover::outcome& what, const std::string& directory);

/// One JSON object, in one line. Bytes that are no UTF-8 become U+FFFD.
std::string json_of(const recover::report& what);
std::string json_of(const recover::plan& what);
std::string json_of(const recover::outcome& what, const std::string& directory);
std::string json_of(const error& why);

/// As a POSIX shell takes it for one word.
std::string shell_word(const std::string& text);

} // namespace quorate::app
