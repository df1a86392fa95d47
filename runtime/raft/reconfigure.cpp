// Membership changes (thesis, chapter 4): one at a time, in effect when appended.

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

result<log_position> core::propose_membership(configuration next, shared_bytes payload) {
  checked_call guard{*this};
  auto* self = std::get_if<leader>(&role_);
  auto refusal = self ? may_change(*self, next) : make_error(errc::not_leader);
  if (refusal.code != errc::none) {
    refusal.leader = leader_.id;
    ++counts_.proposals_refused;
    return refusal;
  }
  ++counts_.proposals;
  entry x;
  x.kind = entry_kind::membership;
  x.payload = std::move(payload);
  x.config = std::make_shared<const configuration>(std::move(next));
  auto index = append_own(*self, std::move(x));
  return log_position{index, hard_.current_term};
}

quorate::error core::may_change(const leader& self, const configuration& next) const {
  if (self.transferring)
    return make_error(errc::transfer_in_progress);
  // Before that, another leader's change of one voter may still be committed beside this one, and
  // the two quorums needn't meet: the single-server bug (raft-dev, July 2015).
  if (!own_term_committed(self) && !base::mutated(base::mutant::change_before_own_term))
    return make_error(errc::transition_in_flight, "no entry of this term is committed yet");
  // Applied, not only committed: whoever is dropped is fed until then, and an id that is taken in
  // again has to begin anew.
  if (configs_.active_since() > applied_ && !base::mutated(base::mutant::second_change_in_flight))
    return make_error(errc::transition_in_flight, "the last change isn't applied yet");
  const auto& active = configs_.active();
  if (next.version.value != active.version.value + 1
      && !base::mutated(base::mutant::second_change_in_flight))
    return make_error(errc::version_differs);
  if (active.joint() && next.joint())
    return make_error(errc::transition_in_flight, "a joint change has to be left first");
  if (!may_follow(active, next))
    return make_error(errc::illegal_transition,
                      "the voter sets differ by more than one and don't overlap by a joint change");
  return {};
}

/// A membership entry was appended by this leader: it decides from now on.
void core::configuration_changed(leader& self) {
  match_peers(self);
  confirm_reads(self);
  if (self.transferring && !names_voter(configs_.active(), self.transferring->to))
    self.transferring.reset();
}

/// Feeds exactly the members of the configurations from the last applied one on.
void core::match_peers(leader& self) {
  auto targets = configs_.members_since(applied_);
  for (auto i = self.peers.begin(); i != self.peers.end();) {
    if (lists(targets, i->second.peer())) {
      ++i;
    } else {
      say_farewell(self, i->second);
      i = self.peers.erase(i);
    }
  }
  progress::beginning fresh;
  fresh.last = log_.last().index;
  fresh.next.value = fresh.last.value + 1;
  fresh.now = now_;
  fresh.round = self.round + 1; // What the new ones are asked from now on counts.
  fresh.inflight = {options_.inflight_messages_max, options_.inflight_bytes_max};
  bool added = false;
  for (const auto& who : targets)
    if (who != self_)
      added |= self.peers.try_emplace(who.id, who, fresh).second;
  if (added)
    next_round(self);
}

/// A peer has restarted. What was in flight to it is gone, and so may its log be: if it was out,
/// dropped the log and was taken in again, it has less than it said. What it has is asked
/// anew; commits don't depend on that.
void core::meet_again(leader& self, node_id peer) {
  if (self.peers.erase(peer) == 0)
    return;
  match_peers(self);
  replication_due_ = true;
}

/// So that a dropped peer learns that it was: nobody speaks to it any more. May be lost; then it
/// campaigns in vain, and is told so.
void core::say_farewell(leader& self, progress& peer) {
  if (peer.state() == progress_state::snapshot || !log_.term_at(log_index{peer.next().value - 1}))
    return;
  log_index before{peer.next().value - 1};
  auto entries = log_.slice_bounded(peer.next(), options_.append_entries_max,
                                    options_.append_bytes_max);
  send(peer.peer(),
       append{{before, *log_.term_at(before)}, std::move(entries), commit_, self.round});
}

/// A membership entry was taken out for applying.
void core::configuration_applied() {
  auto* self = std::get_if<leader>(&role_);
  if (self == nullptr)
    return;
  match_peers(*self);
  bool settled = configs_.active_since() <= applied_ && !configs_.active().joint();
  if (settled && !names_voter(configs_.active(), self_))
    abdicate(*self);
}

/// The change that removes this leader is committed: its work is done (thesis, 4.2.2). The others
/// hear of the commit before it falls silent, and the best of them doesn't have to wait for a
/// timeout.
void core::abdicate(leader& self) {
  replication_due_ = true;
  replicate(self);
  const progress* best = nullptr;
  for (const auto& [id, peer] : self.peers)
    if (names_voter(configs_.active(), peer.peer())
        && (best == nullptr || peer.match() > best->match()))
      best = &peer;
  if (best != nullptr)
    send(best->peer(), timeout_now{});
  become_follower(hard_.current_term, replica{});
}

} // namespace quorate::raft
