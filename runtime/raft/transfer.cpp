// Handing leadership over (thesis, 3.10).

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

namespace quorate::raft {

result<void> core::transfer(node_id to) {
  checked_call guard{*this};
  auto* self = std::get_if<leader>(&role_);
  if (self == nullptr)
    return refusal(errc::not_leader);
  if (self->transferring)
    return make_error(errc::transfer_in_progress);
  const auto& active = configs_.active();
  auto found = self->peers.find(to);
  if (found == self->peers.end() || !lists(active.voters, found->second.peer())
      || (active.joint() && !lists(active.outgoing, found->second.peer())))
    return make_error(errc::unknown_node);
  self->transferring = handover{found->second.peer(), now_};
  continue_transfer(*self);
  return {};
}

/// Until it has all of the log, it is brought up to date; then it is asked to campaign, every tick,
/// as the request may be lost. If nothing comes of it within an election timeout, proposals are
/// taken again.
void core::continue_transfer(leader& self) {
  if (!self.transferring)
    return;
  if (now_ - self.transferring->started_at >= options_.election_ticks) {
    self.transferring.reset();
    return;
  }
  auto found = self.peers.find(self.transferring->to.id);
  QUORATE_CHECK(found != self.peers.end(), describe());
  if (found->second.match() != log_.last().index
      && !base::mutated(base::mutant::handover_without_catch_up))
    return;
  self.lease_given_up = true;
  send(found->second.peer(), timeout_now{});
}

void core::on(const envelope& m, const timeout_now&) {
  bool from_leader = !leader_.id || leader_ == m.from;
  if (std::holds_alternative<follower>(role_) && from_leader && eligible())
    campaign_for_real(true); // Without a pre-vote: the leader itself asks for it (canonical/raft
                             // #203).
}

} // namespace quorate::raft
