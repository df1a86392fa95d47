// How a line of the log is written: fields in, one line out. For this room's own files.
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "service/json.hpp"
#include "service/log.hpp"

namespace quorate::service {

/// A value's bytes beyond these are cut.
inline constexpr std::size_t log_value_bytes_max = 1'024;

/// `key=value` for each field, or `"key":value` with commas between them. `fields` is an object of
/// text, numbers and booleans; its keys are ours.
std::string log_text(const json& fields, log_format format);

/// As it is if it is a plain word; else in quotes, with everything escaped that could end a line,
/// end the quotes, or move a terminal's cursor.
std::string log_value(std::string_view text);

} // namespace quorate::service
