// Values of options as text: how each kind is read, and written so that it is read the same.
//
// Thread safety: pure functions.
#pragma once

#include "quorate/option_list.hpp"
#include "quorate/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace quorate::options {

/// The alternative follows from the kind; counts and sizes share one.
using option_value = std::variant<std::string, std::vector<std::string>, std::uint64_t,
                                  std::chrono::milliseconds, bool>;

/// Reads a value of a kind. Numbers that no variable holds become the largest that one does: they
/// are out of every range.
///
/// Errors: `invalid_argument`, with what follows `'5' ` in a sentence: `has no unit (...)`.
result<option_value> parse_value(option_kind kind, std::string_view text);

/// The shortest text that `parse_value` reads as `value`: `250ms`, `128MiB`, `true`.
std::string show_value(option_kind kind, const option_value& value);

/// The same for sentences: `250 ms`, `5 min`, `128 MiB`, `65,536`. `parse_value` reads durations
/// and sizes written so, too, because people type what they are shown.
std::string spell_value(option_kind kind, const option_value& value);

/// `text` between quotes, for sentences: what is unprintable as `?`, what is long cut off.
std::string in_quotes(std::string_view text);

/// Without blanks around it.
std::string_view trimmed(std::string_view text) noexcept;

} // namespace quorate::options
