// Linearizable reads without a log entry: ReadIndex (thesis, 6.4).
//
// All reads that wait when `take_ready` is called share one round: a heartbeat with a number of the
// leader's own. A quorum's answers to it, or to a later one, prove that the leader still led after
// the reads had been asked. The number is never the caller's: with that, a late answer to an
// earlier use of it could confirm a later read (etcd #20418).

#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <utility>

namespace quorate::raft {

result<void> core::read_index(read_token token) {
  checked_call guard{*this};
  auto* self = std::get_if<leader>(&role_);
  if (self == nullptr)
    return refusal(errc::not_leader);
  if (self->reads >= limits::reads_waiting_max)
    return make_error(errc::overloaded);
  self->reads_waiting.push_back(token);
  ++self->reads;
  return {};
}

void core::begin_round(leader& self) {
  if (self.reads_waiting.empty())
    return;
  // A new leader has all that is committed, but doesn't know how far that goes (etcd #7331).
  if (!own_term_committed(self) && !base::mutated(base::mutant::read_before_own_term))
    return;
  ++self.round;
  self.reads_asked.push_back({self.round, commit_, std::exchange(self.reads_waiting, {})});
  send_heartbeats(self);
  confirm_reads(self);
}

void core::confirm_reads(leader& self) {
  if (self.reads_asked.empty())
    return;
  auto answered = quorum_value(configs_.active(), [&](const replica& who) -> std::uint64_t {
    if (who == self_)
      return self.round;
    auto found = self.peers.find(who.id);
    return found == self.peers.end() ? 0 : found->second.acked_round();
  });
  if (base::mutated(base::mutant::read_without_round))
    answered = self.round;
  while (!self.reads_asked.empty() && self.reads_asked.front().round <= answered) {
    auto& batch = self.reads_asked.front();
    for (auto token : batch.tokens)
      confirmed_reads_.push_back({token, batch.index});
    self.reads -= batch.tokens.size();
    self.reads_asked.pop_front();
  }
}

/// Leadership is gone. Each is failed exactly once: the leader's data ends right after this.
void core::fail_reads(leader& self) {
  for (auto& batch : self.reads_asked)
    failed_reads_.insert(failed_reads_.end(), batch.tokens.begin(), batch.tokens.end());
  failed_reads_.insert(failed_reads_.end(), self.reads_waiting.begin(), self.reads_waiting.end());
  self.reads_asked.clear();
  self.reads_waiting.clear();
  self.reads = 0;
}

} // namespace quorate::raft
