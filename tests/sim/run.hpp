// One seed from beginning to end: a cluster is founded, works with faults, heals, settles, and
// answers a probe.
#pragma once

#include "tests/sim/coverage.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/trace.hpp"

#include <cstdint>
#include <string>

namespace quorate::sim {

struct run_result {
  std::string violation; ///< Empty: none.
  std::string tail;      ///< The last lines of the trace, if it was on.
  std::uint64_t trace_hash = 0;
  coverage situations;
  micros simulated = 0;
  std::uint64_t events = 0;
  std::uint64_t operations = 0;
};

run_result run_seed(std::uint64_t seed, trace::mode how);

/// The run that is under way, for a failed check that ends the process: what to print.
std::string current_run_tail();

} // namespace quorate::sim
