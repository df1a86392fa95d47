// What the leader answers a node's heartbeat: its view, and a refusal where the node believes what
// isn't so.
#pragma once

#include "messages/membership.hpp"
#include "runtime/membership/nodes_config.hpp"

namespace quorate::membership {

/// Judges by the leader's own applied record, never by what the node says of itself. O(members +
/// log rows).
join_reply judge_join(const nodes_config& config, const join_request& request, node_id leader);

/// What an outsider has to know: version, members, its own row.
view make_view(const nodes_config& config, node_id for_node, node_id leader);

} // namespace quorate::membership
