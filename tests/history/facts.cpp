#include "tests/history/facts.hpp"

#include "tests/history/verdict.hpp"

#include <algorithm>

namespace quorate::history {

namespace {

bool is_write(const operation& x) {
  return x.what != action::get;
}

/// It can't be effective: where it holds there is nothing to erase.
bool is_vain(const operation& x) {
  return x.what == action::erase && wants_absence(x);
}

/// An acknowledged write that took its own revision, whatever the order.
bool has_own_slot(const operation& x) {
  return x.result == outcome::ok
         && (x.what == action::put
             || (x.what == action::erase && x.pre == condition::matches && x.expect != 0));
}

} // namespace

facts::facts(const history& of) : about(of), roles(of.operations.size(), role::ignored) {
  slots.resize(roles.size(), 0);
  check_answers();
  check_values();
  find_last();
  find_writers();
  pin_values();
  find_roles();
  type_slots();
  collect_changes();
  collect_events();
}

std::uint64_t facts::gaps() const {
  std::vector<bool> told(last + 1, false);
  for (std::uint32_t i = 0; i < roles.size(); ++i)
    if (roles[i] == role::eraser || (roles[i] == role::writer && at(i).result == outcome::ok))
      told[slots[i]] = true;
  return static_cast<std::uint64_t>(std::count(told.begin() + 1, told.begin() + 1 + seen, false));
}

/// Answers that no state of any store explains.
void facts::check_answers() const {
  for (const auto& x : about.operations) {
    const char* why = nullptr;
    if (x.what == action::get && x.result == outcome::ok) {
      if ((x.value == nothing) != (x.revision == 0))
        why = " has a value without a revision, or the other way round";
    } else if (x.result == outcome::precondition_failed) {
      if (x.pre == condition::none)
        why = " failed a precondition that it didn't have";
      else if (wants_absence(x) ? x.revision == 0 : x.revision == x.expect)
        why = " failed its precondition without cause";
    } else if (has_own_slot(x)) {
      if (x.revision == 0)
        why = " was written, and has no revision";
      else if (x.pre == condition::matches && x.expect >= x.revision)
        why = " expected a revision that wasn't written yet";
    }
    if (why != nullptr)
      (reason{about} << x << why).refute();
  }
}

std::uint32_t facts::put_read_by(const operation& x) const {
  return x.what == action::get && x.result == outcome::ok && x.value != nothing ? puts_[x.value]
                                                                                : nothing;
}

/// A value that was read names its put, and so the put's slot if the put itself doesn't know it.
void facts::check_values() {
  puts_.resize(about.values, nothing);
  for (std::uint32_t i = 0; i < roles.size(); ++i)
    if (at(i).what == action::put)
      puts_[at(i).value] = i;
  for (const auto& x : about.operations) {
    if (x.what != action::get || x.result != outcome::ok || x.value == nothing)
      continue;
    const auto put = put_read_by(x);
    if (put == nothing)
      (reason{about} << x << " read a value that nobody wrote").refute();
    const auto& source = at(put);
    if (source.key != x.key)
      (reason{about} << x << " read a value of another key: " << source).refute();
    if (source.result == outcome::rejected || source.result == outcome::precondition_failed)
      (reason{about} << x << " read the value of a write that was refused: " << source).refute();
    if (source.result == outcome::ok && source.revision != x.revision)
      (reason{about} << x << " read a value with the wrong revision: " << source).refute();
    if (source.result != outcome::unknown)
      continue;
    if (slots[put] != 0 && slots[put] != x.revision)
      (reason{about} << x << " read a value that took effect twice, first at revision "
                     << slots[put] << ": " << source)
        .refute();
    slots[put] = static_cast<std::uint32_t>(x.revision); // Cut off only where `find_last` refutes.
  }
}

/// Each revision takes a write of its own, so that a history without so many is refuted, and the
/// vectors by revision are no longer than the history.
void facts::find_last() {
  std::uint64_t writes = 0;
  std::uint64_t highest = 0;
  const operation* seen_by = nullptr;
  for (const auto& x : about.operations) {
    const bool answered = x.result == outcome::ok || x.result == outcome::precondition_failed;
    if (is_write(x) && (x.result == outcome::ok || x.result == outcome::unknown))
      ++writes;
    if (answered && x.revision > highest) {
      highest = x.revision;
      seen_by = &x;
    }
  }
  if (highest > writes)
    (reason{about} << *seen_by << " saw revision " << highest << " after at most " << writes
                   << " writes: one took effect twice, or one that nobody sent did")
      .refute();
  seen = last = static_cast<std::uint32_t>(highest);
  for (const auto& x : about.operations)
    if (x.what == action::erase && x.result == outcome::unknown && x.expect <= writes)
      last = std::max(last, static_cast<std::uint32_t>(x.expect));
  writers.resize(last + 1, nothing);
  typed.resize(last + 1, nothing);
  witnesses.resize(last + 1, nothing);
}

void facts::find_writers() {
  for (std::uint32_t i = 0; i < roles.size(); ++i) {
    const auto& x = at(i);
    if (!has_own_slot(x))
      continue;
    auto& writer = writers[x.revision];
    if (writer != nothing)
      (reason{about} << "two writes with one revision: " << at(writer) << " and " << x).refute();
    writer = i;
  }
}

/// Writes the slot of an unknown put down that was read.
void facts::pin_values() {
  for (std::uint32_t i = 0; i < roles.size(); ++i) {
    const auto& x = at(i);
    const auto put = put_read_by(x);
    if (put == nothing || at(put).result != outcome::unknown)
      continue;
    const auto slot = slots[put];
    if (writers[slot] != nothing && writers[slot] != put)
      (reason{about} << x << " read a revision of another write: " << at(writers[slot])
                     << ", not of " << at(put))
        .refute();
    writers[slot] = put;
    roles[put] = role::writer;
    witnesses[slot] = i;
  }
}

void facts::find_roles() {
  for (std::uint32_t i = 0; i < roles.size(); ++i) {
    const auto& x = at(i);
    auto& its = roles[i];
    if (its == role::writer || x.result == outcome::rejected)
      continue;
    if (x.result == outcome::unknown) {
      if (is_write(x) && !is_vain(x))
        its = role::free;
      continue;
    }
    slots[i] = static_cast<std::uint32_t>(x.revision);
    if (has_own_slot(x))
      its = role::writer;
    else if (x.what == action::get || x.result == outcome::precondition_failed)
      its = x.revision == 0 ? role::sees_none : role::sees_value;
    else
      its = is_vain(x) || x.revision == 0 ? role::noop : role::eraser;
  }
}

/// Notes that slot `slot` is a put of `key`.
void facts::see(std::uint32_t slot, std::uint32_t key, std::uint32_t witness) {
  if (writers[slot] != nothing) {
    const auto& writer = at(writers[slot]);
    if (writer.key != key || writer.what != action::put)
      (reason{about} << at(witness) << " saw revision " << slot
                     << " at a key that it wasn't written to: " << writer)
        .refute();
  } else if (typed[slot] != nothing && typed[slot] != key) {
    (reason{about} << at(witness) << " saw revision " << slot << " at another key than "
                   << at(witnesses[slot]))
      .refute();
  }
  typed[slot] = key;
  if (witnesses[slot] == nothing)
    witnesses[slot] = witness;
}

void facts::type_slots() {
  for (std::uint32_t i = 0; i < roles.size(); ++i) {
    const auto& x = at(i);
    if (roles[i] == role::sees_value)
      see(slots[i], x.key, i);
    if (roles[i] != role::writer)
      continue;
    if (x.what == action::put)
      see(slots[i], x.key, i);
    if (x.pre != condition::matches || x.expect == 0)
      continue;
    if (x.expect >= slots[i]) // Only of an unknown put, whose slot was not known earlier.
      (reason{about} << x << " took effect at revision " << slots[i]
                     << ", before what it expected was written")
        .refute();
    see(static_cast<std::uint32_t>(x.expect), x.key, i);
  }
  // A slot that is somebody's put leaves nothing to an erase of the same revision.
  for (std::uint32_t i = 0; i < roles.size(); ++i)
    if (roles[i] == role::eraser && (writers[slots[i]] != nothing || typed[slots[i]] != nothing))
      roles[i] = role::noop;
}

void facts::collect_changes() {
  changes.resize(about.keys.size());
  free_erases.resize(about.keys.size());
  for (std::uint32_t slot = 1; slot <= last; ++slot) {
    if (typed[slot] != nothing)
      changes[typed[slot]].push_back({slot, false, true});
    else if (writers[slot] != nothing)
      changes[at(writers[slot]).key].push_back({slot, true, true});
  }
  bool sort = false;
  for (std::uint32_t i = 0; i < roles.size(); ++i) {
    if (roles[i] == role::free)
      free.push_back(i);
    if (roles[i] != role::eraser)
      continue;
    changes[at(i).key].push_back({slots[i], true, false});
    sort = true;
  }
  const auto by_call = [this](std::uint32_t a, std::uint32_t b) { return at(a).call < at(b).call; };
  std::stable_sort(free.begin(), free.end(), by_call);
  for (auto i : free)
    if (at(i).what == action::erase)
      free_erases[at(i).key].push_back(i);
  if (!sort)
    return;
  const auto by_slot = [](const change& a, const change& b) { return a.slot < b.slot; };
  for (auto& of_key : changes)
    std::stable_sort(of_key.begin(), of_key.end(), by_slot);
}

void facts::collect_events() {
  for (std::uint32_t i = 0; i < roles.size(); ++i) {
    if (roles[i] == role::ignored || roles[i] == role::free)
      continue;
    events.push_back({at(i).call, 2 * i});
    if (at(i).result != outcome::unknown)
      events.push_back({at(i).ret, 2 * i + 1});
  }
  std::sort(events.begin(), events.end(), [](const event& a, const event& b) {
    if (a.at != b.at)
      return a.at < b.at;
    if (a.is_return() != b.is_return())
      return b.is_return();
    return a.what < b.what;
  });
}

} // namespace quorate::history
