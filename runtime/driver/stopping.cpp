// A node that ends in order, and what others make of its goodbye.
#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/raft/configurations.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace quorate::driver {

namespace {

/// Election timeouts that a disk is waited for. Beyond, the end is as safe as a crash.
constexpr std::uint64_t flush_timeouts_max = 2;

} // namespace

// -- who goes -------------------------------------------------------------------------------------

void driver::stop() {
  if (stopping_)
    return;
  const auto timeout_ms = options_.consensus.election_ticks * options_.tick_ms;
  stopping_ = driver_stop{awake_ms_ + timeout_ms, awake_ms_ + flush_timeouts_max * timeout_ms};
}

/// With every turn of the node, behind all that the core has ready.
void driver::continue_stop() {
  if (!stopping_ || departed())
    return;
  if (speaks() && awake_ms_ < stopping_->hand_over_until_ms && still_needed())
    return;
  depart();
}

/// Whether the others would miss it. Also for a moment behind its leadership: its vote and its
/// acknowledgement are needed until the successor has spoken.
bool driver::still_needed() {
  if (replica_ == nullptr || base::mutated(base::mutant::leader_stops_at_once))
    return false;
  const auto now = replica_->core.current();
  if (now.role == raft::role_kind::leader) {
    stopping_->led = true;
    return hand_over_to(successors(false));
  }
  return stopping_->led && !now.leader;
}

/// Whoever could lead instead, best first: who has room, then who has most of the log.
std::vector<node_id> driver::successors(bool only_with_room) const {
  auto peers = replica_->core.peers();
  const auto is_out = [&](const raft::peer_status& x) {
    return x.ticks_since_contact >= options_.consensus.election_ticks
           || gone_.count(x.peer.storage) != 0 || (only_with_room && !rooms_.has_enough(x.peer.id));
  };
  peers.erase(std::remove_if(peers.begin(), peers.end(), is_out), peers.end());
  const auto rank = [this](const raft::peer_status& x) {
    return std::pair{rooms_.has_enough(x.peer.id), x.match};
  };
  std::stable_sort(peers.begin(), peers.end(),
                   [&](const auto& a, const auto& b) { return rank(a) > rank(b); });
  std::vector<node_id> out(peers.size());
  std::transform(peers.begin(), peers.end(), out.begin(),
                 [](const raft::peer_status& x) { return x.peer.id; });
  return out;
}

/// False: to nobody of them.
bool driver::hand_over_to(const std::vector<node_id>& successors) {
  auto& core = replica_->core;
  if (core.current().transferring)
    return true;
  for (auto id : successors)
    if (core.transfer(id)) { // Refused: it has no vote.
      pump();
      return true;
    }
  return false;
}

/// What was begun is written and said; what waits here is told that nobody knows.
void driver::depart() {
  if (speaks()) {
    pump();
    fail_callers(errc::outcome_unknown, errc::no_leader);
    std::set<std::string> to;
    if (replica_ != nullptr) {
      const auto& nodes = replica_->state.nodes();
      for (const auto* ids : {&nodes.members(), &nodes.learners()})
        for (auto id : *ids)
          to.insert(address_of(id));
    }
    for (const auto& row : view_.members)
      to.insert(row.address);
    to.erase(options_.address);
    if (marker_.id)
      for (const auto& address : to)
        send(address, goodbye{marker_.cluster, self(), boot_});
  }
  stopping_->departed = true;
  if (std::exchange(leading_, false))
    effects_.controller.push_back(membership::leadership_lost{});
}

bool driver::stopped() const noexcept {
  return departed()
         && (durable_sequence_ >= last_sequence_ || awake_ms_ >= stopping_->until_ms
             || halted_.code != errc::none || base::mutated(base::mutant::stops_before_durable));
}

// -- who stays ------------------------------------------------------------------------------------

/// Like a connection that closed. It counts as gone until a later life is heard; what still comes
/// of this one was said before.
void driver::on(const std::string& from, goodbye& m) {
  if (!marker_.id || m.cluster != marker_.cluster || replica_ == nullptr)
    return;
  peer_down(from);
  const auto* row = replica_->state.nodes().find(m.from.id);
  if (row == nullptr || row->storage != m.from.storage)
    return;
  const bool parts_now = !gone(m.from.storage, m.boot);
  gone_[m.from.storage] = m.boot;
  outsiders_heard_.erase(m.from.id);
  if (!leading_)
    return;
  membership::nodes_seen seen;
  seen.now_ms = awake_ms_;
  seen.gone = gone_nodes();
  if (parts_now)
    seen.parting.push_back(m.from.id);
  effects_.controller.push_back(std::move(seen));
}

/// Those of the config; others are forgotten.
std::vector<node_id> driver::gone_nodes() {
  std::vector<node_id> out;
  for (auto it = gone_.begin(); it != gone_.end();) {
    const auto* row = replica_->state.nodes().find_storage(it->first);
    if (row == nullptr) {
      it = gone_.erase(it);
      continue;
    }
    out.push_back(row->id);
    ++it;
  }
  return out;
}

bool driver::gone(const storage_id& whose, const boot_number& boot) const {
  const auto found = gone_.find(whose);
  return found != gone_.end() && found->second == boot;
}

void driver::back_again(const storage_id& whose, const boot_number& boot) {
  const auto found = gone_.find(whose);
  if (found != gone_.end() && !(found->second == boot)
      && !base::mutated(base::mutant::goodbye_trusted_for_ever))
    gone_.erase(found);
}

} // namespace quorate::driver
