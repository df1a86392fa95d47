#include "tests/history/search.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace quorate::history {

std::vector<free_class> classes_of(const facts& from) {
  std::map<std::tuple<std::uint32_t, bool, condition, std::uint64_t>, std::size_t> numbers;
  std::vector<free_class> result;
  for (auto i : from.free) { // By call, so the classes are, too.
    const auto& x = from.at(i);
    const auto pre = wants_absence(x) ? condition::absent : x.pre;
    const auto expect = pre == condition::matches ? x.expect : 0;
    const bool erases = x.what == action::erase;
    const auto [found, is_new] = numbers.try_emplace({x.key, erases, pre, expect}, result.size());
    if (is_new)
      result.push_back({x.key, erases, pre, expect, {}});
    result[found->second].calls.push_back(x.call);
  }
  return result;
}

search::search(const facts& from, const sweep& bounds, manner how, std::uint32_t attempt,
               std::uint64_t steps_max)
  : facts_(from),
    bounds_(bounds),
    classes_(classes_of(from)),
    how_(how),
    attempt_(attempt),
    steps_left_(steps_max) {
  const auto keys = facts_.changes.size();
  const auto groups = 2 * (std::size_t{facts_.last} + 1) + keys;
  current_.resize(keys, 0);
  used_.resize(classes_.size(), 0);
  waiting_.resize(groups, nothing);
  wanted_.resize(groups, 0);
  next_.resize(facts_.roles.size(), nothing);
  satisfied_.resize(facts_.roles.size(), false);
  erases_.resize(keys, 0);
  for (std::size_t key = 0; key < keys; ++key) {
    erases_[key] = static_cast<std::uint32_t>(facts_.free_erases[key].size());
    for (const auto& x : facts_.changes[key])
      erases_[key] += x.erases ? 1 : 0;
  }
  erases_of_.resize(keys);
  for (std::uint32_t number = 0; number < classes_.size(); ++number)
    if (classes_[number].erases)
      erases_of_[classes_[number].key].push_back(number);
  count_readers();
}

// -- groups ---------------------------------------------------------------------------------------

std::uint32_t search::value_group(std::uint32_t slot) const {
  return slot;
}

std::uint32_t search::noop_group(std::uint32_t slot) const {
  return facts_.last + 1 + slot;
}

std::uint32_t search::absence_group(std::uint32_t key) const {
  return 2 * (facts_.last + 1) + key;
}

std::uint32_t search::group_of(std::uint32_t i) const {
  switch (facts_.roles[i]) {
  case role::sees_value:
    return value_group(facts_.slots[i]);
  case role::sees_none:
    return absence_group(facts_.at(i).key);
  case role::writer:
    return demand_of(i);
  default:
    return noop_group(facts_.slots[i]);
  }
}

/// A writer with a precondition reads, too; it is satisfied when its slot is written.
std::uint32_t search::demand_of(std::uint32_t writer) const {
  const auto& x = facts_.at(writer);
  if (wants_absence(x))
    return absence_group(x.key);
  return x.pre == condition::matches ? value_group(static_cast<std::uint32_t>(x.expect)) : nothing;
}

void search::count_readers() {
  for (std::uint32_t i = 0; i < facts_.roles.size(); ++i) {
    if (facts_.roles[i] == role::ignored || facts_.roles[i] == role::free)
      continue;
    if (const auto group = group_of(i); group != nothing)
      ++wanted_[group];
  }
}

// -- events ---------------------------------------------------------------------------------------

decision search::run() {
  while (event_ < facts_.events.size()) {
    if ((backtracked_ && steps_left_-- == 0) || repairs_left_ == 0)
      return decision::undecided;
    key_to_erase_ = nothing;
    is_short_ = false;
    if (step(facts_.events[event_]))
      ++event_;
    else if (!repair() && !backtrack())
      return left_out_ ? decision::undecided : decision::not_linearizable;
  }
  return decision::linearizable;
}

bool search::step(const event& now) {
  const auto i = now.operation();
  return now.is_return() ? settle(i) : begin(i);
}

