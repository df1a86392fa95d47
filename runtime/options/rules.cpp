#include "runtime/options/rules.hpp"

#include "runtime/base/endpoint.hpp"
#include "runtime/base/limits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace quorate::options {

namespace {

/// How a number of the rule's unit is spelled.
std::string spelled(const rule& x, std::uint64_t number) {
  if (x.kind == option_kind::duration)
    return spell_value(x.kind, std::chrono::milliseconds{static_cast<std::int64_t>(number)});
  if (x.kind == option_kind::size)
    return spell_value(x.kind, number);
  return spell_value(option_kind::count, number);
}

/// What the rule's range is about; none: nothing that has one.
std::optional<std::uint64_t> measure_of(const option_value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return text->size();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    return list->size();
  if (const auto* number = std::get_if<std::uint64_t>(&value))
    return *number;
  if (const auto* duration = std::get_if<std::chrono::milliseconds>(&value))
    return duration->count() < 0 ? std::nullopt
                                 : std::optional{static_cast<std::uint64_t>(duration->count())};
  return 0;
}

std::string sentence_of(const rule& x, const std::string& what, const std::string& why) {
  return what + ' ' + why + "; allowed is " + range_of(x) + '.';
}

/// Why the text isn't of that form.
std::optional<std::string> misformed(text_form form, const std::string& text) {
  const auto is_address = form != text_form::any && form != text_form::path;
  if (!is_address || (form == text_form::reachable && text.empty()))
    return std::nullopt;
  const auto found = parse_endpoint(text);
  if (!found)
    return found.error().message;
  if (form == text_form::listen)
    return std::nullopt;
  if (is_every_address(*found))
    return in_quotes(text) + " names no host, so nobody can connect to it.";
  if (form == text_form::seed && found->port == 0)
    return in_quotes(text) + " has port 0, which nobody can connect to.";
  return std::nullopt;
}

/// The value as it stands in a sentence about its range.
std::string shown_value(const rule& x, const option_value& value,
                        std::optional<std::string_view> as_written) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    return "a list of " + std::to_string(list->size());
  const auto is_long_text = x.kind == option_kind::text && *measure_of(value) > x.max;
  if (is_long_text)
    return "a text of " + std::to_string(*measure_of(value)) + " bytes";
  return in_quotes(as_written ? std::string{*as_written} : show_value(x.kind, value));
}

} // namespace

rule text_between(std::uint64_t bytes_min, std::uint64_t bytes_max) {
  return {option_kind::text, bytes_min, bytes_max};
}

rule path() {
  return {option_kind::text, 0, limits::path_bytes_max, text_form::path};
}

rule address(text_form form) {
  return {option_kind::text, 0, limits::name_bytes_max + 10, form};
}

rule addresses(std::uint64_t min, std::uint64_t max) {
  return {option_kind::list, min, max, text_form::seed};
}

rule count_between(std::uint64_t min, std::uint64_t max) {
  return {option_kind::count, min, max};
}

rule duration_between(std::chrono::milliseconds min, std::chrono::milliseconds max,
                      std::string_view note) {
  return {option_kind::duration, static_cast<std::uint64_t>(min.count()),
          static_cast<std::uint64_t>(max.count()), text_form::any, note};
}

rule size_up_to(std::uint64_t bytes_max) {
  return {option_kind::size, 0, bytes_max};
}

rule flag() {
  return {option_kind::flag};
}

std::string placeholder_of(const rule& x) {
  switch (x.kind) {
  case option_kind::text:
    return x.form == text_form::any ? "TEXT" : x.form == text_form::path ? "PATH" : "ADDRESS";
  case option_kind::list:
    return "ADDRESSES";
  case option_kind::count:
    return "NUMBER";
  case option_kind::duration:
    return "TIME";
  case option_kind::size:
    return "SIZE";
  case option_kind::flag:
    return "BOOL";
  }
  return "VALUE";
}

std::string range_of(const rule& x) {
  if (!x.note.empty())
    return std::string{x.note};
  switch (x.form) {
  case text_form::listen:
    return "host:port, [ipv6]:port or :port";
  case text_form::reachable:
    return "host:port or [ipv6]:port";
  case text_form::seed:
    return spelled(x, x.min) + " to " + spelled(x, x.max) + " addresses, host:port or [ipv6]:port";
  case text_form::path:
    return "a path of up to " + spelled(x, x.max) + " bytes";
  case text_form::any:
    break;
  }
  if (x.kind == option_kind::flag)
    return "true or false";
  if (x.max == UINT64_MAX)
    return spelled(x, x.min) + " or more";
  if (x.kind == option_kind::text)
    return (x.min == 0 ? "up " : spelled(x, x.min) + ' ') + "to " + spelled(x, x.max) + " bytes";
  return spelled(x, x.min) + " to " + spelled(x, x.max);
}

std::optional<std::string> misformed(const rule& x, const option_value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return misformed(x.form, *text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    for (const auto& element : *list)
      if (auto why = misformed(x.form, element))
        return why;
  return std::nullopt;
}

std::optional<std::string> complaint(const rule& x, const option_value& value,
                                     std::optional<std::string_view> as_written) {
  const auto measured = measure_of(value);
  if (!measured || *measured < x.min || *measured > x.max)
    return sentence_of(x, shown_value(x, value, as_written), "is out of range");
  return misformed(x, value);
}

result<option_value> read_value(const rule& x, std::string_view text) {
  auto found = parse_value(x.kind, text);
  if (!found)
    return make_error(errc::invalid_argument,
                      sentence_of(x, in_quotes(text), found.error().message));
  return found;
}

} // namespace quorate::options
