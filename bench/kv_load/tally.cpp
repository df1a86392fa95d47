#include "bench/kv_load/tally.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace quorate::bench {

namespace {

constexpr std::int64_t ns_in_a_ms = 1'000'000;

} // namespace

std::string_view to_string(outcome x) noexcept {
  switch (x) {
  case outcome::ok:
    return "ok";
  case outcome::precondition_failed:
    return "precondition_failed";
  case outcome::rejected:
    return "rejected";
  case outcome::unknown:
    break;
  }
  return "unknown";
}

tally::tally(time_window window)
  : window_(window),
    answered_ms_(
      static_cast<std::size_t>((window.until_ns - window.from_ns + ns_in_a_ms - 1) / ns_in_a_ms)) {
  // nop
}

void tally::count(std::int64_t call_ns, std::int64_t return_ns, outcome became, errc why) {
  if (return_ns < window_.from_ns)
    return;
  ++counts_[static_cast<std::size_t>(became)];
  if (became == outcome::rejected || became == outcome::unknown) {
    ++reasons_[why];
    return;
  }
  latencies_.record(static_cast<std::uint64_t>(return_ns - call_ns));
  if (return_ns >= window_.until_ns)
    return;
  ++ok_in_time_;
  answered_ms_[static_cast<std::size_t>((return_ns - window_.from_ns) / ns_in_a_ms)] = true;
}

void tally::merge(const tally& other) {
  for (std::size_t i = 0; i < std::size(counts_); ++i)
    counts_[i] += other.counts_[i];
  ok_in_time_ += other.ok_in_time_;
  for (const auto& [why, count] : other.reasons_)
    reasons_[why] += count;
  latencies_.merge(other.latencies_);
  for (std::size_t i = 0; i < answered_ms_.size(); ++i)
    if (other.answered_ms_[i])
      answered_ms_[i] = true;
}

std::uint64_t tally::longest_gap_ms() const noexcept {
  std::uint64_t longest = 0;
  std::uint64_t current = 0;
  for (const bool answered : answered_ms_) {
    current = answered ? 0 : current + 1;
    longest = std::max(longest, current);
  }
  return longest;
}

} // namespace quorate::bench
