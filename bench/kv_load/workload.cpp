#include "bench/kv_load/workload.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

namespace quorate::bench {

namespace {

/// How often a conditional write is for the key that the client saw last. Otherwise somebody else
/// has nearly always written it since, and no condition ever held.
constexpr std::uint64_t same_key_percent = 50;
/// How often a conditional write expects no value although one was seen.
constexpr std::uint64_t absent_percent = 25;

constexpr char filler = '.';

} // namespace

std::string_view to_string(op_kind x) noexcept {
  switch (x) {
  case op_kind::get:
    return "get";
  case op_kind::put:
    return "put";
  case op_kind::erase:
    break;
  }
  return "erase";
}

std::string_view to_string(pre_kind x) noexcept {
  switch (x) {
  case pre_kind::none:
    return "none";
  case pre_kind::absent:
    return "absent";
  case pre_kind::matches:
    break;
  }
  return "matches";
}

// -- choices --------------------------------------------------------------------------------------

workload::workload(const workload_shape& shape, base::random rng) : shape_(shape), rng_(rng) {
  if (shape_.conditional_percent > 0)
    seen_.resize(shape_.keys);
}

operation workload::next() {
  if (shape_.read_percent == 0 || !rng_.chance(shape_.read_percent))
    return next_write();
  operation out;
  out.key = draw_key();
  return out;
}

/// By Zipf's law, but for the rounding: the distribution function of a power law, turned around.
/// Popular keys are scattered over all of them, as they are in life.
std::uint32_t workload::draw_key() {
  if (shape_.zipf_exponent == 0)
    return static_cast<std::uint32_t>(rng_.below(shape_.keys));
  constexpr std::uint64_t steps = std::uint64_t{1} << 53;
  const auto share = static_cast<double>(rng_.below(steps)) / static_cast<double>(steps);
  const auto rank = std::pow(share, 1 / (1 - shape_.zipf_exponent)) * shape_.keys;
  constexpr std::uint64_t scatter = 2'654'435'761; // Prime to any number of keys there may be.
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(rank) * scatter % shape_.keys);
}

operation workload::next_write() {
  operation out;
  out.kind = op_kind::put;
  out.key = draw_key();
  if (shape_.erase_percent > 0 && rng_.chance(shape_.erase_percent))
    out.kind = op_kind::erase;
  if (shape_.conditional_percent > 0 && rng_.chance(shape_.conditional_percent)) {
    if (rng_.chance(same_key_percent))
      out.key = last_seen_;
    const auto seen = seen_[out.key];
    // An erase that expects no value has nothing to do: it always expects one.
    const bool can_match = seen || out.kind == op_kind::erase;
    if (can_match && (out.kind == op_kind::erase || !rng_.chance(absent_percent))) {
      out.pre = pre_kind::matches;
      out.expected = seen ? seen : revision{1};
    } else {
      out.pre = pre_kind::absent;
    }
  }
  if (out.kind == op_kind::put)
    out.value = ++values_;
  return out;
}

void workload::saw(std::uint32_t key, revision at) {
  if (seen_.empty())
    return;
  last_seen_ = key;
  seen_[key] = at;
}

// -- as text --------------------------------------------------------------------------------------

std::string key_text(std::uint32_t key, std::uint32_t bytes) {
  std::string text(bytes, '0');
  text.front() = 'k';
  for (std::size_t i = bytes; i-- > 1 && key != 0; key /= 10)
    text[i] = static_cast<char>('0' + key % 10);
  return text;
}

std::string to_string(value_name x) {
  return 'c' + std::to_string(x.client) + '-' + std::to_string(x.number);
}

std::string value_text(value_name x, std::uint32_t bytes) {
  auto text = to_string(x);
  text.resize(bytes, filler);
  return text;
}

std::optional<value_name> parse_value(std::string_view text, std::uint32_t bytes) {
  value_name out;
  const auto* const end = text.data() + text.size();
  if (text.empty() || text.front() != 'c')
    return std::nullopt;
  const auto client = std::from_chars(text.data() + 1, end, out.client);
  if (client.ec != std::errc{} || client.ptr == end || *client.ptr != '-')
    return std::nullopt;
  const auto number = std::from_chars(client.ptr + 1, end, out.number);
  // Leading zeros and wrong fillers show in that it isn't the same text again.
  if (number.ec != std::errc{} || out.number == 0 || value_text(out, bytes) != text)
    return std::nullopt;
  return out;
}

} // namespace quorate::bench
