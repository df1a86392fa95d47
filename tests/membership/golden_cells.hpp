// Reads `lifecycle_cells.txt`, the reviewed expectation of what each event does to a node.
#pragma once

#include "runtime/membership/states.hpp"

#include <string>
#include <vector>

namespace quorate::membership {

/// One line of the text.
struct golden_cell {
  std::string event; ///< With what follows the underscore: `replace_to_standby`.
  position at = position::unknown;
  std::string outcome; ///< As it stands there: `-> removed via leaving`, `already`, `no_room`.
};

/// Every cell in the order of the text; fails the current test on what can't be read.
std::vector<golden_cell> read_golden_cells();

/// The place that `to_string` calls so.
position position_named(const std::string& name);

} // namespace quorate::membership
