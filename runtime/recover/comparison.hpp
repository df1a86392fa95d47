// Which of several survivors has the most, and whether they are of one cluster at all.
//
// Thread safety: pure functions. Complexity: O(survivors^2).
#pragma once

#include "quorate/recover.hpp"

#include <vector>

namespace quorate::recover {

/// By Raft's comparison: the last entry's term, then its index. Between two that are equal in that,
/// and so have the same log, it is a voter, then the one that knows more to be committed, then the
/// lower id.
bool newer(const survivor& a, const survivor& b) noexcept;

report compare(std::vector<survivor> survivors);

/// Whether the usable ones of these are a majority of the voters that `newest` names (of both
/// halves, in a joint change): then they are a cluster, and lack nothing but being started.
bool majority_is_left(const report& what);

} // namespace quorate::recover
