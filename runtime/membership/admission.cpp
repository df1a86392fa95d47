#include "runtime/membership/admission.hpp"

#include <algorithm>

namespace quorate::membership {

view make_view(const nodes_config& config, node_id for_node, node_id leader) {
  view out;
  out.version = config.version();
  out.leader = leader;
  for (auto id : config.members())
    out.members.push_back(*config.find(id));
  if (const auto* row = config.find(for_node))
    out.own = *row;
  return out;
}

join_reply judge_join(const nodes_config& config, const join_request& request, node_id leader) {
  join_reply reply;
  reply.to = request.from.id;
  reply.boot = request.boot;
  if (request.cluster != config.identity().cluster) {
    reply.refusal = make_error(errc::foreign_cluster, "this is cluster " + config.identity().name
                                                        + " ("
                                                        + to_string(config.identity().cluster)
                                                        + "); the node belongs to another one.");
    return reply;
  }
  const auto* row = config.find(request.from.id);
  // What it knows already isn't sent again; who asks for a confirmed answer gets it whole.
  const bool same = row != nullptr && !request.has_log && request.known <= config.version()
                    && request.known >= std::max(row->since, config.members_since());
  if (same) {
    reply.current.version = config.version();
    reply.current.leader = leader;
  } else {
    reply.current = make_view(config, request.from.id, leader);
  }
  reply.role = config.role_of(request.from.id);
  if (row == nullptr) {
    const bool removed = request.from.id && request.from.id < config.next_id();
    reply.refusal = make_error(removed ? errc::node_removed : errc::unknown_node,
                               to_string(request.from.id)
                                 + (removed ? " was removed from the cluster; its id is never used "
                                              "again. Start it on empty storage to join anew."
                                            : " was never registered here."));
    return reply;
  }
  if (row->storage != request.from.storage) {
    reply.current.own.reset();
    reply.refusal = make_error(errc::storage_id_differs,
                               to_string(row->id) + " registered with another storage.");
    return reply;
  }
  if (row->lost) {
    reply.refusal = make_error(errc::storage_lost,
                               "a node with an empty disk has taken over the name of "
                                 + to_string(row->id) + " (" + row->name
                                 + "), and what is on this disk never votes again. Start it on "
                                   "empty storage to join anew.");
    return reply;
  }
  if (row->state == node_state::standby && request.wants_join)
    reply.refusal = make_error(errc::parked, to_string(row->id) + " was parked at version "
                                               + std::to_string(row->since.value)
                                               + "; only an operator's activate makes it join.");
  else if (request.known < row->since)
    reply.refusal = make_error(errc::stale_record,
                               "the node's view is of version "
                                 + std::to_string(request.known.value) + ", its record of "
                                 + std::to_string(row->since.value) + "; here is the current one.");
  return reply;
}

} // namespace quorate::membership
