// What a core wants done: ready, disk, machine; and all of it at once.

#include "tests/scenarios/commands.hpp"
#include "tests/scenarios/printer.hpp"

namespace quorate::raft::scenarios {

namespace {

void say_still(world& all, const node& x, const std::string& what) {
  all.say(to_string(x.self.id) + " has nothing to " + what);
}

void process_ready(world& all, arguments& args) {
  for (auto* x : take_nodes(all, args)) {
    if (x->core->has_ready())
      all.process_ready(*x, narration::everything);
    else
      say_still(all, *x, "do");
  }
}

/// How many: a number, `all`, or one.
std::size_t take_count(arguments& args, std::size_t there_are) {
  if (args.flag("all"))
    return there_are;
  auto wanted = args.has_word() ? args.number("count") : 1;
  return std::min<std::size_t>(wanted, there_are);
}

/// `sync 1`, `sync 1 2`, `sync 1 all`; `merged`: one acknowledgement, of the last write.
void sync(world& all, arguments& args) {
  auto& x = take_node(all, args);
  bool merged = args.flag("merged");
  auto count = take_count(args, x.writes.size());
  if (count == 0)
    return say_still(all, x, "sync");
  for (std::size_t i = 1; i <= count; ++i) {
    auto sequence = all.flush(x);
    if (!merged || i == count)
      all.acknowledge(x, sequence);
  }
}

/// The oldest write becomes durable, and the core doesn't hear of it yet.
void flush(world& all, arguments& args) {
  auto& x = take_node(all, args);
  if (x.writes.empty())
    return say_still(all, x, "sync");
  all.flush(x);
}

/// Late news of a write that became durable: `acknowledge 1 3`.
void acknowledge(world& all, arguments& args) {
  auto& x = take_node(all, args);
  storage::write_sequence sequence{args.number("write")};
  if (sequence > x.durable.last)
    args.fail("write " + std::to_string(sequence.value) + " isn't durable");
  all.acknowledge(x, sequence);
}

void apply(world& all, arguments& args) {
  auto& x = take_node(all, args);
  auto count = take_count(args, x.to_apply.size());
  if (count == 0)
    return say_still(all, x, "apply");
  all.apply(x, count);
}

void stabilize(world& all, arguments& args) {
  std::set<unsigned> ids;
  for (auto* x : take_nodes(all, args))
    ids.insert(x->self.id.value);
  if (!all.stabilize(ids))
    args.fail("it doesn't come to an end");
}

/// How most scenarios begin, without a word: this node leads, and everybody knows.
void elect(world& all, arguments& args) {
  auto& x = take_node(all, args);
  stabilize(all, args);
  all.campaign(x);
  stabilize(all, args);
  all.take_lines();
  if (x.core->current().role != role_kind::leader)
    args.fail("it doesn't win");
}

/// `slow disk 2`: stabilize leaves it alone, until `fast disk 2`.
void set_pace(world& all, arguments& args, bool slow) {
  auto what = args.word("part: disk or machine");
  auto& x = take_node(all, args);
  if (what == "disk")
    x.slow_disk = slow;
  else if (what == "machine")
    x.slow_machine = slow;
  else
    args.fail("disk or machine, not " + what);
}

void slow(world& all, arguments& args) {
  set_pace(all, args, true);
}

void fast(world& all, arguments& args) {
  set_pace(all, args, false);
}

} // namespace

void add_effect_commands(command_table& table) {
  table["process-ready"] = process_ready;
  table["sync"] = sync;
  table["flush"] = flush;
  table["acknowledge"] = acknowledge;
  table["apply"] = apply;
  table["stabilize"] = stabilize;
  table["elect"] = elect;
  table["slow"] = slow;
  table["fast"] = fast;
}

} // namespace quorate::raft::scenarios
