// What room the disks of this node and of its peers have, as far as this node has heard.
//
// A peer says it with each of its messages of consensus, so what is known is as old as the last one
// that arrived, and whoever was never heard is taken to have enough.
#pragma once

#include "quorate/status.hpp"
#include "messages/raft.hpp"

#include <map>
#include <vector>

namespace quorate::driver {

/// Thread safety: none. Bounded by the replicas of the active configuration. Complexity: O(log
/// replicas), and O(1) where every disk has enough.
class rooms {
public:
  disk_room own() const noexcept {
    return own_;
  }
  void set_own(disk_room now) noexcept {
    own_ = now;
  }

  /// Of a replica that `active` names.
  void heard(const raft::configuration& active, const raft::replica& from, disk_room its);
  /// What others said is forgotten.
  void keep_only(const raft::configuration& active);

  /// Whether that peer has enough.
  bool has_enough(node_id peer) const {
    return crowded_.count(peer) == 0;
  }
  /// Whether what is proposed finds room on a quorum of the voters of `active`: it could be
  /// committed without any of those that are almost full.
  bool quorum_has_enough(const raft::configuration& active, node_id self) const;
  /// Nobody is known to have less than enough.
  bool all_have_enough() const noexcept {
    return own_ == disk_room::enough && crowded_.empty();
  }
  /// Voters of `active` that haven't enough, ascending.
  std::vector<node_id> crowded_voters(const raft::configuration& active, node_id self) const;

private:
  disk_room own_ = disk_room::enough;
  std::map<node_id, raft::replica> crowded_; ///< Peers that haven't enough.
};

} // namespace quorate::driver
