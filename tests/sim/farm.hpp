// Many seeds, in child processes.
#pragma once

#include "runtime/base/mutants.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/violation.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace quorate::sim {

struct farm_order {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  double cpu_seconds_max = 0; ///< Of each process. 0: no limit.
  base::mutant planted = base::mutant::none;
  bool trace_failure = true; ///< Runs a failing seed again, to have the end of its trace.
  std::size_t jobs = 1;      ///< Processes that share the seeds.
  /// One seed of so many is run twice more, with its trace: the same seed is the same history.
  std::uint64_t replay_every = 1'000;
};

struct farm_failure {
  std::uint64_t seed = 0;
  detector found_by = detector::none;
  std::string what;
  std::string tail;
};

struct farm_result {
  std::uint64_t seeds = 0;             ///< Begun.
  std::optional<farm_failure> failure; ///< The lowest seed's. Nothing is begun after the first.
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
