#include "tests/history/sweep.hpp"

#include "tests/history/verdict.hpp"

#include <algorithm>
#include <limits>

namespace quorate::history {

sweep::sweep(const facts& from)
  : positions(from.roles.size(), 0),
    seen_until(from.last + 1, 0),
    absences(from.changes.size()),
    facts_(from) {
  find_gaps();
  find_absent_states();
  for (const auto& now : facts_.events) {
    const auto i = now.operation();
    if (!now.is_return()) {
      place(i);
    } else if (positions[i] > reached_) {
      reached_ = positions[i];
      reached_by_ = i;
    }
  }
  collect();
}

facts::change sweep::next_change(std::uint32_t key, std::uint32_t slot, bool certain_only) const {
  const auto& all = facts_.changes[key];
  auto found = std::upper_bound(
    all.begin(), all.end(), slot,
    [](std::uint32_t value, const facts::change& x) { return value < x.slot; });
  while (certain_only && found != all.end() && !found->certain)
    ++found;
  return found == all.end() ? facts::change{facts_.last + 2, false, true} : *found;
}

void sweep::find_gaps() {
  const auto last = facts_.last;
  next_gap_.resize(last + 2, last + 1);
  for (auto slot = last; slot > 0; --slot)
    next_gap_[slot] = facts_.is_gap(slot) && facts_.typed[slot] == nothing ? slot
                                                                           : next_gap_[slot + 1];
}

/// Between two puts a key is absent from an erase on; where an unknown erase isn't excluded, it may
/// be that of the first gap. State `last + 1` stands for all states after the last known slot.
void sweep::find_absent_states() {
  absent_.resize(facts_.changes.size());
  const auto end = facts_.last + 1;
  for (std::uint32_t key = 0; key < absent_.size(); ++key) {
    const bool may_be_erased = !facts_.free_erases[key].empty();
    std::uint32_t from = 0; // Beyond `end`: not absent.
    for (const auto& change : facts_.changes[key]) {
      if (change.erases) {
        from = std::min(from, change.slot);
        continue;
      }
      if (from < change.slot)
        absent_[key].push_back({from, change.slot - 1});
      from = may_be_erased ? next_gap_[change.slot] : end + 1;
    }
    if (from <= end)
      absent_[key].push_back({from, end});
  }
}

bool sweep::may_be_absent(std::uint32_t key, std::uint32_t state) const {
  const auto& all = absent_[key];
  const auto found = std::lower_bound(all.begin(), all.end(), state,
                                      [](const states& x, std::uint32_t s) { return x.last < s; });
  return found != all.end() && found->first <= state;
}

void sweep::place(std::uint32_t i) {
  if (facts_.roles[i] == role::writer)
    place_writer(i);
  else
    place_reader(i);
}

void sweep::place_writer(std::uint32_t i) {
  const auto& x = facts_.at(i);
  const auto slot = facts_.slots[i];
  positions[i] = slot;
  if (reached_ >= slot)
    refute(i, " took effect at a revision that had been passed before it was called, by ",
           reached_by_);
  if (wants_absence(x) && !may_be_absent(x.key, slot - 1))
    refute(i, " found an absent key that was present; nobody can have erased it since ",
           facts_.writers[slot]);
  if (x.pre == condition::matches && x.expect != 0) {
    const auto expected = static_cast<std::uint32_t>(x.expect);
    const auto next = next_change(x.key, expected, true).slot;
    if (next != slot)
      refute(i, " took effect though its key was no longer at the revision it expected, after ",
             facts_.writers[next] != nothing ? facts_.writers[next] : facts_.witnesses[next]);
    seen_until[expected] = std::max(seen_until[expected], slot - 1);
  }
}

void sweep::place_reader(std::uint32_t i) {
  const auto& x = facts_.at(i);
  const auto slot = facts_.slots[i];
  auto& position = positions[i];
  if (facts_.roles[i] == role::sees_value) {
    position = std::max(reached_, slot);
    const auto next = next_change(x.key, slot, true).slot;
    if (position >= next)
      refute_stale(i, next);
    seen_until[slot] = std::max(seen_until[slot], position);
  } else if (facts_.roles[i] == role::sees_none) {
    const auto& all = absent_[x.key];
    const auto found = std::lower_bound(
      all.begin(), all.end(), reached_,
      [](const states& some, std::uint32_t s) { return some.last < s; });
    if (found == all.end())
      refute(i, " found no value where there was one, reached by ", reached_by_);
    position = std::max(reached_, found->first);
  } else {
    position = slot;
    if (reached_ > slot)
      refute(i, " saw a revision of the store that had been passed before it was called, by ",
             reached_by_);
    if (!may_be_absent(x.key, slot))
      refute(i, " erased nothing though there was a value");
  }
}

void sweep::collect() {
  deadlines.assign(facts_.last + 2, std::numeric_limits<std::int64_t>::max());
  for (const auto& now : facts_.events) {
    const auto i = now.operation();
    if (now.is_return())
      deadlines[positions[i]] = std::min(deadlines[positions[i]], now.at);
    else if (facts_.roles[i] == role::sees_none || facts_.roles[i] == role::noop)
      absences[facts_.at(i).key].push_back(positions[i]);
    else if (facts_.roles[i] == role::writer && wants_absence(facts_.at(i)))
      absences[facts_.at(i).key].push_back(positions[i] - 1);
  }
  for (auto slot = facts_.last + 1; slot > 0; --slot)
    deadlines[slot - 1] = std::min(deadlines[slot - 1], deadlines[slot]);
  for (auto& of_key : absences)
    std::sort(of_key.begin(), of_key.end());
}

void sweep::refute_stale(std::uint32_t i, std::uint32_t next) const {
  reason text{facts_.about};
  text << facts_.at(i) << " saw a stale value: the key was written again at revision " << next;
  const auto writer = facts_.writers[next];
  text.also(", by ", writer);
  if (reached_by_ != writer)
    text.also(", and that had been passed before it was called, by ", reached_by_);
  text.refute();
}

void sweep::refute(std::uint32_t i, const char* why, std::uint32_t other) const {
  reason text{facts_.about};
  text << facts_.at(i) << why;
  text.also("", other).refute();
}

} // namespace quorate::history
