// What is told from the puts of a run, once it is over.
#pragma once

#include "bench/membership_churn/churn.hpp"
#include "bench/snapshot_pause/writers.hpp"

#include <vector>

namespace quorate::membership_churn {

using snapshot_pause::clock;
using snapshot_pause::sample;

struct interval {
  clock::time_point from;
  clock::time_point until;
};

double milliseconds(clock::duration x);

/// What was written in that time. `watched` are the puts of one client with one put under way at a
/// time, oldest first. A gap counts from the begin of the time on, and to its own end: what began
/// before isn't of this time's doing. `others` are the puts of all others.
writing written_in(const interval& time, const std::vector<sample>& watched,
                   const std::vector<sample>& others);

std::uint64_t failed_of(const std::vector<sample>& all);

} // namespace quorate::membership_churn
