#include "apps/quorate/table.hpp"

#include <algorithm>
#include <cstddef>

namespace quorate::app {

namespace {

std::vector<std::string> cells_of(const node_row& row, node_id leader,
                                  const std::set<std::string>& ended) {
  const auto& record = row.record;
  auto role = std::string{to_string(row.role)};
  if (record.id == leader)
    role += ", leader";
  auto why = std::string{to_string(record.why)} + " by " + std::string{to_string(record.by)};
  if (ended.count(record.name) != 0)
    why += "; its process has ended";
  return {to_string(record.id),
          record.name,
          std::string{to_string(record.state)},
          role,
          'v' + std::to_string(record.since.value),
          why};
}

} // namespace

std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> table_of(const nodes_view& view, const std::set<std::string>& ended) {
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "STATE", "ROLE", "SINCE", "WHY"}};
  for (const auto& row : view.rows)
    rows.push_back(cells_of(row, view.leader, ended));
  return aligned(rows);
}

} // namespace quorate::app
