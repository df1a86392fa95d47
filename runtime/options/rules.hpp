// What is allowed as the value of one option, without knowing the others.
//
// Thread safety: pure functions.
#pragma once

#include "quorate/result.hpp"
#include "runtime/options/values.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::options {

/// What a text, or each one of a list, has to be.
enum class text_form : std::uint8_t {
  any,
  path,      ///< Of a file or directory, or nothing.
  listen,    ///< An address to listen on: host and port may be left to the system.
  reachable, ///< An address that others connect to, or nothing: it names a host.
  seed,      ///< The same with a port.
};

struct rule {
  option_kind kind = option_kind::text;
  std::uint64_t min = 0; ///< In ms, bytes, elements of a list, or as it is counted.
  std::uint64_t max = 0;
  text_form form = text_form::any;
  std::string_view note = {}; ///< Stands in place of `min` and `max`, where these aren't all.
};

rule text_between(std::uint64_t bytes_min, std::uint64_t bytes_max);
rule path();
rule address(text_form form);
rule addresses(std::uint64_t min, std::uint64_t max);
rule count_between(std::uint64_t min, std::uint64_t max);
rule duration_between(std::chrono::milliseconds min, std::chrono::milliseconds max,
                      std::string_view note = {});
rule size_up_to(std::uint64_t bytes_max);
rule flag();

/// What stands for a value in a help text: `TIME`.
std::string placeholder_of(const rule& x);

/// What is allowed, for people: `1 ms to 1 s`.
std::string range_of(const rule& x);

/// Why a text, or one of a list, isn't of the rule's form; none if it is.
std::optional<std::string> misformed(const rule& x, const option_value& value);

/// Why `value` isn't allowed, as a sentence with the value and the range; none if it is.
/// `as_written` is what stood for it, if that is known: people look for what they have typed.
std::optional<std::string> complaint(const rule& x, const option_value& value,
                                     std::optional<std::string_view> as_written = std::nullopt);

/// Reads what somebody wrote. Errors: `invalid_argument`, a sentence with the value and the range.
result<option_value> read_value(const rule& x, std::string_view text);

} // namespace quorate::options
