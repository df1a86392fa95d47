#include "tests/membership/golden_cells.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace quorate::membership {

position position_named(const std::string& name) {
  for (auto at : all_positions)
    if (to_string(at) == name)
      return at;
  ADD_FAILURE() << "no position is called " << name;
  return position::unknown;
}

std::vector<golden_cell> read_golden_cells() {
  const std::string path = "tests/membership/lifecycle_cells.txt"; // Tests run in the project.
  std::ifstream file{path};
  EXPECT_TRUE(file) << path << " can't be opened";
  std::vector<golden_cell> cells;
  std::string line;
  while (std::getline(file, line)) {
    const auto hash = line.find('#');
    std::istringstream words{line.substr(0, hash)};
    golden_cell cell;
    std::string place;
    if (!(words >> cell.event >> place))
      continue;
    cell.at = position_named(place);
    std::string word;
    while (words >> word)
      cell.outcome += (cell.outcome.empty() ? "" : " ") + word;
    EXPECT_FALSE(cell.outcome.empty()) << line;
    cells.push_back(cell);
  }
  return cells;
}

} // namespace quorate::membership
