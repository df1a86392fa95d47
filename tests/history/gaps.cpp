#include "tests/history/gaps.hpp"

#include "tests/history/verdict.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace quorate::history {

namespace {

/// `slots` ascend, and so do their deadlines; `free` are by call. So the first gaps have the fewest
/// writes to choose from, and it is enough to count.
void count(const facts& from, const sweep& bounds, const std::vector<std::uint32_t>& slots,
           const std::vector<std::uint32_t>& free) {
  std::size_t available = 0;
  for (std::size_t needed = 1; needed <= slots.size(); ++needed) {
    const auto slot = slots[needed - 1];
    const auto deadline = bounds.deadlines[slot];
    while (available < free.size() && from.at(free[available]).call <= deadline)
      ++available;
    if (needed <= available)
      continue;
    reason text{from.about};
    text << "revision " << slot << " was written by nobody: up to it " << needed
         << " unknown writes must have taken effect, and only " << available
         << " had been called early enough; a write took effect twice, or one that nobody sent did";
    for (std::uint32_t i = 0; i < from.roles.size(); ++i)
      if (from.roles[i] != role::ignored && from.roles[i] != role::free
          && from.at(i).ret == deadline && bounds.positions[i] >= slot) {
        text.also("; seen by ", i);
        break;
      }
    text.refute();
  }
}

} // namespace

void check_gaps(const facts& from, const sweep& bounds) {
  std::vector<bool> may_be_erase(from.last + 1, false);
  for (std::uint32_t i = 0; i < from.roles.size(); ++i)
    if (from.roles[i] == role::eraser)
      may_be_erase[from.slots[i]] = true;
  std::vector<std::uint32_t> gaps;
  std::vector<std::vector<std::uint32_t>> puts_needed(from.changes.size());
  std::vector<std::vector<std::uint32_t>> puts(from.changes.size());
  for (std::uint32_t slot = 1; slot <= from.seen; ++slot) {
    if (!from.is_gap(slot) || may_be_erase[slot])
      continue;
    gaps.push_back(slot);
    if (from.typed[slot] != nothing)
      puts_needed[from.typed[slot]].push_back(slot);
  }
  count(from, bounds, gaps, from.free);
  for (auto i : from.free)
    if (from.at(i).what == action::put)
      puts[from.at(i).key].push_back(i);
  for (std::size_t key = 0; key < puts.size(); ++key)
    count(from, bounds, puts_needed[key], puts[key]);
}

} // namespace quorate::history
