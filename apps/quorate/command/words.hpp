// Words that people type and read: durations, ids, bytes. Pure.
#pragma once

#include "quorate/result.hpp"
#include "quorate/types.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::app {

/// `500ms`, `10s`, `5m`, `1h` or `2d`; 30 days at most. A number needs its unit, but for `0`.
/// Errors: `invalid_argument`.
result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// In the greatest unit that leaves no rest: 90000 ms are `90s`.
std::string duration_text(std::chrono::milliseconds x);

/// Decimal digits only. Errors: `invalid_argument`, which names the range.
result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most);

/// 32 hexadecimal digits, not all of them 0. Errors: `invalid_argument`.
result<op_id> parse_op_id(std::string_view text);

/// `n3` or `3`; no node if it is neither.
node_id node_id_in(std::string_view text);

/// What comes from others, made safe for a terminal and a table: control characters and bytes that
/// aren't UTF-8 become `?`.
std::string printable(std::string_view text);

bool is_utf8(std::string_view bytes);

std::string base64(std::string_view bytes);

/// The candidate that looks most like `typed`, or nothing if none looks like it.
std::string nearest(std::string_view typed, const std::vector<std::string>& candidates);

/// As a shell reads it back as one word.
std::string shell_quoted(std::string_view word);

} // namespace quorate::app
