// The keys and values that the demo loads: read from dpkg's package database or from JSON lines.
// Pure, apart from `read_input`, which reads the file.
#pragma once

#include "quorate/result.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace quorate::app {

/// Each key once: the last one in the file wins.
using entries = std::map<std::string, std::string>;

// The store's own limits (see `client`): here they are refused with the key's name and line.
inline constexpr std::size_t key_bytes_max = 1024;
inline constexpr std::size_t value_bytes_max = std::size_t{1} << 20;
/// The file is held in memory, and its values once more in each of the nodes.
inline constexpr std::size_t input_bytes_max = std::size_t{256} << 20;

/// Paragraphs of `Field: value` lines, as in `/var/lib/dpkg/status`: the key is the package's name,
/// with `:` and its architecture where packages of several architectures share the name; the value
/// is `version architecture status`,
/// `-` for a field that is missing. Errors: `malformed`, with the line; the limits' own.
result<entries> parse_packages(std::string_view text);

/// One object `{"key": "…", "value": …}` a line. A value that is no string is stored as its JSON
/// text. Errors: `malformed`, with the line; the limits' own.
result<entries> parse_json_lines(std::string_view text);

/// JSON lines if the first character that isn't white space is `{`, packages otherwise.
/// Errors: theirs; `malformed` if there is no key at all.
result<entries> parse_input(std::string_view text);

/// Reads and parses a file; each sentence begins with its path. Errors: `invalid_argument` if it
/// can't be read.
result<entries> read_input(const std::string& path);

} // namespace quorate::app
