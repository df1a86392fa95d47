// The acts of the demo. Each does something to the membership, waits until the cluster has dealt
// with it, and checks that it dealt with it in the right way; an error says what didn't happen.
//
// Why the node that act 2 starts ends as a member, for certain and by automation alone: of the
// nodes that are started, `nodes + 1`, act 1 parks one, act 2 removes one, and act 3 kills `nodes -
// 1 - target` (`kills`). What is left are exactly `target` nodes that are live and not parked, and
// the library's promise is that the members reach the target as long as there are enough of those.
// Whoever stands before it in the queue of spares, its turn comes.
#pragma once

#include "quorate/result.hpp"
#include "apps/quorate/settings.hpp"
#include "apps/quorate/stage.hpp"

#include <string>

namespace quorate::app {

/// Nodes that play a part in more than one act.
struct cast {
  node_id parked{};
  node_id fresh{};
  std::string fresh_name;
};

/// Before the acts: starts the nodes one after the other, founds the cluster on the first, and
/// loads the entries while the others join up to the target.
result<void> grow(stage& on, const demo_settings& settings, const entries& all);

/// Starts one more node, and waits until it has registered.
result<node_id> start_and_register(stage& on);

/// As many members as wanted, all of them voters, and nothing in flight.
bool complete(const nodes_view& view, const demo_settings& settings);

/// Act 1: a member is parked; a spare takes its place in the same change.
result<void> park_a_member(stage& on, const demo_settings& settings, cast& who);

/// Act 2: the members are reconfigured while a fresh node has registered and not joined yet.
result<void> reconfigure_the_others(stage& on, const demo_settings& settings, cast& who);

/// Act 3: the leader's process is killed; a spare replaces it. At its end the fresh node is a
/// member.
result<void> kill_the_leader(stage& on, const demo_settings& settings, cast& who);

/// Act 4: the parked node is activated, and becomes the next spare.
result<void> activate_the_parked(stage& on, const demo_settings& settings, cast& who);

} // namespace quorate::app
