// What is counted of the operations of one client, and then of all.
#pragma once

#include "quorate/errc.hpp"
#include "bench/kv_load/histogram.hpp"
#include "bench/kv_load/record.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace quorate::bench {

/// When is counted, in nanoseconds since the run began.
struct time_window {
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0; ///< No operation begins from here on.
};

/// Counts the operations that return after the warm-up, also the last ones, which return when the
/// time is over: those say how long they took and whether they failed, but add nothing to the
/// throughput.
///
/// Thread safety: none; each client has its own, and they are merged afterwards.
class tally {
public:
  explicit tally(time_window window);

  void count(std::int64_t call_ns, std::int64_t return_ns, outcome became, errc why);
  void merge(const tally& other);

  /// Those that were answered: done, or correctly refused because of their condition.
  std::uint64_t ok() const noexcept {
    return of(outcome::ok) + of(outcome::precondition_failed);
  }
  std::uint64_t of(outcome x) const noexcept {
    return counts_[static_cast<std::size_t>(x)];
  }
  std::uint64_t errors() const noexcept {
    return of(outcome::rejected) + of(outcome::unknown);
  }
  std::uint64_t operations() const noexcept {
    return ok() + errors();
  }
  /// How often each code was the reason of an error.
  const std::map<errc, std::uint64_t>& reasons() const noexcept {
    return reasons_;
  }
  /// Answered before the time was over.
  std::uint64_t ok_in_time() const noexcept {
    return ok_in_time_;
  }
  /// Of the answered ones, in nanoseconds.
  const histogram& latencies() const noexcept {
    return latencies_;
  }
  /// The longest time within the window in which nothing was answered, to a millisecond.
  std::uint64_t longest_gap_ms() const noexcept;

private:
  time_window window_;
  std::uint64_t counts_[4] = {};
  std::uint64_t ok_in_time_ = 0;
  std::map<errc, std::uint64_t> reasons_;
  histogram latencies_;
  std::vector<bool> answered_ms_; ///< By millisecond of the window: whether something was.
};

} // namespace quorate::bench
