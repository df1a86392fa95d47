// What tests see in the logs of a cluster of real actors, and when they call it settled.
#pragma once

#include "messages/membership.hpp"
#include "tests/actors/deterministic_cluster.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quorate::actors {

/// A membership entry in the log of a node.
struct logged_change {
  log_index index{};
  membership::delta change;
};

/// All that stand in that node's log, oldest first, committed or not. Empty: it has no log.
std::vector<logged_change> changes_in_log(const deterministic_cluster& in, const std::string& node);

/// The newest change by this event in that node's log.
std::optional<logged_change> newest_change(const deterministic_cluster& in, const std::string& node,
                                           lifecycle_event event);

/// How far that node has applied its log; zero: it runs without one, or not at all.
log_index applied(const deterministic_cluster& in, const std::string& node);

/// Those that run, without this one.
std::vector<std::string> others(deterministic_cluster& in, const std::string& node);

/// The transitions of the leader's history by this event, the newest last.
std::vector<transition> done(const deterministic_cluster& in, lifecycle_event event);

/// How often an operator's request took effect.
std::size_t times(const deterministic_cluster& in, op_id op);

/// What is missing until the cluster rests: somebody leads, no change is in progress, there are as
/// many members and warm spares as the policy wants, each node takes the part that the leader's
/// config gives it, and has applied that. Empty: nothing.
std::string unsettled(deterministic_cluster& in);

/// The voters that each config of the leader's log from this version on can count on: of a joint
/// one, the smaller half.
std::vector<std::size_t> effective_voters(const deterministic_cluster& in, config_version from);

} // namespace quorate::actors
