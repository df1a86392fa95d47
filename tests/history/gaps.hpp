// Whether there are enough unknown writes for the gaps.
#pragma once

#include "tests/history/facts.hpp"
#include "tests/history/sweep.hpp"

namespace quorate::history {

/// Throws `refutation` if the gaps up to some slot are more than the unknown writes that had been
/// called early enough to fill them, or the puts of a key that was seen in them. Gaps that a
/// waiting erase may fill aren't counted. O(n).
void check_gaps(const facts& from, const sweep& bounds);

} // namespace quorate::history
