// Replication (thesis, 3.5), pipelined and with back-tracking by terms (10.2.1, 5.3 of the paper).
//
// A leader doesn't send while it handles an event: it notes that replication is due, and
// `take_ready` sends what has gathered. So all proposals between two calls of `take_ready` share
// one append, and a commit index travels with the entries that follow it.

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

namespace {

/// What a correct leader of `sender_term` sends: consecutive entries with terms that never fall.
bool well_formed(const append& x, term sender_term) {
  auto end = x.previous;
  for (const auto& one : x.entries) {
    if (one.index.value != end.index.value + 1 || one.entry_term < end.entry_term
        || (one.kind == entry_kind::membership) != (one.config != nullptr))
      return false;
    end = {one.index, one.entry_term};
  }
  return end.entry_term <= sender_term;
}

} // namespace

// -- the follower's side --------------------------------------------------------------------------

void core::heard_leader(const envelope& m) {
  // Two leaders of one term: nothing that follows could be right.
  QUORATE_CHECK(!is_leader() && (!leader_.id || leader_ == m.from), "from", m.from.id.value,
                describe());
  if (!std::holds_alternative<follower>(role_) || leader_ != m.from)
    become_follower(hard_.current_term, m.from);
  election_elapsed_ = 0;
  quiet_ = false;
  promise();
}

void core::on(const envelope& m, append& x) {
  if (!well_formed(x, m.sender_term))
    return drop();
  heard_leader(m);
  if (installing_) // The log stands still until the image is durable; the leader will ask again.
    return;
  if (x.previous.index < commit_) {
    // Up to `commit_` all logs agree; what goes beyond is taken from there.
    auto known = std::min(commit_.value - x.previous.index.value, std::uint64_t{x.entries.size()});
    x.entries.erase(x.entries.begin(), x.entries.begin() + static_cast<std::ptrdiff_t>(known));
    if (x.entries.empty())
      return reply_after(persistence_.covering_log(commit_), m, append_accepted{commit_, x.round});
    x.previous = {commit_, *log_.term_at(commit_)};
  }
  if (!takes_entries_ && !x.entries.empty())
    return drop();
  accept_entries(m, x);
}

void core::accept_entries(const envelope& m, append& x) {
  if (!log_.contains(x.previous))
    return reply(m, append_rejected{x.previous.index, log_.agreement_below(x.previous), x.round});
  log_index verified{x.previous.index.value + x.entries.size()};
  store_entries(std::move(x.entries));
  promise(); // Under the configuration that is active now: the answer will name it.
  // Not by the end of the own log: beyond `verified` it may still differ from the leader's.
  auto limit = base::mutated(base::mutant::commit_beyond_verified) ? log_.last().index : verified;
  if (auto commit = std::min(x.commit, limit); commit > commit_)
    advance_commit(commit);
  auto after = persistence_.covering_log(verified);
  if (base::mutated(base::mutant::append_acked_before_durable))
    after = {};
  reply_after(after, m, append_accepted{verified, x.round});
}

/// Keeps what is there already: only a real conflict shortens the log, or an append that was
/// overtaken by a later one would take back what was acknowledged (CCF #5991).
void core::store_entries(std::vector<entry> entries) {
  bool shorten = base::mutated(base::mutant::truncate_without_conflict) && !entries.empty()
                 && entries.back().index < log_.last().index;
  for (auto& x : entries) {
    auto here = log_.term_at(x.index);
    if (here && (*here == x.entry_term || base::mutated(base::mutant::conflict_kept)))
      continue;
    if (here)
      truncate_from(x.index);
    store_entry(std::move(x));
  }
  if (shorten)
    truncate_from(log_index{std::max(entries.back().index, commit_).value + 1});
}

void core::store_entry(entry x) {
  log_.append_entry(std::move(x));
  persistence_.entries_appended();
  const auto& stored = log_.at(log_.last().index);
  if (stored.config)
    configs_.activate(stored); // Counts from here on, committed or not.
}

void core::truncate_from(log_index from) {
  QUORATE_CHECK(!is_leader(), describe()); // A leader only appends to its own log.
  QUORATE_CHECK(from > commit_, "from", from.value, describe());
  if (from > log_.last().index)
    return;
  log_.truncate_from(from);
  persistence_.log_truncated(from);
  if (!base::mutated(base::mutant::config_survives_truncation))
    configs_.truncate_from(from);
}

void core::on(const envelope& m, const heartbeat& x) {
  heard_leader(m);
  if (x.commit > log_.last().index) {
    drop(); // The sender knew an earlier log of ours, which is gone.
  } else if (x.commit > commit_ && !installing_) {
    advance_commit(x.commit); // Bounded by what this log is known to share with the leader's.
  }
  reply(m, heartbeat_reply{x.round});
}

// -- the leader's side ----------------------------------------------------------------------------

