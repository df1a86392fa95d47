#include "runtime/options/values.hpp"

#include "runtime/base/limits.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace quorate::options {

namespace {

/// More of a value is cut off in a sentence about it.
constexpr std::size_t quoted_bytes_max = 64;

struct unit {
  std::string_view name;     ///< As it is written: `5m`.
  std::string_view in_prose; ///< As it stands in sentences: `5 min`.
  std::uint64_t factor = 1;
};

// The largest first, because a value is written in the largest that divides it.
constexpr std::array duration_units{unit{"d", "d", 86'400'000}, unit{"h", "h", 3'600'000},
                                    unit{"m", "min", 60'000}, unit{"s", "s", 1'000},
                                    unit{"ms", "ms", 1}};
constexpr std::array size_units{unit{"TiB", "TiB", 1ULL << 40}, unit{"GiB", "GiB", 1ULL << 30},
                                unit{"MiB", "MiB", 1ULL << 20}, unit{"KiB", "KiB", 1ULL << 10},
                                unit{"B", "B", 1}};

constexpr const char* no_duration = "has no unit; a duration is written 250ms, 2s, 5m, 1h or 30d";
constexpr const char* no_size = "has no unit; a size is written 512B, 64KiB, 128MiB, 1GiB or 1TiB";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

error refusal(const char* why) {
  return make_error(errc::invalid_argument, why);
}

/// The largest number instead of one that is too large.
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/// Takes the digits off the front of `text`.
std::uint64_t take_number(std::string_view& text) {
  std::uint64_t value = 0;
  while (!text.empty() && is_digit(text.front())) {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    value = times(value, 10) > UINT64_MAX - digit ? UINT64_MAX : times(value, 10) + digit;
    text.remove_prefix(1);
  }
  return value;
}

bool begins_with_digit(std::string_view text) {
  return !text.empty() && is_digit(text.front());
}

template <std::size_t N>
result<std::uint64_t> parse_measure(const std::array<unit, N>& units, std::string_view text,
                                    const char* no_unit, const char* not_one) {
  if (!begins_with_digit(text))
    return refusal(not_one);
  const auto number = take_number(text);
  if (text.empty())
    return refusal(no_unit);
  if (text.front() == ' ')
    text.remove_prefix(1);
  for (const auto& x : units)
    if (text == x.name || text == x.in_prose)
      return times(number, x.factor);
  return refusal(not_one);
}

result<option_value> parse_duration(std::string_view text) {
  const auto found = parse_measure(duration_units, text, no_duration,
                                   "isn't a duration; one is written 250ms, 2s, 5m, 1h or 30d");
  if (!found)
    return found.error();
  const auto most = static_cast<std::uint64_t>(std::chrono::milliseconds::max().count());
  return option_value{std::chrono::milliseconds{static_cast<std::int64_t>(std::min(*found, most))}};
}

result<option_value> parse_size(std::string_view text) {
  const auto found = parse_measure(size_units, text, no_size,
                                   "isn't a size; one is written 512B, 64KiB, 128MiB, 1GiB or "
                                   "1TiB");
  if (!found)
    return found.error();
  return option_value{*found};
}

result<option_value> parse_count(std::string_view text) {
  auto left = text;
  const auto value = take_number(left);
  if (text.empty() || !left.empty())
    return refusal("isn't a whole number");
  return option_value{value};
}

result<option_value> parse_flag(std::string_view text) {
  for (const auto yes : {"true", "yes", "on"})
    if (text == yes)
      return option_value{true};
  for (const auto no : {"false", "no", "off"})
    if (text == no)
      return option_value{false};
  return refusal("is neither true nor false");
}

result<option_value> parse_list(std::string_view text) {
  std::vector<std::string> out;
  if (trimmed(text).empty())
    return option_value{std::move(out)};
  for (;;) {
    const auto end = text.find(',');
    const auto element = trimmed(text.substr(0, end));
    if (element.empty())
      return refusal("has a comma with nothing beside it");
    out.emplace_back(element);
    if (end == std::string_view::npos)
      return option_value{std::move(out)};
    text.remove_prefix(end + 1);
  }
}

bool is_control(char c) {
  return (c >= '\0' && c < ' ') || c == '\x7f';
}

/// `250` and its unit, the largest that leaves no rest; nothing is `0s` and `0B`.
template <std::size_t N>
std::pair<std::uint64_t, const unit*> in_units(const std::array<unit, N>& units,
                                               std::uint64_t value, std::string_view unit_of_zero) {
  for (const auto& x : units)
    if (value == 0 ? x.name == unit_of_zero : value % x.factor == 0)
      return {value / x.factor, &x};
  return {value, &units.back()}; // Its factor is 1.
}

/// Digits in groups of three.
std::string grouped(std::uint64_t x) {
  auto out = std::to_string(x);
  for (auto at = out.size(); at > 3; at -= 3)
    out.insert(at - 3, ",");
  return out;
}

std::string measure(option_kind kind, const option_value& value, bool in_prose) {
  std::pair<std::uint64_t, const unit*> found;
  std::string sign;
  if (kind == option_kind::duration) {
    const auto count = std::get<std::chrono::milliseconds>(value).count();
    const auto magnitude = static_cast<std::uint64_t>(count);
    sign = count < 0 ? "-" : ""; // Not of text: only an embedder's struct can be so wrong.
    found = in_units(duration_units, count < 0 ? 0 - magnitude : magnitude, "s");
  } else {
    found = in_units(size_units, std::get<std::uint64_t>(value), "B");
  }
  const auto number = sign + std::to_string(found.first);
  return in_prose ? number + ' ' + std::string{found.second->in_prose}
                  : number + std::string{found.second->name};
}

std::string joined(const std::vector<std::string>& xs) {
  std::string out;
  for (const auto& x : xs)
    out += (out.empty() ? "" : ",") + x;
  return out;
}

} // namespace

