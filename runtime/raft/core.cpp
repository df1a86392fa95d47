#include "runtime/raft/core.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

namespace {

/// The log as it was on disk. Entries before the image are kept for late followers.
log recover_log(const boot_state& from) {
  auto image_end = from.image ? from.image->last : log_position{};
  if (from.entries.empty() || from.entries.back().index < image_end.index)
    return log{image_end};
  auto first = from.entries.front().index;
  QUORATE_CHECK(first.value <= image_end.index.value + 1, "first", first.value, "image",
                image_end.index.value);
  std::size_t begin = 0;
  log_position before;
  if (first.value == image_end.index.value + 1) {
    before = image_end;
  } else if (first.value > 1) {
    // The term before a compacted prefix's end isn't on disk: the first entry serves as the anchor.
    before = {first, from.entries.front().entry_term};
    begin = 1;
  }
  log recovered{before};
  for (std::size_t i = begin; i < from.entries.size(); ++i)
    recovered.append_entry(from.entries[i]);
  QUORATE_CHECK(!from.image || recovered.contains(image_end), "image", image_end.index.value);
  return recovered;
}

/// All configurations since the image, committed or not: a membership entry counts from its append
/// on.
configurations recover_configurations(const boot_state& from, const log& entries) {
  configurations configs;
  log_index after{};
  if (from.image) {
    after = from.image->last.index;
    configs.reset(after, std::make_shared<const configuration>(from.image->config));
  }
  auto last = base::mutated(base::mutant::restart_forgets_new_config)
                ? std::min(from.state.commit, entries.last().index)
                : entries.last().index;
  for (auto i = std::max(after.value + 1, entries.first().value); i <= last.value; ++i)
    if (const auto& x = entries.at(log_index{i}); x.config)
      configs.activate(x);
  return configs;
}

/// Only a leader says these.
bool speaks_as_leader(const body& content) {
  return std::holds_alternative<append>(content) || std::holds_alternative<heartbeat>(content)
         || std::holds_alternative<install_snapshot>(content)
         || std::holds_alternative<timeout_now>(content);
}

} // namespace

core::core(settings options, boot_state from, base::random rng)
  : options_(options),
    cluster_(from.cluster),
    self_(from.self),
    boot_(from.boot),
    floor_(from.lowest),
    rng_(rng),
    hard_(from.state),
    log_(recover_log(from)),
    configs_(recover_configurations(from, log_)),
    persistence_(from.last_sequence, log_.last().index, options.writes_in_flight_max),
    image_(std::move(from.image)) {
  QUORATE_CHECK(options.election_ticks >= 3, "election_ticks", options.election_ticks);
  QUORATE_CHECK(options.heartbeat_ticks >= 1 && options.heartbeat_ticks < options.election_ticks,
                "heartbeat_ticks", options.heartbeat_ticks);
  QUORATE_CHECK(options.append_entries_max > 0 && options.inflight_messages_max > 0
                && options.inflight_bytes_max > 0 && options.writes_in_flight_max > 0);
  QUORATE_CHECK(options.tick_ms > 0);
  QUORATE_CHECK(self_.id && self_.storage, "id", self_.id.value);
  QUORATE_CHECK(hard_.current_term >= log_.last().entry_term, "term", hard_.current_term.value,
                "last_term", log_.last().entry_term.value);
  if (image_)
    applied_ = image_->last.index;
  promise_at_boot();
  // A hint only: it may be ahead of a log that was dropped, and behind what was committed.
  commit_ = std::max(applied_, std::min(hard_.commit, log_.last().index));
  hard_.commit = commit_;
  restart_timer();
  checks_.check(*this);
}

// -- events ---------------------------------------------------------------------------------------

void core::step(envelope message) {
  checked_call guard{*this};
  if (!accepts(message))
    return drop();
  if (std::holds_alternative<not_member>(message.content))
    return on(message, std::get<not_member>(message.content)); // Carries no term that counts.
  if (answer_stranger(message) || refuses_leader(message) || !settle_term(message))
    return;
  std::visit([&](auto& x) { on(message, x); }, message.content);
}

