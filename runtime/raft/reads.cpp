// Linearizable reads without a log entry: ReadIndex (thesis, 6.4).
//
// All reads that wait when `take_ready` is called share one round: a heartbeat with a number of the
// leader's own. A quorum's answers to it, or to a later one, prove that the leader still led after
// the reads had been asked. The number is never the caller's: with that, a late answer to an
// earlier use of it could confirm a later read (etcd #20418).
//
// A follower asks its leader, by one message for all of its reads that wait, and is told the index
// that it has to have applied before it answers them.

#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <utility>

namespace quorate::raft {

result<void> core::read_index(read_token token) {
  checked_call guard{*this};
  if (auto* self = std::get_if<leader>(&role_)) {
    if (self->reads >= limits::reads_waiting_max)
      return make_error(errc::overloaded);
    self->reads_waiting.push_back({token, {}, {}});
    ++self->reads;
    return {};
  }
  auto* self = std::get_if<follower>(&role_);
  if (self == nullptr || !leader_.id)
    return refusal(errc::not_leader);
  if (self->reads >= limits::reads_waiting_max)
    return make_error(errc::overloaded);
  self->reads_waiting.push_back(token);
  ++self->reads;
  return {};
}

// -- the leader's side ----------------------------------------------------------------------------

void core::begin_round(leader& self) {
  if (self.reads_waiting.empty())
    return;
  // A new leader has all that is committed, but doesn't know how far that goes (etcd #7331).
  if (!own_term_committed(self) && !base::mutated(base::mutant::read_before_own_term))
    return;
  if (!base::mutated(base::mutant::read_joins_old_round))
    next_round(self);
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
    auto batch = std::move(self.reads_asked.front());
    self.reads_asked.pop_front();
    self.reads -= batch.reads.size();
    for (const auto& read : batch.reads)
      answer_read(read, true, batch.index);
  }
}

void core::answer_read(const waiting_read& to, bool confirmed, log_index index) {
  if (to.asker.id) {
    auto answer = make(to.asker, read_reply{to.token.value, confirmed, index});
    answer.request_boot = to.asker_boot;
    if (!persistence_.send_after(persistence_.covering_state(), std::move(answer)))
      drop();
  } else if (confirmed) {
    confirmed_reads_.push_back({to.token, index});
  } else {
    failed_reads_.push_back(to.token);
  }
}

/// Leadership is gone. Each is failed exactly once: the leader's data ends right after this.
void core::fail_reads(leader& self) {
  for (const auto& batch : self.reads_asked)
    for (const auto& read : batch.reads)
      answer_read(read, false, {});
  for (const auto& read : self.reads_waiting)
    answer_read(read, false, {});
  self.reads_asked.clear();
  self.reads_waiting.clear();
  self.reads = 0;
}

void core::on(const envelope& m, const read_request& x) {
  auto* self = std::get_if<leader>(&role_);
  if (self == nullptr || self->peers.count(m.from.id) == 0)
    return drop();
  const waiting_read read{read_token{x.id}, m.from, m.from_boot};
  if (self->reads >= limits::reads_waiting_max)
    return answer_read(read, false, {});
  self->reads_waiting.push_back(read);
  ++self->reads;
}

// -- a follower's side ----------------------------------------------------------------------------

void core::ask_leader(follower& self) {
  if (self.reads_waiting.empty())
    return;
  forwarded_reads next{next_forwarded_++, now_, std::exchange(self.reads_waiting, {})};
  send(leader_, read_request{next.id});
  self.reads_asked.push_back(std::move(next));
}

void core::on(const envelope& m, const read_reply& x) {
  auto* self = std::get_if<follower>(&role_);
  if (self == nullptr || leader_ != m.from)
    return;
  auto asked = std::find_if(self->reads_asked.begin(), self->reads_asked.end(),
                            [&](const forwarded_reads& one) { return one.id == x.id; });
  if (asked == self->reads_asked.end())
    return; // It was given up, or this is the second answer.
  for (auto token : asked->tokens) {
    if (x.confirmed)
      confirmed_reads_.push_back({token, x.index});
    else
      failed_reads_.push_back(token);
  }
  self->reads -= asked->tokens.size();
  self->reads_asked.erase(asked);
}

/// The request or its answer was lost.
void core::give_up_old_reads(follower& self) {
  while (!self.reads_asked.empty()
         && now_ - self.reads_asked.front().asked_at >= options_.election_ticks) {
    const auto& tokens = self.reads_asked.front().tokens;
    failed_reads_.insert(failed_reads_.end(), tokens.begin(), tokens.end());
    self.reads -= tokens.size();
    self.reads_asked.pop_front();
  }
}

/// Another leader, or none.
void core::fail_reads(follower& self) {
  for (const auto& batch : self.reads_asked)
    failed_reads_.insert(failed_reads_.end(), batch.tokens.begin(), batch.tokens.end());
  failed_reads_.insert(failed_reads_.end(), self.reads_waiting.begin(), self.reads_waiting.end());
  self = {};
}

} // namespace quorate::raft
