#include "runtime/base/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace quorate {

namespace {

// What DNS allows.
constexpr std::size_t host_bytes_max = 253;
constexpr std::size_t label_bytes_max = 63;
/// More is cut off in a sentence about it: a host and a port are shorter.
constexpr std::size_t shown_bytes_max = 80;

using ipv4 = std::array<std::uint8_t, 4>;
using ipv6 = std::array<std::uint16_t, 8>;

// Not of <cctype>: those ask the locale.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// -1 if it is none.
int hex_value(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// A decimal number up to `max` without a sign and leading zeros.
std::optional<std::uint32_t> parse_decimal(std::string_view text, std::uint32_t max) {
  constexpr std::size_t digits_max = 5; // Those of a port; an overflow is out of the question.
  const auto leads_with_zero = text.size() > 1 && text[0] == '0';
  if (text.empty() || text.size() > digits_max || leads_with_zero
      || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text)
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  return value <= max ? std::optional{value} : std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<ipv4> parse_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  ipv4 out{};
  if (parts.size() != out.size())
    return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto octet = parse_decimal(parts[i], 255);
    if (!octet)
      return std::nullopt;
    out[i] = static_cast<std::uint8_t>(*octet);
  }
  return out;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
  if (text.empty() || text.size() > 4)
    return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (hex_value(c) < 0)
      return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(hex_value(c));
  }
  return static_cast<std::uint16_t>(value);
}

/// The groups on one side of `::`, or all of them. An IPv4 address may stand for the last two.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text, bool at_end) {
  std::vector<std::uint16_t> out;
  if (text.empty())
    return out;
  const auto parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto is_last = i + 1 == parts.size();
    if (is_last && at_end && parts[i].find('.') != std::string_view::npos) {
      const auto tail = parse_ipv4(parts[i]);
      if (!tail)
        return std::nullopt;
      out.push_back(static_cast<std::uint16_t>((*tail)[0] << 8 | (*tail)[1]));
      out.push_back(static_cast<std::uint16_t>((*tail)[2] << 8 | (*tail)[3]));
      return out;
    }
    const auto group = parse_group(parts[i]);
    if (!group)
      return std::nullopt;
    out.push_back(*group);
  }
  return out;
}

std::optional<ipv6> parse_ipv6(std::string_view text) {
  constexpr std::size_t text_bytes_max = 45; // Eight groups, the last two as IPv4.
  if (text.empty() || text.size() > text_bytes_max)
    return std::nullopt;
  ipv6 out{};
  const auto gap = text.find("::");
  if (gap == std::string_view::npos) {
    const auto groups = parse_groups(text, true);
    if (!groups || groups->size() != out.size())
      return std::nullopt;
    std::copy(groups->begin(), groups->end(), out.begin());
    return out;
  }
  // A second gap leaves an empty group behind, which is none.
  const auto before = parse_groups(text.substr(0, gap), false);
  const auto after = parse_groups(text.substr(gap + 2), true);
  if (!before || !after || before->size() + after->size() >= out.size())
    return std::nullopt;
  std::copy(before->begin(), before->end(), out.begin());
  std::copy(after->rbegin(), after->rend(), out.rbegin());
  return out;
}

bool is_label(std::string_view text) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= label_bytes_max && text.front() != '-'
         && text.back() != '-' && std::all_of(text.begin(), text.end(), allowed);
}

/// A name that ends in a number would be an address to some and a name to others.
bool is_host(std::string_view text) {
  if (text.size() > host_bytes_max)
    return false;
  const auto labels = split(text, '.');
  const auto last = labels.back();
  if (!last.empty() && std::all_of(last.begin(), last.end(), is_digit))
    return parse_ipv4(text).has_value();
  return std::all_of(labels.begin(), labels.end(), is_label);
}

/// For sentences: what is unprintable is a question mark, what is long is cut off.
std::string shown(std::string_view text) {
  std::string out{text.substr(0, shown_bytes_max)};
  std::replace_if(
    out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > shown_bytes_max ? out + "..." : out;
}

error refusal(std::string_view text, const std::string& why) {
  return make_error(errc::address_unusable, "'" + shown(text) + "' " + why);
}

/// What stands before the port. `text` is shown in errors.
result<std::string> parse_host(std::string_view text, std::string_view host) {
  if (host.empty())
    return std::string{};
  if (host.front() == '[') {
    if (host.back() != ']')
      return refusal(text, "has a '[' that isn't closed right before the port.");
    const auto inner = host.substr(1, host.size() - 2);
    if (!parse_ipv6(inner))
      return refusal(text, "has no IPv6 address in its brackets.");
    return std::string{inner};
  }
  if (host.find(':') != std::string_view::npos)
    return refusal(text, "has more than one colon; an IPv6 address is written [::1]:7400.");
  if (!is_host(host))
    return refusal(text, "names no host: that is a name, an IPv4 address, or an IPv6 address in "
                         "brackets.");
  return std::string{host};
}

} // namespace

result<endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.back() == ']')
    return refusal(text, "has no port; an address is written host:port.");
  auto host = parse_host(text, text.substr(0, colon));
  if (!host)
    return host.error();
  const auto port = parse_decimal(text.substr(colon + 1), UINT16_MAX);
  if (!port)
    return refusal(text, "has no port of 0 to 65535 behind its last colon.");
  return endpoint{std::move(*host), static_cast<std::uint16_t>(*port)};
}

std::string to_string(const endpoint& x) {
  const auto port = ':' + std::to_string(x.port);
  return x.host.find(':') == std::string::npos ? x.host + port : '[' + x.host + ']' + port;
}

bool is_loopback(const endpoint& x) {
  if (const auto address = parse_ipv4(x.host))
    return (*address)[0] == 127;
  if (const auto address = parse_ipv6(x.host))
    return *address == ipv6{0, 0, 0, 0, 0, 0, 0, 1};
  constexpr std::string_view name{"localhost"};
  return std::equal(x.host.begin(), x.host.end(), name.begin(), name.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

bool is_every_address(const endpoint& x) {
  if (const auto address = parse_ipv4(x.host))
    return *address == ipv4{};
  if (const auto address = parse_ipv6(x.host))
    return *address == ipv6{};
  return x.host.empty();
}

} // namespace quorate