/// The term rule (thesis, 3.3). Returns false if it has dealt with the message.
bool core::settle_term(const envelope& m) {
  if (m.sender_term > hard_.current_term)
    return settle_newer_term(m);
  if (m.sender_term < hard_.current_term)
    return settle_older_term(m);
  return true;
}

bool core::settle_newer_term(const envelope& m) {
  if (std::holds_alternative<pre_vote>(m.content))
    return true; // A question about a term isn't the term.
  if (const auto* answer = std::get_if<pre_vote_reply>(&m.content); answer && answer->granted)
    return true;
  if (const auto* asks = std::get_if<vote>(&m.content);
      asks && !asks->transfer && (sticky() || promised())
      && !base::mutated(base::mutant::vote_disturbs_followers))
    return false; // Not even the term: whoever hears a leader isn't disturbed (thesis, 4.2.3).
  become_follower(m.sender_term, speaks_as_leader(m.content) ? m.from : replica{});
  return true;
}

bool core::settle_older_term(const envelope& m) {
  if (std::holds_alternative<pre_vote>(m.content))
    return true; // Is refused with our term, or its sender would never learn it (canonical/raft
                 // #279).
  if (std::holds_alternative<pre_vote_reply>(m.content))
    return true; // A grant for our next term, by one that hasn't reached the present one.
  if (std::holds_alternative<vote>(m.content)) {
    reply(m, vote_reply{false});
  } else if (speaks_as_leader(m.content)) {
    // Tells a leader of the past that it is one.
    reply(m, append_rejected{log_index{}, log_.last(), 0});
  } else if (base::mutated(base::mutant::old_vote_counts)) {
    return std::holds_alternative<vote_reply>(m.content);
  }
  return false;
}

void core::tick() {
  checked_call guard{*this};
  ++now_;
  if (auto* self = std::get_if<leader>(&role_))
    tick_leader(*self);
  else
    tick_others();
}

void core::tick_leader(leader& self) {
  // Check-quorum (thesis, 6.2): others may have a leader already.
  if (!has_quorum_contact(self) && !base::mutated(base::mutant::quorum_contact_unchecked))
    return become_follower(hard_.current_term, replica{});
  continue_transfer(self);
  if (++self.heartbeat_elapsed >= options_.heartbeat_ticks)
    send_heartbeats(self);
}

void core::tick_others() {
  ++election_elapsed_;
  if (auto* self = std::get_if<follower>(&role_))
    give_up_old_reads(*self);
  // A sole voter waits for nobody, unless it follows a leader that is being dismissed: that one may
  // lead until it knows, and hold a lease.
  bool alone = std::holds_alternative<follower>(role_) && sole_voter() && !leader_.id;
  if (promised() || (election_elapsed_ < election_timeout_ && !alone))
    return;
  // Its request hasn't left: on a slow disk, a new term each time would never be waited for.
  if (const auto* self = std::get_if<candidate>(&role_);
      self && !persistence_.is_durable(self->own_vote_after))
    return;
  if (eligible()) {
    campaign();
  } else if (leader_.id) {
    set_role(follower{}, replica{}); // A learner's way to notice.
  }
}

void core::peer_down(node_id peer) {
  checked_call guard{*this};
  if (auto* self = std::get_if<leader>(&role_)) {
    if (auto found = self->peers.find(peer); found != self->peers.end()) {
      found->second.unreachable();
      replication_due_ = true;
    }
  } else if (leader_.id && leader_.id == peer) {
    // A closed connection is evidence of a death, not of a slow network. The others' own evidence
    // and their pre-votes keep it harmless if it is wrong.
    set_role(follower{}, replica{});
    auto delay = rng_.between(1, 2);
    if (election_timeout_ > election_elapsed_ + delay)
      election_timeout_ = election_elapsed_ + delay;
  }
}

