// The state of the search: how it changes, and how a change is taken back.
#include "tests/history/search.hpp"

#include <algorithm>

namespace quorate::history {

namespace {

/// The last step of SplitMix64.
std::uint64_t scramble(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

} // namespace

// -- what fills a gap -----------------------------------------------------------------------------

/// Those that were called last, if there are more than enough.
std::vector<std::uint32_t> search::candidates(std::size_t enough) const {
  const auto slot = reached_ + 1;
  const auto key = facts_.typed[slot];
  const auto now = facts_.events[event_].at;
  const auto end = std::upper_bound(
    classes_.begin(), classes_.end(), now,
    [](std::int64_t at, const free_class& x) { return at < x.calls.front(); });
  std::vector<std::pair<std::uint64_t, std::uint32_t>> found;
  for (auto x = end; x != classes_.begin() && found.size() < enough;) {
    --x;
    const auto number = static_cast<std::uint32_t>(x - classes_.begin());
    if ((key == nothing || (key == x->key && !x->erases)) && may_fill(*x, number))
      found.emplace_back(rank(*x, number), number);
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::uint32_t> result;
  for (const auto& [rank, number] : found)
    result.push_back(number);
  return result;
}

bool search::may_fill(const free_class& x, std::size_t number) const {
  return is_left(x, number) && suits(x);
}

/// One of them has been called and not used.
bool search::is_left(const free_class& x, std::size_t number) const {
  const auto now = facts_.events[event_].at;
  const auto called = std::upper_bound(x.calls.begin(), x.calls.end(), now) - x.calls.begin();
  return static_cast<std::size_t>(called) > used_[number];
}

/// It would have an effect, and none that is known not to have been.
bool search::suits(const free_class& x) const {
  const auto current = current_[x.key];
  if ((x.erases && current == 0) || (x.pre == condition::absent && current != 0)
      || (x.pre == condition::matches && current != x.expect))
    return false;
  return current == 0 || wanted_[value_group(current)] == 0;
}

/// Which candidate is tried first: 0 before all others. The rank decides about time only, and no
/// tie-break is best for all histories: the first called, then that whose key changes soonest and
/// so may not suit for longer, then any.
std::uint64_t search::rank(const free_class& x, std::uint32_t number) const {
  const auto slot = reached_ + 1;
  const auto next = bounds_.next_change(x.key, slot, false);
  const auto chance = scramble((std::uint64_t{attempt_} << 48) + (std::uint64_t{slot} << 16)
                               + number);
  const auto tie = attempt_ == 0 ? number : attempt_ == 1 ? next.slot : chance >> 32;
  const auto ranked = [&](std::uint64_t level) { return (level << 32) + tie; };
  const bool absent = is_absent_between(x.key, slot, next.slot);
  if (x.erases) {
    if (absent || waiting_[absence_group(x.key)] != nothing)
      return ranked(0);
    return ranked(next.erases && !next.certain ? 2 : 1);
  }
  if (absent)
    return ranked(3);
  // Perhaps that erase found nothing.
  return ranked(current_[x.key] == 0 && next.erases && next.slot <= facts_.last ? 2 : 1);
}

bool search::is_absent_between(std::uint32_t key, std::uint32_t first, std::uint32_t end) const {
  const auto& all = bounds_.absences[key];
  const auto found = std::lower_bound(all.begin(), all.end(), first);
  return found != all.end() && *found < end;
}

bool search::fill(std::uint32_t class_number) {
  const auto& x = classes_[class_number];
  note(undo::used, class_number, used_[class_number]);
  mix(undo::used, class_number, used_[class_number], true);
  ++used_[class_number];
  if (x.erases)
    count_erase(x.key);
  return write(x.key, x.erases, nothing);
}

/// Takes the candidates of the last choice until one can be written. The last choice is dropped if
/// none can.
bool search::try_candidates() {
  for (;;) {
    auto& last = choices_.back();
    if (last.candidates.empty() && !last.all) {
      last.candidates = candidates(classes_.size() + 1);
      last.all = true;
    }
    if (last.candidates.empty())
      break;
    const auto number = last.candidates.back();
    last.candidates.pop_back();
    last.chosen = number;
    if (fill(number))
      return true;
    undo_to(last.trail);
  }
  failed_.insert(choices_.back().before);
  choices_.pop_back();
  return false;
}

bool search::backtrack() {
  backtracked_ = true;
  while (!choices_.empty()) {
    undo_to(choices_.back().trail);
    event_ = choices_.back().event;
    if (try_candidates())
      return true;
  }
  return false;
}

bool search::repair() {
  if (how_ != manner::guided || (key_to_erase_ == nothing && !is_short_))
    return false;
  backtracked_ = true;
  --repairs_left_;
  return key_to_erase_ != nothing ? repair_presence(key_to_erase_) : repair_shortage();
}

/// Where nothing is left that suits a gap, something that does may have been chosen for an earlier
/// gap that what is left now would have suited: goes back to the last such gap.
bool search::repair_shortage() {
  const auto key = facts_.typed[reached_ + 1];
  const auto is_needed = [&](std::uint32_t number) {
    const auto& x = classes_[number];
    return (key == nothing || (x.key == key && !x.erases)) && suits(x);
  };
  for (auto found = choices_.rbegin(); found != choices_.rend(); ++found) {
    if (!is_needed(found->chosen))
      continue;
    auto& all = found->candidates;
    const auto other = std::find_if(all.rbegin(), all.rend(), [this](std::uint32_t number) {
      return is_left(classes_[number], number);
    });
    if (other == all.rend())
      continue;
    std::rotate(other.base() - 1, other.base(), all.end());
    left_out_ = left_out_ || found != choices_.rbegin();
    choices_.erase(found.base(), choices_.end());
    undo_to(choices_.back().trail);
    event_ = choices_.back().event;
    return try_candidates();
  }
  return false;
}

/// Where a key had to be absent and was present, an unknown erase of it may have been the right
/// choice for a gap since its last put, or that put the wrong one: goes back to the last such gap.
bool search::repair_presence(std::uint32_t key) {
  const auto present_since = current_[key];
  while (!choices_.empty() && present_since != 0) {
    auto& last = choices_.back();
    undo_to(last.trail);
    event_ = last.event;
    if (current_[key] != present_since && reached_ + 1 != present_since)
      return false;
    for (std::uint32_t number : erases_of_[key])
      if (facts_.typed[reached_ + 1] == nothing && may_fill(classes_[number], number)) {
        last.candidates.push_back(number);
        return try_candidates();
      }
    if (reached_ + 1 == present_since)
      return try_candidates();
    left_out_ = true;
    choices_.pop_back();
  }
  return false;
}

// -- changes --------------------------------------------------------------------------------------

bool search::write(std::uint32_t key, bool erases, std::uint32_t by) {
  const auto old = current_[key];
  if (old != 0 && wanted_[value_group(old)] > 0)
    return fail(" replaced a value that was still to be seen by ", by, nothing, value_group(old));
  note(undo::written, key, old);
  mix(undo::written, key, old, false);
  current_[key] = erases ? 0 : ++reached_;
  reached_ += erases ? 1 : 0;
  mix(undo::written, key, current_[key], true);
  if (erases)
    wake(absence_group(key));
  else
    wake(value_group(reached_));
  if (!erases && wanted_[absence_group(key)] > 0 && erases_[key] == 0)
    return fail(" wrote a key that nobody can have erased before ", by, nothing,
                absence_group(key));
  return reached_ > facts_.last || check_noops();
}

/// An erase that changed nothing was there in this state, or will be.
bool search::check_noops() {
  for (auto i = waiting_[noop_group(reached_)]; i != nothing; i = next_[i]) {
    if (satisfied_[i])
      continue;
    if (current_[facts_.at(i).key] != 0) {
      key_to_erase_ = facts_.at(i).key;
      return fail(" erased nothing though there was a value, or at another's revision", i);
    }
    satisfy(i);
  }
  return true;
}

void search::satisfy(std::uint32_t i) {
  satisfied_[i] = true;
  --wanted_[group_of(i)];
  note(undo::satisfied, i, 0);
  mix(undo::satisfied, i, 0, true);
  if (facts_.roles[i] == role::eraser)
    count_erase(facts_.at(i).key);
}

void search::wait(std::uint32_t i, std::uint32_t group) {
  note(undo::waiting, group, waiting_[group]);
  next_[i] = waiting_[group];
  waiting_[group] = i;
}

void search::wake(std::uint32_t group) {
  const auto first = waiting_[group];
  if (first == nothing)
    return;
  note(undo::waiting, group, first);
  waiting_[group] = nothing;
  for (auto i = first; i != nothing; i = next_[i])
    satisfy(i);
}

void search::count_erase(std::uint32_t key) {
  note(undo::erases, key, erases_[key]);
  --erases_[key];
}

void search::note(undo what, std::uint32_t which, std::uint32_t old) {
  if (!choices_.empty())
    trail_.push_back({what, which, old});
}

void search::undo_to(std::size_t size) {
  for (; trail_.size() > size; trail_.pop_back())
    take_back(trail_.back());
}

void search::take_back(const change& last) {
  const auto which = last.which;
  switch (last.what) {
  case undo::satisfied:
    satisfied_[which] = false;
    ++wanted_[group_of(which)];
    mix(undo::satisfied, which, 0, false);
    break;
  case undo::waiting:
    waiting_[which] = last.old;
    break;
  case undo::written:
    mix(undo::written, which, current_[which], false);
    current_[which] = last.old;
    mix(undo::written, which, last.old, true);
    --reached_;
    break;
  case undo::used:
    used_[which] = last.old;
    mix(undo::used, which, last.old, false);
    break;
  case undo::erases:
    erases_[which] = last.old;
    break;
  }
}

/// Adds a fact to the digest, or takes it away.
void search::mix(undo what, std::uint64_t which, std::uint64_t value, bool add) {
  const auto kind = static_cast<std::uint64_t>(what);
  const auto a = scramble(scramble(which * 8 + kind) + value);
  const auto b = scramble(a ^ 0x9E3779B97F4A7C15ULL);
  digest_.a += add ? a : 0 - a;
  digest_.b += add ? b : 0 - b;
}

/// Where the search stands: from here on, the same choices end the same way.
search::digest search::position() const {
  const auto here = scramble((static_cast<std::uint64_t>(event_) << 32) + reached_);
  return {digest_.a + here, digest_.b + scramble(here)};
}

// -- reasons --------------------------------------------------------------------------------------

/// The attempt that got farthest says most about what is wrong.
bool search::fail(const char* text, std::uint32_t operation, std::uint32_t other,
                  std::uint32_t group) {
  if (*best_.text != '\0' && event_ <= best_.event)
    return false;
  repairs_left_ = repairs_max;
  best_ = {event_, text, operation, reached_ + 1, other, group};
  return false;
}

/// The reader that came last, who is most probably still to come.
std::uint32_t search::last_of(std::uint32_t group) const {
  std::uint32_t found = nothing;
  for (const auto& x : facts_.events)
    if (!x.is_return() && group_of(x.operation()) == group)
      found = x.operation();
  return found;
}

refutation search::why() const {
  reason text{facts_.about};
  if (best_.operation != nothing)
    text << facts_.at(best_.operation);
  else
    text << "an unknown write";
  text << best_.text;
  text.also("", best_.other);
  if (best_.group != nothing)
    text.also("", last_of(best_.group));
  text << ", at revision " << best_.slot;
  if (backtracked_)
    text << "; the other ways to fill the gaps end no later";
  return text.take();
}

} // namespace quorate::history
