// Decides whether a history of the key-value store is linearizable: whether there is one order of
// all its operations that a single store explains and that respects real time.
//
// Why the answer is right. Let slot r be the write that led to revision r, and state r the store
// after it. An order is then an assignment of writes to slots and of all other operations, which
// change nothing, to states.
//
// 1. `facts`: acknowledged writes name their slots, and values are unique, so a value that was read
//    with its revision names the slot of its put. What is left open: unknown writes that nobody
//    read (each fills a slot that is nobody's, a gap, or had no effect), and whether an
//    acknowledged erase of revision r filled slot r or found nothing to erase in state r.
// 2. `sweep`: what is left open can be ignored if each reader is allowed every state that it could
//    have with any choice. An order respects real time exactly if no operation has a position below
//    that of one which had returned before its call. The lowest positions are found in one pass,
//    and if some operation has none, there is no order whatever the choices. It finds nearly all
//    that goes wrong, at once and with a good reason.
// 3. `check_gaps`: each gap takes an unknown write of its own, called before anything behind the
//    gap returned. Later gaps have more writes to choose from, so counting finds any shortage.
// 4. `search`: follows time, keeps the store, and branches only over what fills a gap; it accepts
//    because it executed an order, step by step compared with what the clients saw, and rejects
//    because it tried all choices.
//
// So 1 to 3 only reject, and only what has no order; 4 is exact. First it runs guided, leaving out
// choices that seem not to be to blame, and what it accepts then is accepted for good; if it finds
// nothing in some attempts, it runs again and leaves out none. It is bounded, because with many
// gaps the choices can be too many; then the verdict is `undecided`.
#pragma once

#include "tests/history/history.hpp"
#include "tests/history/verdict.hpp"

#include <cstdint>

namespace quorate::history {

struct limits {
  /// Events that the search may handle once it has taken a wrong choice: some ten seconds.
  std::uint64_t steps_max = 50'000'000;
};

/// O(n log n) in time without gaps, O(n) in memory. The store was empty at revision zero before the
/// history.
verdict check(const history& what, limits bounds = {});

} // namespace quorate::history