void core::persisted(storage::write_sequence sequence) {
  checked_call guard{*this};
  auto done = persistence_.persisted(sequence);
  if (done.received)
    installed(std::move(done.received));
  else if (done.taken)
    drop_prefix(*done.taken);
  if (auto* self = std::get_if<candidate>(&role_))
    count_own_vote(*self);
  if (auto* self = std::get_if<leader>(&role_))
    maybe_commit(*self);
}

// -- effects --------------------------------------------------------------------------------------

bool core::has_ready() const noexcept {
  const auto* self = std::get_if<leader>(&role_);
  bool round_due = self && !self->reads_waiting.empty()
                   && (own_term_committed(*self)
                       || base::mutated(base::mutant::read_before_own_term));
  const auto* waits = std::get_if<follower>(&role_);
  round_due |= waits && !waits->reads_waiting.empty();
  return to_install_ || applicable() > applied_ || replication_due_ || round_due
         || leadership_changed_ || persistence_.may_write() || persistence_.has_messages()
         || !confirmed_reads_.empty() || !failed_reads_.empty();
}

ready core::take_ready() {
  checked_call guard{*this};
  ready out;
  out.install = std::exchange(to_install_, nullptr);
  out.committed = take_committed();
  if (std::any_of(out.committed.begin(), out.committed.end(),
                  [](const entry& x) { return x.config != nullptr; }))
    configuration_applied();
  if (auto* self = std::get_if<leader>(&role_)) {
    begin_round(*self);
    replicate(*self);
  } else if (auto* waits = std::get_if<follower>(&role_)) {
    ask_leader(*waits);
  }
  out.write = persistence_.take(log_, hard_);
  out.messages = persistence_.take_messages();
  out.reads = std::exchange(confirmed_reads_, {});
  out.failed_reads = std::exchange(failed_reads_, {});
  out.leadership_changed = std::exchange(leadership_changed_, false);
  return out;
}

// -- observers ------------------------------------------------------------------------------------

status core::current() const {
  const auto* self = std::get_if<leader>(&role_);
  status now;
  now.role = static_cast<role_kind>(role_.index() + 1);
  now.current_term = hard_.current_term;
  now.leader = leader_.id;
  now.commit = commit_;
  now.applied = applied_;
  now.durable = persistence_.durable();
  now.last = log_.last();
  now.first = log_.first();
  now.snapshot = image_ != nullptr ? image_->last.index : log_index{};
  now.own_term_committed = self && own_term_committed(*self);
  now.transferring = self && self->transferring;
  now.active_config = configs_.active().version;
  now.joint = configs_.active().joint();
  now.now = now_;
  now.quiet = quiet_;
  now.election_elapsed = election_elapsed_;
  now.election_timeout = election_timeout_;
  return now;
}

std::vector<peer_status> core::peers() const {
  std::vector<peer_status> all;
  const auto* self = std::get_if<leader>(&role_);
  if (self == nullptr)
    return all;
  all.reserve(self->peers.size());
  for (const auto& [id, peer] : self->peers) {
    peer_status one;
    one.peer = peer.peer();
    one.learner = !names_voter(configs_.active(), peer.peer());
    one.match = peer.match();
    one.ticks_since_contact = peer.ticks_since_contact(now_);
    one.contacted = peer.contacted();
    one.caught_up = peer.caught_up(log_.last().index, now_, options_.election_ticks,
                                   options_.catch_up_lag_max);
    one.snapshot_bytes = peer.snapshot_bytes();
    all.push_back(one);
  }
  return all;
}

const configuration& core::active_config() const noexcept {
  return configs_.active();
}

const configuration& core::committed_config() const noexcept {
  return configs_.at(commit_);
}

const configuration& core::config_at(log_index index) const {
  return configs_.at(index);
}

const log& core::entries() const noexcept {
  return log_;
}

const counters& core::counts() const noexcept {
  return counts_;
}

const storage::hard_state& core::hard_state() const noexcept {
  return hard_;
}

const replica& core::self() const noexcept {
  return self_;
}

} // namespace quorate::raft
