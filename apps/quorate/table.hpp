// The nodes table as people read it. Pure.
#pragma once

#include "quorate/status.hpp"

#include <set>
#include <string>
#include <vector>

namespace quorate::app {

/// Lines of cells, each column as wide as its widest cell, two spaces between columns, nothing
/// after the last word.
std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows);

/// The heading `ID NAME STATE ROLE SINCE WHY`, then a line for each node. `ended`: names of the
/// nodes whose process has ended, which a nodes table can't know.
std::vector<std::string> table_of(const nodes_view& view, const std::set<std::string>& ended);

} // namespace quorate::app
