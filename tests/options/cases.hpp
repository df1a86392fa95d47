// The ends of every range, written here a second time, so that the tables aren't checked against
// themselves.
#pragma once

#include <string>
#include <vector>

namespace quorate {

struct range_case {
  std::string option;
  std::string lowest;
  std::string highest;
  std::string below; ///< Empty: there is nothing below.
  std::string above; ///< Empty: there is nothing above.
};

/// So many different addresses.
std::string addresses_of(int count);

const std::vector<range_case>& node_ranges();
const std::vector<range_case>& remote_ranges();
const std::vector<range_case>& policy_ranges();

} // namespace quorate
