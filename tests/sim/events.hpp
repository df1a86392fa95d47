// Virtual time, and what happens in it: one queue, ordered by time and then by the order of
// scheduling, so that one seed is one history.
//
// Thread safety: none. Complexity: O(log events) each.
#pragma once

#include "runtime/base/check.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace quorate::sim {

/// Virtual time in microseconds since the simulation began; also durations.
using micros = std::uint64_t;

constexpr micros ms(std::uint64_t x) {
  return x * 1'000;
}
constexpr micros seconds(std::uint64_t x) {
  return x * 1'000'000;
}

class events {
public:
  using action = std::function<void()>;

  micros now() const noexcept {
    return now_;
  }

  void at(micros when, action what) {
    QUORATE_CHECK(when >= now_, "when", when, "now", now_);
    heap_.push_back({when, next_++, std::move(what)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  void after(micros delay, action what) {
    at(now_ + delay, std::move(what));
  }

  /// Does what comes next, if it is due by `until`; else time moves to `until`, and the answer is
  /// false.
  bool step(micros until) {
    if (heap_.empty() || heap_.front().when > until) {
      now_ = std::max(now_, until);
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), later);
    auto next = std::move(heap_.back());
    heap_.pop_back();
    now_ = next.when;
    require_in_time(++done_ < events_max, "no storm: so much doesn't happen in one run", "now",
                    now_);
    next.what();
    return true;
  }

  /// How many have been done.
  std::uint64_t done() const noexcept {
    return done_;
  }

private:
  struct event {
    micros when = 0;
    std::uint64_t sequence = 0;
    action what;
  };

  static bool later(const event& a, const event& b) {
    return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
  }

  /// A hundred times what a run takes.
  static constexpr std::uint64_t events_max = 2'000'000;

  micros now_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t done_ = 0;
  std::vector<event> heap_;
};

} // namespace quorate::sim
