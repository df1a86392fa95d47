// Looking, without moving anything.

#include "tests/scenarios/commands.hpp"
#include "tests/scenarios/printer.hpp"

namespace quorate::raft::scenarios {

namespace {

/// One line for each node that is named, or for all that are up.
template <std::string (*Line)(const node&)>
void print(world& all, arguments& args) {
  for (const auto* x : take_nodes(all, args))
    all.say(Line(*x));
}

void status(world& all, arguments& args) {
  if (args.has_word())
    return print<status_line>(all, args);
  for (const auto& [id, x] : all.nodes()) // Those that are down, too.
    all.say(status_line(x));
}

void print_disk(world& all, arguments& args) {
  for (auto id : args.ids("nodes")) {
    if (all.nodes().count(id) == 0)
      args.fail("there is no node " + std::to_string(id));
    all.say(disk_line(all.nodes().at(id)));
  }
}

void progress(world& all, arguments& args) {
  for (auto& line : progress_lines(take_node(all, args)))
    all.say(std::move(line));
}

/// Writes that storage was handed and that aren't durable.
void writes(world& all, arguments& args) {
  for (const auto* x : take_nodes(all, args)) {
    if (x->writes.empty())
      all.say(to_string(x->self.id) + " has no write under way");
    auto before = x->durable.state;
    for (const auto& write : x->writes) {
      all.say(to_string(x->self.id) + " has under way " + write_text(write, before));
      before = write.state.value_or(before);
    }
  }
}

void caught_up(world& all, arguments& args) {
  const auto& x = take_node(all, args);
  for (const auto& peer : x.core->peers())
    all.say(to_string(peer.peer.id) + (peer.learner ? " learner" : " voter")
            + (peer.caught_up ? " caught up" : " behind") + ", silent for "
            + std::to_string(peer.ticks_since_contact));
}

} // namespace

void add_print_commands(command_table& table) {
  table["status"] = status;
  table["timers"] = print<timer_line>;
  table["hard-state"] = print<hard_state_line>;
  table["config"] = print<config_line>;
  table["log"] = print<log_line>;
  table["lease"] = print<lease_line>;
  table["counters"] = print<counters_line>;
  table["disk"] = print_disk;
  table["progress"] = progress;
  table["writes"] = writes;
  table["peers"] = caught_up;
}

} // namespace quorate::raft::scenarios