bool search::begin(std::uint32_t i) {
  const auto slot = facts_.slots[i];
  const auto key = facts_.at(i).key;
  switch (facts_.roles[i]) {
  case role::sees_value:
    if (current_[key] == slot)
      satisfy(i);
    else if (reached_ < slot)
      wait(i, value_group(slot));
    else
      return fail(" saw a value that was gone", i);
    return true;
  case role::sees_none:
    if (current_[key] == 0)
      satisfy(i);
    else
      wait(i, absence_group(key));
    return true;
  case role::noop:
  case role::eraser:
    if (reached_ < slot)
      wait(i, noop_group(slot));
    else if (reached_ == slot && current_[key] == 0)
      satisfy(i);
    else {
      key_to_erase_ = key;
      return fail(" erased nothing at a revision where that was not possible", i);
    }
    return true;
  default:
    return true;
  }
}

bool search::is_settled(std::uint32_t i) const {
  return facts_.roles[i] == role::writer ? reached_ >= facts_.slots[i] : satisfied_[i];
}

bool search::settle(std::uint32_t i) {
  while (!is_settled(i)) {
    if (advance(i))
      continue;
    if (facts_.roles[i] == role::sees_none && key_to_erase_ == nothing && !is_short_)
      key_to_erase_ = facts_.at(i).key;
    return false;
  }
  return true;
}

// -- slots ----------------------------------------------------------------------------------------

/// One slot further, for the sake of `i`.
bool search::advance(std::uint32_t i) {
  if (reached_ >= facts_.last)
    return enter_tail(i);
  if (wanted_[noop_group(reached_)] > 0)
    return fail(" cannot have come before ", i, nothing, noop_group(reached_));
  const auto slot = reached_ + 1;
  if (facts_.writers[slot] != nothing)
    return write_known(facts_.writers[slot]);
  if (facts_.typed[slot] == nothing)
    for (auto e = waiting_[noop_group(slot)]; e != nothing; e = next_[e])
      if (facts_.roles[e] == role::eraser && current_[facts_.at(e).key] != 0) {
        satisfy(e);
        return write(facts_.at(e).key, true, e);
      }
  return fill_gap();
}

/// Behind the last slot there is need for unknown erases only: what an unknown put left behind
/// would have been seen with its revision, or by nobody, and no erase expects it.
bool search::enter_tail(std::uint32_t i) {
  if (facts_.roles[i] != role::sees_none)
    return fail(" can have no place in the order", i);
  if (reached_ == facts_.last && wanted_[noop_group(reached_)] > 0)
    return fail(" cannot have come before ", i, nothing, noop_group(reached_));
  const auto key = facts_.at(i).key;
  for (auto number : erases_of_[key])
    if (may_fill(classes_[number], number))
      return fill(number);
  return fail(" found no value where there was one", i);
}

bool search::write_known(std::uint32_t writer) {
  const auto& x = facts_.at(writer);
  if (x.call > facts_.events[event_].at)
    return fail(" took effect before it was called, seen by ", writer,
                facts_.events[event_].operation());
  if (wants_absence(x) && current_[x.key] != 0) {
    key_to_erase_ = x.key;
    return fail(" found an absent key that was present", writer);
  }
  if (x.pre == condition::matches && x.expect != current_[x.key])
    return fail(" took effect though its key was not at the revision it expected", writer);
  if (x.pre != condition::none)
    satisfy(writer);
  return write(x.key, x.what == action::erase, writer);
}

bool search::fill_gap() {
  constexpr std::size_t enough = 64; // Of the latest: the right one is mostly among them.
  auto found = candidates(enough);
  is_short_ = found.empty();
  if (is_short_)
    return fail(" needs a revision to which no unknown write can have led",
                facts_.events[event_].operation());
  if (found.size() == 1)
    return fill(found.front());
  const auto now = position();
  if (failed_.count(now) != 0)
    return false;
  const bool all = found.size() < enough;
  choices_.push_back({event_, trail_.size(), now, std::move(found), all, nothing});
  return try_candidates();
}

} // namespace quorate::history