result<option_value> parse_value(option_kind kind, std::string_view text) {
  if (text.size() > limits::option_bytes_max)
    return refusal("is longer than 32 KiB");
  // A tab beside a comma is as good as a blank.
  const auto is_refused = [kind](char c) {
    return is_control(c) && (c != '\t' || kind != option_kind::list);
  };
  if (std::any_of(text.begin(), text.end(), is_refused))
    return refusal("has a control character in it");
  switch (kind) {
  case option_kind::text:
    return option_value{std::string{text}};
  case option_kind::list:
    return parse_list(text);
  case option_kind::count:
    return parse_count(text);
  case option_kind::duration:
    return parse_duration(text);
  case option_kind::size:
    return parse_size(text);
  case option_kind::flag:
    return parse_flag(text);
  }
  return refusal("is of no kind");
}

std::string show_value(option_kind kind, const option_value& value) {
  switch (kind) {
  case option_kind::text:
    return std::get<std::string>(value);
  case option_kind::list:
    return joined(std::get<std::vector<std::string>>(value));
  case option_kind::count:
    return std::to_string(std::get<std::uint64_t>(value));
  case option_kind::duration:
  case option_kind::size:
    return measure(kind, value, false);
  case option_kind::flag:
    return std::get<bool>(value) ? "true" : "false";
  }
  return {};
}

std::string spell_value(option_kind kind, const option_value& value) {
  if (kind == option_kind::count)
    return grouped(std::get<std::uint64_t>(value));
  if (kind == option_kind::duration || kind == option_kind::size)
    return measure(kind, value, true);
  return show_value(kind, value);
}

std::string in_quotes(std::string_view text) {
  std::string out{text.substr(0, quoted_bytes_max)};
  std::replace_if(out.begin(), out.end(), is_control, '?');
  return '\'' + out + (text.size() > quoted_bytes_max ? "..." : "") + '\'';
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace quorate::options
