// What a core wants done: writes, messages, entries to apply.

#include "tests/scenarios/printer.hpp"
#include "tests/scenarios/world.hpp"

#include <algorithm>

namespace quorate::raft::scenarios {

void world::process_ready(node& x, narration how) {
  auto todo = x.core->take_ready();
  const auto name = to_string(x.self.id);
  bool all = how == narration::everything;
  if (todo.leadership_changed)
    say(role_line(x));
  if (todo.install) {
    say(name + " installs the snapshot " + position_text(todo.install->last));
    x.machine = todo.install->last.index;
    x.to_apply.clear();
  }
  if (all && !todo.committed.empty())
    say(name + " hands out " + entries_text(todo.committed));
  for (auto& one : todo.committed)
    x.to_apply.push_back(std::move(one));
  if (todo.write) {
    if (all)
      say(name + " writes " + write_text(*todo.write, x.handed_over));
    x.handed_over = todo.write->state.value_or(x.handed_over);
    x.writes.push_back(std::move(*todo.write));
  }
  for (auto& m : todo.messages)
    send(std::move(m), how);
  for (const auto& read : todo.reads) {
    say(name + " confirms read " + std::to_string(read.token.value) + " at "
        + std::to_string(read.index.value));
    x.reads.push_back(read);
  }
  for (auto token : todo.failed_reads)
    say(name + " fails read " + std::to_string(token.value));
  if (x.to_apply.empty())
    serve_reads(x);
}

storage::write_sequence world::flush(node& x) {
  auto write = std::move(x.writes.front());
  x.writes.pop_front();
  say(to_string(x.self.id) + " syncs " + write_text(write, x.durable.state));
  x.durable.execute(write);
  return write.sequence;
}

void world::acknowledge(node& x, storage::write_sequence sequence) {
  x.core->persisted(sequence);
}

void world::apply(node& x, std::size_t count) {
  std::vector<entry> taken;
  while (taken.size() < count && !x.to_apply.empty()) {
    taken.push_back(std::move(x.to_apply.front()));
    x.to_apply.pop_front();
  }
  if (taken.empty())
    return;
  x.machine = taken.back().index;
  say(to_string(x.self.id) + " applies " + entries_text(taken));
  serve_reads(x);
}

void world::serve_reads(node& x) {
  auto served = std::stable_partition(
    x.reads.begin(), x.reads.end(), [&](const read_state& read) { return read.index > x.machine; });
  for (auto i = served; i != x.reads.end(); ++i)
    say(to_string(x.self.id) + " serves read " + std::to_string(i->token.value));
  x.reads.erase(served, x.reads.end());
}

/// Everything that this node can do alone. Returns whether there was anything.
bool world::settle(node& x) {
  bool moved = false;
  for (bool again = true; again; moved |= again) {
    again = false;
    if (x.core->has_ready()) {
      process_ready(x, narration::what_changed);
      again = true;
    }
    if (!x.slow_disk && !x.writes.empty()) {
      acknowledge(x, flush(x));
      again = true;
    }
    if (!x.slow_machine && !x.to_apply.empty()) {
      apply(x, x.to_apply.size());
      again = true;
    }
  }
  return moved;
}

bool world::deliver_to(const std::set<unsigned>& ids) {
  auto ready = take({[&](const envelope& m) { return ids.count(m.to.id.value) != 0; }});
  for (auto& m : ready)
    deliver(std::move(m));
  return !ready.empty();
}

bool world::stabilize(const std::set<unsigned>& ids) {
  constexpr int rounds_max = 1'000;
  for (int round = 0; round < rounds_max; ++round) {
    bool moved = false;
    for (auto id : ids)
      if (auto& x = nodes_.at(id); x.core)
        moved |= settle(x);
    moved |= deliver_to(ids);
    if (!moved)
      return true;
  }
  return false;
}

} // namespace quorate::raft::scenarios
