// Whether a cluster is as it should be: what its nodes say of themselves, beside what its leader
// says of them. Pure, apart from `ask_nodes`.
#pragma once

#include "quorate/explain.hpp"
#include "quorate/status.hpp"
#include "apps/quorate/command/access.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quorate::app {

/// What each node answered that was asked, by its id.
using answers = std::map<node_id, result<node_status>>;

/// Asks members and learners at their addresses, all at the same time: 32 of them at most, each of
/// whom costs a connection. Outsiders have no log that could lag, and there may be thousands.
answers ask_nodes(cluster_access& in, const nodes_view& view);

/// One word for a node: `ok`, `halted`, `silent`, `lost`, `disk_low`, `disk_none`, `mistaken` if
/// another node answers at its address; `-` if it wasn't asked.
std::string health_of(const node_row& row, const answers& said);

/// Entries that the leader has committed and the node hasn't applied. None: nobody knows.
std::optional<std::uint64_t> lag_of(node_id node, const nodes_view& view, const answers& said);

struct cluster_health {
  std::uint32_t members = 0;
  std::uint32_t members_live = 0;
  /// Members that may die more, and a majority is still there. Negative: there is none now.
  std::int64_t tolerates = 0;
  std::uint32_t warm_spares = 0; ///< Learners.
  std::uint32_t waiting = 0;     ///< `auto_join` outsiders.
  std::uint32_t parked = 0;
  std::uint16_t feature_level = 0;  ///< The lowest of members and learners.
  std::uint64_t term = 0;           ///< The newest that was heard of; 0: nobody said.
  std::vector<std::string> reasons; ///< Why it is degraded, a sentence each; empty: it isn't.
};

cluster_health health_of_cluster(const nodes_view& view, const membership_plan& plan,
                                 const answers& said);

} // namespace quorate::app
