// How nodes that lost sight of the cluster find it again.
#include "runtime/driver/driver.hpp"
#include "runtime/raft/configurations.hpp"

#include <algorithm>
#include <cstddef>

namespace quorate::driver {

namespace {

/// Rows that are looked at in a turn: a large cluster is walked in parts.
constexpr std::size_t looked_at_max = 256;
/// Messages in a turn. Outsiders that are down for good are called again and again.
constexpr std::size_t announced_max = 16;
/// Heartbeats that an outsider may miss before it is called.
constexpr std::uint64_t missed_max = 3;

} // namespace

/// A node without a log asks whom it knows: its seeds, and the members of the newest view. All of
/// them may be gone: it was restarted and had no seed that is still a member, or was away while the
/// members changed. The leader does know where it was, and tells it there whom to ask. That is a
/// hint and nothing more, so it needs no answer, and does no harm if it is late or goes astray.
void driver::announce() {
  if (now_ms_ - announced_ms_ < heartbeat_ms())
    return;
  announced_ms_ = now_ms_;
  const auto silent_ms = missed_max * heartbeat_ms();
  const auto& rows = replica_->state.nodes().rows();
  membership::join_reply hint;
  hint.refusal = make_error(errc::not_leader);
  hint.refusal.leader = marker_.id;
  hint.refusal.leader_address = options_.address;
  auto next = rows.upper_bound(announced_to_);
  std::size_t announced = 0;
  for (std::size_t i = 0; i < std::min(looked_at_max, rows.size()) && announced < announced_max;
       ++i, ++next) {
    if (next == rows.end())
      next = rows.begin();
    const auto& [id, row] = *next;
    announced_to_ = id;
    const auto spoke = outsider_spoke_ms_.find(id);
    const auto heard_ms = spoke != outsider_spoke_ms_.end() ? spoke->second : leading_since_ms_;
    if (now_ms_ - heard_ms < silent_ms || row.lost
        || raft::names(replica_->core.active_config(), {id, row.storage}))
      continue;
    hint.to = id;
    send(row.address, hint);
    ++announced;
  }
}

} // namespace quorate::driver