result<log_position> core::propose(std::vector<shared_bytes> commands, std::uint64_t log_time_ms) {
  checked_call guard{*this};
  QUORATE_CHECK(!commands.empty());
  auto refuse = [this](errc code) {
    ++counts_.proposals_refused;
    return refusal(code);
  };
  auto* self = std::get_if<leader>(&role_);
  if (self == nullptr)
    return refuse(errc::not_leader);
  if (self->transferring)
    return refuse(errc::transfer_in_progress);
  std::size_t bytes = 0;
  for (const auto& payload : commands)
    bytes += payload.size();
  // The first is let in whatever its size, or it never would be.
  if (self->uncommitted_bytes != 0
      && self->uncommitted_bytes + bytes > options_.uncommitted_bytes_max)
    return refuse(errc::overloaded);
  log_position first{log_index{log_.last().index.value + 1}, hard_.current_term};
  for (auto& payload : commands) {
    ++counts_.proposals;
    entry x;
    x.kind = entry_kind::command;
    x.payload = std::move(payload);
    x.log_time_ms = log_time_ms;
    append_own(*self, std::move(x));
  }
  return first;
}

log_index core::append_own(leader& self, entry x) {
  x.index.value = log_.last().index.value + 1;
  x.entry_term = hard_.current_term;
  auto index = x.index;
  self.uncommitted_bytes += cost_of(x);
  bool changes = x.config != nullptr;
  store_entry(std::move(x));
  replication_due_ = true;
  if (changes)
    configuration_changed(self);
  maybe_commit(self);
  return index;
}

progress* core::peer_of(leader& self, const envelope& m, std::uint64_t round) {
  auto found = self.peers.find(m.from.id);
  if (found == self.peers.end() || found->second.peer() != m.from
      || (round < found->second.born() && !base::mutated(base::mutant::old_answers_count)))
    return nullptr;
  found->second.heard(now_, round);
  if (m.config == configs_.active().version)
    found->second.promised(round);
  return &found->second;
}

void core::on(const envelope& m, const append_accepted& x) {
  auto* self = std::get_if<leader>(&role_);
  auto* peer = self ? peer_of(*self, m, x.round) : nullptr;
  if (peer == nullptr)
    return;
  if (x.match > log_.last().index)
    return drop(); // It follows another history.
  peer->accepted(x.match, log_.first());
  peer->measure_round(log_.last().index, now_);
  replication_due_ = true;
  maybe_commit(*self);
  confirm_reads(*self);
  if (self->transferring && self->transferring->to == m.from)
    continue_transfer(*self);
}

void core::on(const envelope& m, const append_rejected& x) {
  auto* self = std::get_if<leader>(&role_);
  auto* peer = self ? peer_of(*self, m, x.round) : nullptr;
  if (peer == nullptr)
    return;
  // Whole terms are skipped: beyond what both logs could share, every index differs.
  if (peer->rejected(x.previous, log_.agreement_below(x.hint).index))
    replication_due_ = true;
  confirm_reads(*self);
}

void core::on(const envelope& m, const heartbeat_reply& x) {
  auto* self = std::get_if<leader>(&role_);
  auto* peer = self ? peer_of(*self, m, x.round) : nullptr;
  if (peer == nullptr)
    return;
  peer->nudge();
  replication_due_ |= peer->match() < log_.last().index
                      || peer->state() != progress_state::replicate;
  confirm_reads(*self);
}

void core::replicate(leader& self) {
  if (!std::exchange(replication_due_, false))
    return;
  for (auto& [id, peer] : self.peers)
    replicate_to(self, peer);
}

void core::replicate_to(leader& self, progress& peer) {
  if (peer.state() == progress_state::snapshot)
    return continue_snapshot(self, peer);
  if (!log_.term_at(log_index{peer.next().value - 1}))
    return offer_snapshot(self, peer);
  auto last = log_.last().index;
  bool sent = false;
  while (peer.may_send_entries() && peer.next() <= last) {
    send_append(
      self, peer,
      log_.slice_bounded(peer.next(), options_.append_entries_max, options_.append_bytes_max));
    sent = true;
  }
  bool replicating = peer.state() == progress_state::replicate;
  bool probes = !replicating && peer.may_send_entries();
  bool tells_commit = replicating && peer.may_send_entries() && peer.sent_commit() < commit_;
  // An answer to a heartbeat and still something missing: asks for it, as a whole window may be
  // lost.
  bool asks = replicating && peer.nudged() && peer.match() < last;
  if (!sent && (probes || tells_commit || asks))
    send_append(self, peer, {});
}

void core::send_append(leader& self, progress& peer, std::vector<entry> entries) {
  log_index before{peer.next().value - 1};
  auto before_term = log_.term_at(before);
  QUORATE_CHECK(before_term.has_value(), peer.describe());
  QUORATE_CHECK(entries.empty() || entries.front().index == peer.next(), peer.describe());
  log_index last{before.value + entries.size()};
  std::size_t bytes = 0;
  for (const auto& x : entries)
    bytes += cost_of(x);
  peer.append_sent(last, commit_, bytes);
  send(peer.peer(), append{{before, *before_term}, std::move(entries), commit_, self.round});
}

void core::send_heartbeats(leader& self) {
  self.heartbeat_elapsed = 0;
  if (configs_.active().lease_ms != 0)
    next_round(self); // Each is a new basis for the lease.
  for (auto& [id, peer] : self.peers)
    send_heartbeat(self, peer);
}

void core::send_heartbeat(leader& self, progress& peer) {
  auto commit = base::mutated(base::mutant::heartbeat_commits_all)
                  ? commit_
                  : std::min(peer.match(), commit_);
  peer.commit_sent(commit);
  send(peer.peer(), heartbeat{commit, self.round});
}

} // namespace quorate::raft
