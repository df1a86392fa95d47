// Elections (thesis, 3.4), pre-votes (9.6), check-quorum and stickiness (6.2, 4.2.3).
//
// The election timer is restarted only by a word of the current leader, by granting a real vote, by
// an own campaign and by a change of role or term: never by pre-votes or refusals, or a hopeless
// candidate could starve everybody else (hashicorp/raft #609).

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <utility>

namespace quorate::raft {

namespace {

/// A grant is a fact: a refusal of a repeated request doesn't take it back.
void record(std::map<node_id, bool>& ballots, node_id from, bool granted) {
  auto& ballot = ballots[from];
  ballot = ballot || granted;
}

} // namespace

// -- may it? --------------------------------------------------------------------------------------

/// A voter, of the active configuration or of one that isn't known to be superseded: a leader that
/// removed itself and crashed may be the only one with the newest log (thesis, 4.2.2).
bool core::eligible() const {
  if (installing_ || quiet_)
    return false;
  if (base::mutated(base::mutant::learner_campaigns) && names(configs_.active(), self_))
    return true;
  // A node that was dismissed and taken in again first holds an old prefix of the log in which it
  // was a voter.
  bool by_floor = floor_ && !base::mutated(base::mutant::floor_campaigns);
  auto lowest = by_floor ? floor_.version : config_version{};
  if (by_floor && configs_.active().version <= lowest)
    return false;
  return configs_.any_since(
    commit_, [&](const configuration& x) { return x.version > lowest && names_voter(x, self_); });
}

bool core::sole_voter() const {
  const auto& active = configs_.active();
  return active.voters.size() == 1 && active.voters.front() == self_ && !active.joint();
}

/// Whether this node has reason to believe in a leader. The leader itself has to be sticky too, or
/// a rejoined follower could depose it (braft #154, jraft #15).
bool core::sticky() const {
  if (const auto* self = std::get_if<leader>(&role_))
    return has_quorum_contact(*self) && !base::mutated(base::mutant::leader_grants_pre_votes);
  return leader_.id && election_elapsed_ < options_.election_ticks;
}

bool core::has_quorum_contact(const leader& self) const {
  return is_quorum(configs_.active(), [&](const replica& who) {
    if (who == self_)
      return true;
    auto found = self.peers.find(who.id);
    return found != self.peers.end()
           && found->second.ticks_since_contact(now_) < options_.election_ticks;
  });
}

ballot_result core::outcome_of(const std::map<node_id, bool>& ballots) const {
  return quorum_ballot(configs_.active(), [&](const replica& who) -> std::optional<bool> {
    auto found = ballots.find(who.id);
    if (found == ballots.end())
      return std::nullopt;
    return found->second;
  });
}

// -- campaigning ----------------------------------------------------------------------------------

void core::campaign() {
  QUORATE_CHECK(eligible(), describe());
  pre_candidate next;
  // Who isn't a voter of the active configuration may win, but never counts itself.
  if (names_voter(configs_.active(), self_))
    next.ballots[self_.id] = true;
  if (outcome_of(next.ballots) == ballot_result::won)
    return campaign_for_real(false);
  set_role(std::move(next), replica{});
  restart_timer();
  pre_vote question{term{hard_.current_term.value + 1}, log_.last()};
  for (const auto& who : voters_of(configs_.active()))
    if (who != self_)
      send(who, question);
}

void core::campaign_for_real(bool transfer) {
  QUORATE_CHECK(eligible(), describe());
  ++counts_.elections;
  set_term(term{hard_.current_term.value + 1});
  set_vote(self_);
  candidate next;
  // Waits for term and vote, and for the log that the request boasts of: else a candidate that
  // loses both in a crash could win the same term a second time with a shorter log, by a delayed
  // grant.
  next.own_vote_after = persistence_.covering_all();
  auto after = next.own_vote_after;
  if (base::mutated(base::mutant::candidate_asks_before_durable))
    after = {};
  set_role(std::move(next), replica{});
  restart_timer();
  vote request{log_.last(), transfer};
  for (const auto& who : voters_of(configs_.active()))
    if (who != self_)
      send_after(after, who, request);
}

void core::count_own_vote(candidate& self) {
  if (!persistence_.is_durable(self.own_vote_after) || !names_voter(configs_.active(), self_))
    return;
  self.ballots[self_.id] = true;
  if (outcome_of(self.ballots) == ballot_result::won)
    become_leader();
}

// -- answering ------------------------------------------------------------------------------------

void core::on(const envelope& m, const pre_vote& x) {
  bool free = x.next_term > hard_.current_term
              || (x.next_term == hard_.current_term
                  && (!hard_.voted_for.id || hard_.voted_for == m.from));
  bool new_enough = log_.is_covered_by(x.last)
                    || base::mutated(base::mutant::vote_without_log_check);
  // Of two that began in the same tick with equal logs, as survivors of a closed connection do, the
  // lower id goes first; else each would vote for itself. Only for that tick, so it delays nobody
  // for ever.
  bool goes_first = std::holds_alternative<pre_candidate>(role_) && election_elapsed_ == 0
                    && x.last == log_.last() && self_ < m.from;
  bool granted = free && new_enough && !goes_first && !sticky() && !promised() && !below_floor(m);
  if (granted && base::mutated(base::mutant::pre_vote_resets_timer))
    restart_timer();
  reply(m, pre_vote_reply{x.next_term, granted});
}

void core::on(const envelope& m, const vote& x) {
  bool repeated = hard_.voted_for == m.from; // The first answer may have been lost (nebula #2419).
  bool free = repeated || (!hard_.voted_for.id && !leader_.id);
  bool new_enough = log_.is_covered_by(x.last)
                    || base::mutated(base::mutant::vote_without_log_check);
  bool bound = promised() && !x.transfer && !repeated; // By a lease, whatever the term.
  if (!free || !new_enough || bound || below_floor(m))
    return reply(m, vote_reply{false});
  QUORATE_CHECK(!is_leader() && !std::holds_alternative<candidate>(role_), describe());
  set_role(follower{}, replica{});
  restart_timer();
  if (!repeated)
    set_vote(m.from);
  auto after = persistence_.covering_state();
  if (base::mutated(base::mutant::vote_before_durable))
    after = {};
  reply_after(after, m, vote_reply{true});
}

void core::on(const envelope& m, const pre_vote_reply& x) {
  auto* self = std::get_if<pre_candidate>(&role_);
  if (self == nullptr || x.next_term.value != hard_.current_term.value + 1)
    return;
  record(self->ballots, m.from.id, x.granted);
  auto result = outcome_of(self->ballots);
  if (result == ballot_result::won)
    campaign_for_real(false);
  else if (result == ballot_result::lost)
    become_follower(hard_.current_term, replica{});
}

void core::on(const envelope& m, const vote_reply& x) {
  auto* self = std::get_if<candidate>(&role_);
  if (self == nullptr)
    return;
  record(self->ballots, m.from.id, x.granted);
  auto result = outcome_of(self->ballots);
  if (result == ballot_result::won)
    become_leader();
  else if (result == ballot_result::lost)
    become_follower(hard_.current_term, replica{});
}

// -- roles ----------------------------------------------------------------------------------------

void core::become_follower(term t, const replica& of) {
  QUORATE_CHECK(t >= hard_.current_term, "term", t.value, describe());
  if (t > hard_.current_term)
    set_term(t);
  set_role(follower{}, of);
  restart_timer();
}

void core::become_leader() {
  QUORATE_CHECK(hard_.voted_for == self_, describe());
  QUORATE_CHECK(persistence_.state_durable(), describe());
  ++counts_.leaderships;
  set_role(leader{}, self_);
  auto& self = std::get<leader>(role_);
  for (const auto& x : log_.slice(log_index{commit_.value + 1}, log_.last().index))
    self.uncommitted_bytes += cost_of(x);
  match_peers(self);
  // Before an entry of its own term is committed, a leader can't tell what is (thesis, 3.6.2
  // and 6.4).
  entry first;
  first.kind = entry_kind::noop;
  self.term_start = append_own(self, std::move(first));
}

void core::set_term(term t) {
  QUORATE_CHECK(t > hard_.current_term, "term", t.value);
  hard_.current_term = t;
  hard_.voted_for = replica{};
  leadership_changed_ = true;
  persistence_.state_changed();
}

void core::set_vote(const replica& who) {
  QUORATE_CHECK(!hard_.voted_for.id, describe());
  hard_.voted_for = who;
  persistence_.state_changed();
}

void core::set_role(role next, const replica& known_leader) {
  if (auto* self = std::get_if<leader>(&role_); self && !std::holds_alternative<leader>(next)) {
    fail_reads(*self);
    replication_due_ = false;
  }
  if (auto* self = std::get_if<follower>(&role_))
    fail_reads(*self);
  leadership_changed_ |= role_.index() != next.index() || leader_ != known_leader;
  role_ = std::move(next);
  leader_ = known_leader;
}

/// With a hint to who leads, if that is known.
error core::refusal(errc code) const {
  auto out = make_error(code);
  out.leader = leader_.id;
  return out;
}

void core::restart_timer() {
  election_elapsed_ = 0;
  const auto jitter = options_.election_jitter_ticks != 0 ? options_.election_jitter_ticks
                                                          : options_.election_ticks;
  election_timeout_ = rng_.between(options_.election_ticks,
                                   std::uint64_t{options_.election_ticks} + jitter - 1);
}

} // namespace quorate::raft
