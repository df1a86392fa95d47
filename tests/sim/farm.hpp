// Many seeds, in a child process: a failed check ends the process, and the parent still knows which
// seed it was.
#pragma once

#include "runtime/base/mutants.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/events.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace quorate::sim {

struct farm_order {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  double cpu_seconds_max = 0; ///< 0: no limit.
  base::mutant planted = base::mutant::none;
  bool trace_failure = true; ///< Runs a failing seed again, to have the end of its trace.
};

struct farm_failure {
  std::uint64_t seed = 0;
  std::string what;
  std::string tail;
};

struct farm_result {
  std::uint64_t seeds = 0;             ///< Begun.
  std::optional<farm_failure> failure; ///< The first; nothing is run after it.
  coverage situations;
  micros simulated = 0;
  std::uint64_t events = 0;
  std::uint64_t operations = 0;
  std::uint64_t fewest_operations = ~std::uint64_t{0};
  double cpu_seconds = 0;
};

farm_result run_farm(const farm_order& order);

/// By number or name; none if there is no such mutant.
std::optional<base::mutant> find_mutant(const std::string& text);
std::string name_of(base::mutant m);

/// The table of situations and the last line with the pace.
std::string report(const farm_result& result);

} // namespace quorate::sim
