#include "runtime/raft/invariants.hpp"

#include "runtime/base/check.hpp"
#include "runtime/raft/core.hpp"

#include <algorithm>
#include <iterator>

namespace quorate::raft {

void invariants::check(const core& self) {
  check_positions(self);
#ifdef QUORATE_CHECKED
  check_deeply(self);
#endif
  static_cast<void>(self);
}

/// Number 7, and the part of 24 that costs nothing: in every build.
void invariants::check_positions(const core& self) const {
  QUORATE_CHECK(self.applied_ <= self.commit_, self.describe());
  QUORATE_CHECK(self.commit_ <= self.log_.last().index, self.describe());
  QUORATE_CHECK(self.log_.before().index <= self.applied_, self.describe());
  QUORATE_CHECK(!self.image_ || self.image_->last.index <= self.applied_, self.describe());
  QUORATE_CHECK(!self.is_leader() || self.hard_.voted_for == self.self_, self.describe());
}

void invariants::check_deeply(const core& self) {
  QUORATE_CHECK(self.applied_ <= self.persistence_.durable(), self.describe());
  QUORATE_CHECK(self.persistence_.durable() <= self.log_.last().index, self.describe());
  QUORATE_CHECK(self.hard_.current_term >= self.log_.last().entry_term, self.describe());
  QUORATE_CHECK(self.hard_.commit == self.commit_, self.describe());
  check_changes(self);
  check_role(self);
  if (self.is_leader())
    check_leader(self);
  check_configurations(self);
  constexpr std::uint64_t calls_between_whole_checks = 64; // A pass over the log is not for every
                                                           // call.
  if (++calls_ % calls_between_whole_checks == 0)
    check_whole_log(self);
  remember(self);
}

/// What may differ from the call before (numbers 7, 8, 9, 26).
void invariants::check_changes(const core& self) const {
  const auto& now = self.hard_;
  QUORATE_CHECK(now.current_term >= state_.current_term, self.describe());
  QUORATE_CHECK(self.commit_ >= commit_, "before", commit_.value, self.describe());
  QUORATE_CHECK(self.applied_ >= applied_, "before", applied_.value, self.describe());
  QUORATE_CHECK(!image_ || (self.image_ && self.image_->last.index >= image_), self.describe());
  QUORATE_CHECK(self.persistence_.last_durable() >= durable_, self.describe());
  if (now.current_term != state_.current_term)
    return;
  QUORATE_CHECK(!state_.voted_for.id || now.voted_for == state_.voted_for,
                "one vote in a term, before", state_.voted_for.id.value, self.describe());
  constexpr std::size_t leader_role = 3;
  constexpr std::size_t pre_candidate_role = 1;
  if (role_ == leader_role && self.is_leader())
    QUORATE_CHECK(self.log_.last().index >= last_, "a leader only appends, before", last_.value,
                  self.describe());
  if (self.role_.index() == pre_candidate_role && role_ != pre_candidate_role)
    QUORATE_CHECK(now.voted_for == state_.voted_for, "a pre-vote changes nothing", self.describe());
}

/// Number 17: only who may campaign does.
void invariants::check_role(const core& self) const {
  bool campaigns = std::holds_alternative<pre_candidate>(self.role_)
                   || std::holds_alternative<candidate>(self.role_);
  QUORATE_CHECK(!campaigns || self.eligible(), self.describe());
  QUORATE_CHECK(!campaigns || !self.leader_.id, self.describe());
  QUORATE_CHECK(!std::holds_alternative<candidate>(self.role_)
                  || self.hard_.voted_for == self.self_,
                self.describe());
  QUORATE_CHECK(!self.installing_ || std::holds_alternative<follower>(self.role_), self.describe());
  QUORATE_CHECK(!self.installing_ || self.installing_->last.index > self.commit_, self.describe());
}

/// Numbers 13 and 24.
void invariants::check_leader(const core& self) const {
  const auto& own = std::get<leader>(self.role_);
  QUORATE_CHECK(self.leader_ == self.self_, self.describe());
  QUORATE_CHECK(self.persistence_.state_durable(), self.describe());
  QUORATE_CHECK(own.term_start.value > 0, self.describe());
  QUORATE_CHECK(self.log_.term_at(own.term_start).value_or(self.hard_.current_term)
                  == self.hard_.current_term,
                self.describe());
  std::size_t own_changes = 0;
  for (const auto& x : self.configs_.list_)
    if (x.since > self.commit_ && *self.log_.term_at(x.since) == self.hard_.current_term)
      ++own_changes;
  QUORATE_CHECK(own_changes <= 1, "uncommitted changes", own_changes, self.describe());
  std::size_t bytes = 0;
  for (auto i = self.commit_.value + 1; i <= self.log_.last().index.value; ++i)
    bytes += cost_of(self.log_.at(log_index{i}));
  QUORATE_CHECK(bytes == own.uncommitted_bytes, "bytes", bytes, "counted", own.uncommitted_bytes);
  std::size_t reads = own.reads_waiting.size();
  for (const auto& batch : own.reads_asked)
    reads += batch.reads.size();
  QUORATE_CHECK(reads == own.reads, "reads", reads, "counted", own.reads);
  check_peers(self);
}

/// Number 11, and that exactly the targets are fed (correction (g)).
void invariants::check_peers(const core& self) const {
  const auto& own = std::get<leader>(self.role_);
  auto targets = self.configs_.members_since(self.applied_);
  auto others = std::count_if(targets.begin(), targets.end(),
                              [&](const replica& who) { return who != self.self_; });
  QUORATE_CHECK(own.peers.size() == static_cast<std::size_t>(others), self.describe());
  for (const auto& [id, peer] : own.peers) {
    QUORATE_CHECK(id == peer.peer().id && lists(targets, peer.peer()), self.describe());
    QUORATE_CHECK(peer.match() <= self.log_.last().index, self.describe());
    QUORATE_CHECK(peer.next() > peer.match(), self.describe());
    QUORATE_CHECK(peer.next().value <= self.log_.last().index.value + 1, self.describe());
    QUORATE_CHECK(peer.inflight().size() <= self.options_.inflight_messages_max, self.describe());
    QUORATE_CHECK(peer.inflight().size() == 0 || peer.state() == progress_state::replicate,
                  self.describe());
    QUORATE_CHECK((peer.state() == progress_state::snapshot)
                    == (peer.pending_snapshot().value != 0),
                  self.describe());
    QUORATE_CHECK(peer.acked_round() <= own.round, self.describe());
    bool same_reign = role_ == self.role_.index() && state_.current_term == self.hard_.current_term;
    auto before = matches_.find(id);
    bool comparable = same_reign && before != matches_.end() && before->second.born == peer.born();
    QUORATE_CHECK(!comparable || peer.match() >= before->second.match, "match falls from",
                  before->second.match.value, self.describe());
  }
}

/// Numbers 13 and 14: sorted, each follows from the one before, and only the leader's rule decides
/// how.
void invariants::check_configurations(const core& self) const {
  const auto& list = self.configs_.list_;
  QUORATE_CHECK(!list.empty());
  QUORATE_CHECK(list.front().since <= self.applied_, self.describe());
  QUORATE_CHECK(list.back().since <= self.log_.last().index, self.describe());
  constexpr std::size_t recent = 8; // Older ones were checked when they were recent.
  auto i = list.size() > recent ? std::prev(list.end(), recent) : list.begin();
  for (auto next = std::next(i); next != list.end(); ++i, ++next) {
    QUORATE_CHECK(i->since < next->since, self.describe());
    QUORATE_CHECK(next->config->version.value == i->config->version.value + 1, describe(*i->config),
                  describe(*next->config));
    QUORATE_CHECK(i->config->voters.empty() || may_follow(*i->config, *next->config),
                  describe(*i->config), describe(*next->config));
  }
}

void invariants::check_whole_log(const core& self) const {
  auto image_end = self.image_ ? self.image_->last.index : log_index{};
  auto expected = self.configs_.list_.begin();
  auto before = self.log_.before();
  for (auto i = self.log_.first().value; i <= self.log_.last().index.value; ++i) {
    const auto& x = self.log_.at(log_index{i});
    QUORATE_CHECK(x.index.value == before.index.value + 1 && x.entry_term >= before.entry_term,
                  "index", i, self.describe());
    before = {x.index, x.entry_term};
    if (!x.config || x.index <= image_end)
      continue;
    while (expected != self.configs_.list_.end() && expected->since < x.index)
      ++expected;
    QUORATE_CHECK(expected != self.configs_.list_.end() && expected->since == x.index
                    && expected->config == x.config,
                  "index", i, self.describe());
  }
}

void invariants::remember(const core& self) {
  state_ = self.hard_;
  commit_ = self.commit_;
  applied_ = self.applied_;
  image_ = self.image_ ? self.image_->last.index : log_index{};
  last_ = self.log_.last().index;
  durable_ = self.persistence_.last_durable();
  role_ = self.role_.index();
  matches_.clear();
  if (const auto* own = std::get_if<leader>(&self.role_))
    for (const auto& [id, peer] : own->peers)
      matches_[id] = {peer.born(), peer.match()};
}

} // namespace quorate::raft
