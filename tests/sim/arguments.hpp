// The command line of quorate_sim.
#pragma once

#include "quorate/result.hpp"
#include "tests/sim/farm.hpp"
#include "tests/sim/run.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quorate::sim {

struct arguments {
  farm_order farm;
  cuts left;
  std::optional<std::vector<std::size_t>> only_faults;
  bool help = false;
  bool fresh = false;  ///< The seed is drawn, and printed.
  bool trace = false;  ///< One seed, line by line,
  bool json = false;   ///< as JSON.
  bool shrink = false; ///< One seed that fails, made small.

  /// Whether one seed is played here, and not many in a farm.
  bool one_seed() const {
    return trace || only_faults || left.until || left.clients || left.operators
           || left.late_nodes != cuts::all || !left.net_features.empty();
  }
};

/// Errors: `invalid_argument`, with a sentence.
result<arguments> parse(const std::vector<std::string>& words);

/// What --help prints.
std::string usage();

} // namespace quorate::sim
