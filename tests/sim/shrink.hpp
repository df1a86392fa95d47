// Makes a failing run small: what can be left out, so that the same promise is still broken?
//
// Deterministic: the same seed and mutant give the same answer.
#pragma once

#include "runtime/base/mutants.hpp"
#include "tests/sim/run.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quorate::sim {

/// How much a run holds.
struct run_size {
  std::size_t faults = 0;
  std::size_t clients = 0;
  std::size_t operators = 0;
  std::size_t late_nodes = 0;
  std::size_t net_features = 0;
  micros until = 0;
};

struct shrunk {
  run_order order;                  ///< What is left.
  std::vector<std::size_t> numbers; ///< Of the faults that are left, in the whole run's log.
  run_size before;
  run_size after;
  std::string violation; ///< Of what is left.
  std::uint64_t runs = 0;
};

/// None: the seed doesn't fail. Each run is a child process, and there are `runs_max` at most.
std::optional<shrunk> shrink(std::uint64_t seed, base::mutant planted,
                             std::uint64_t runs_max = 3'000);

/// The faults of a seed's whole run, by number: 0 is the first.
std::vector<fault> pick(const std::vector<fault>& log, const std::vector<std::size_t>& numbers);

/// What was left out, the command that plays the rest again, and its faults.
std::string report(const shrunk& x, base::mutant planted);

} // namespace quorate::sim
