#include "runtime/raft/quorum.hpp"

#include "runtime/base/check.hpp"

#include <functional>

namespace quorate::raft {

std::uint64_t majority_value(std::vector<std::uint64_t> reached) {
  if (reached.empty())
    return 0;
  // With the values in falling order, the one at place `majority - 1` is reached by a majority.
  auto place = reached.begin() + static_cast<std::ptrdiff_t>(majority_of(reached.size()) - 1);
  std::nth_element(reached.begin(), place, reached.end(), std::greater<>{});
  return *place;
}

ballot_result majority_ballot(std::size_t voters, std::size_t yes, std::size_t no) noexcept {
  QUORATE_CHECK(yes + no <= voters, "voters", voters, "yes", yes, "no", no);
  if (voters == 0)
    return ballot_result::lost;
  if (yes >= majority_of(voters))
    return ballot_result::won;
  if (voters - no < majority_of(voters))
    return ballot_result::lost;
  return ballot_result::pending;
}

ballot_result both(ballot_result a, ballot_result b) noexcept {
  if (a == ballot_result::lost || b == ballot_result::lost)
    return ballot_result::lost;
  if (a == ballot_result::won && b == ballot_result::won)
    return ballot_result::won;
  return ballot_result::pending;
}

} // namespace quorate::raft
