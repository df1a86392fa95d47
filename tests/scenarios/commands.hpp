// What a scenario can say, by topic: each command is a function that moves the world. README.md
// lists them all.
//
// Thread safety: pure functions over one world.
#pragma once

#include "tests/scenarios/arguments.hpp"
#include "tests/scenarios/world.hpp"

#include <map>
#include <string>

namespace quorate::raft::scenarios {

using handler = void (*)(world&, arguments&);
using command_table = std::map<std::string, handler>;

/// Nodes come, go and come back.
void add_node_commands(command_table& table);
/// What a core hears: time, requests, evidence.
void add_event_commands(command_table& table);
/// What a core wants done: ready, disk, machine; and all of it at once.
void add_effect_commands(command_table& table);
/// Messages: delivered, lost, held back, repeated.
void add_network_commands(command_table& table);
/// Messages that no core of the scenario has sent.
void add_inject_commands(command_table& table);
/// Looking, without moving anything.
void add_print_commands(command_table& table);

/// Runs one command and returns its lines. Throws `malformed`.
outcome run(world& all, const std::string& file, const command& what);

// -- for the commands themselves ------------------------------------------------------------------

/// The node that the next word names; it has to be up.
node& take_node(world& all, arguments& args);
/// Those that the next word names, or all that are up if there is none.
std::vector<node*> take_nodes(world& all, arguments& args);
/// `1,2/99,3`: ids, with another storage than the present one behind a slash. Sorted by id.
std::vector<replica> to_replicas(const world& all, arguments& args,
                                 const std::vector<std::string>& list);
/// `entries=2@1,3@1=x`: commands, and noops where nothing is said.
std::vector<entry> take_entries(arguments& args);
/// The machine's whole state at `index`, as a scenario shows it: a few bytes.
shared_bytes image_at(log_index index);
/// `from=1 to=2 type=vote skip=1 count=1`: what is left out fits everything.
selection take_selection(arguments& args);

} // namespace quorate::raft::scenarios
