// The steps of the model: what a node may do, under which rules, and what may not come of it.
#include "tests/model/lifecycle_model.hpp"

#include <algorithm>
#include <utility>

namespace quorate::model {

void lifecycle::steps_from(const world& before, std::vector<step>& out) {
  out.clear();
  out_ = &out;
  for (unsigned id = 0; id < node_count; ++id) {
    add_campaigns(before, id);
    add_dismissal(before, id);
    if (before.nodes[id].part == role::candidate) {
      add_grants(before, id);
    } else if (before.nodes[id].part == role::leader) {
      add_replication(before, id);
      add_entries(before, id);
    }
  }
}

bool lifecycle::majority(const config& value, unsigned agreeing) const {
  const auto most = [agreeing](unsigned set) { return 2 * size_of(set & agreeing) > size_of(set); };
  return most(value.voters)
         && (value.outgoing == 0 || !has(rule::joint_quorum_both_halves) || most(value.outgoing));
}

unsigned lifecycle::committed_config_index(const node& self, unsigned commit) const {
  return logs_.length(logs_.active(logs_.prefix(self.log, commit)));
}

// A voter of any config in its log. Design: of the active one, or of one since the last committed;
// but after a restart a node may not know what is committed.
bool lifecycle::may_campaign(const node& self, unsigned id) const {
  if (has(rule::floor_refuses_campaign) && logs_.version(self.log) <= self.floor) {
    return false;
  }
  for (auto at = logs_.active(self.log); at != log_table::empty; at = logs_.before_active(at)) {
    if ((config_of(logs_.last(at)).electors() & bit(id)) != 0) {
      return true;
    }
  }
  return false;
}

// The half of the floor rule that concerns others: their config has to be later than the floor.
bool lifecycle::hears(const node& listener, const node& speaker) const {
  return speaker.term >= listener.term
         && (!has(rule::floor_refuses_grants) || logs_.version(speaker.log) > listener.floor
             || listener.floor == 0);
}

// The leader feeds whom its active config names, or the one before, which it may not have applied.
bool lifecycle::is_target(const node& leader, unsigned id) const {
  const auto before = logs_.before_active(leader.log);
  return ((logs_.active_config(leader.log).named() | config_of(logs_.last(before)).named())
          & bit(id))
         != 0;
}

// The index of the committed entry that dismisses the node and is next to be acted on, if any.
std::optional<unsigned> lifecycle::dismissal(const node& self, unsigned id) const {
  std::optional<unsigned> found;
  bool was_named = false;
  for (unsigned index = 1; index <= logs_.length(self.log); ++index) {
    const auto prefix = logs_.prefix(self.log, index);
    const config value = config_of(logs_.last(prefix));
    if (value.voters == 0) {
      continue;
    }
    const bool outgoing_stays = has(rule::log_kept_until_leave);
    const unsigned kept = value.voters | value.learners | (outgoing_stays ? value.outgoing : 0);
    const bool named = (kept & bit(id)) != 0;
    if (named && has(rule::log_kept_when_named_again)) {
      found.reset();
    } else if (was_named && !named && !found && index <= self.commit
               && logs_.version(prefix) > self.floor) {
      found = index;
    }
    was_named = named;
  }
  return found;
}

bool lifecycle::named_after(const node& self, unsigned id, unsigned version) const {
  for (auto at = logs_.active(self.log); logs_.version(at) > version;
       at = logs_.before_active(at)) {
    if ((config_of(logs_.last(at)).named() & bit(id)) != 0) {
      return true;
    }
  }
  return false;
}

void lifecycle::follow(node& self, unsigned term) const {
  if (self.term < term) {
    self.term = static_cast<std::uint8_t>(term);
    self.voted = false;
  }
  self.part = role::follower;
  self.granted = 0;
}

void lifecycle::add_campaigns(const world& before, unsigned id) {
  const node& self = before.nodes[id];
  if (!may_campaign(self, id)) {
    return;
  }
  // A leader too: it may have stepped down by itself, or restarted. And in any higher term:
  // those between are campaigns that nobody heard of.
  for (unsigned term = self.term + 1U; term <= options_.terms; ++term) {
    step taken{action::campaign, id, id, before, {}};
    node& candidate = taken.after.nodes[id];
    follow(candidate, term);
    candidate.part = role::candidate;
    candidate.voted = true;
    candidate.granted = static_cast<std::uint8_t>(bit(id)
                                                  & logs_.active_config(candidate.log).electors());
    win_if_elected(taken, id);
    emit(taken);
  }
}

void lifecycle::add_grants(const world& before, unsigned candidate) {
  const node& asking = before.nodes[candidate];
  const unsigned electors = logs_.active_config(asking.log).electors();
  for (unsigned id = 0; id < node_count; ++id) {
    const node& self = before.nodes[id];
    const bool free = self.term < asking.term || !self.voted;
    const auto rank = [this](const node& one) {
      return std::make_pair(logs_.last_term(one.log), logs_.length(one.log));
    };
    if (id == candidate || (electors & bit(id)) == 0 || !free || !hears(self, asking)
        || rank(asking) < rank(self)) {
      continue;
    }
    step taken{action::grant, id, candidate, before, {}};
    follow(taken.after.nodes[id], asking.term);
    taken.after.nodes[id].voted = true;
    taken.after.nodes[candidate].granted |= static_cast<std::uint8_t>(bit(id));
    win_if_elected(taken, candidate);
    emit(taken);
  }
}

bool lifecycle::lacks_committed(const world& now, const node& self) const {
  for (unsigned index = 1; index <= record_.length(now.committed); ++index) {
    const entry kept = record_.at(now.committed, index);
    if (commit_term_of(kept) < self.term
        && (index > logs_.length(self.log) || logs_.at(self.log, index) != (kept & 0x7fffU))) {
      return true;
    }
  }
  return false;
}

void lifecycle::win_if_elected(step& taken, unsigned candidate) {
  node& self = taken.after.nodes[candidate];
  if (!majority(logs_.active_config(self.log), self.granted)) {
    return;
  }
  if ((taken.after.elected & bit(self.term)) != 0) {
    taken.loss = "two leaders in one term";
  } else if (lacks_committed(taken.after, self)) {
    taken.loss = "a leader lacks a committed entry";
  }
  taken.after.elected |= static_cast<std::uint8_t>(bit(self.term));
  self.part = role::leader;
  self.granted = 0;
  self.log = logs_.append(self.log, make_entry(self.term, {}));
  commit_if_acknowledged(taken, candidate);
}

void lifecycle::commit_if_acknowledged(step& taken, unsigned leader) {
  node& self = taken.after.nodes[leader];
  for (unsigned index = logs_.length(self.log);
       index > self.commit && term_of(logs_.at(self.log, index)) == self.term; --index) {
    unsigned holders = bit(leader);
    for (unsigned id = 0; id < node_count; ++id) {
      holders |= self.match[id] >= index ? bit(id) : 0;
    }
    if (majority(logs_.active_config(self.log), holders)) {
      self.commit = static_cast<std::uint8_t>(index);
      record_commit(taken, leader);
      return;
    }
  }
}

void lifecycle::record_commit(step& taken, unsigned leader) {
  const node& self = taken.after.nodes[leader];
  const unsigned known = record_.length(taken.after.committed);
  auto record = log_table::empty;
  for (unsigned index = 1; index <= std::max<unsigned>(known, self.commit); ++index) {
    entry kept = index <= known ? record_.at(taken.after.committed, index) : 0;
    if (index <= self.commit) {
      const entry own = logs_.at(self.log, index);
      const unsigned term = index <= known ? std::min<unsigned>(commit_term_of(kept), self.term)
                                           : self.term;
      if (index <= known && (kept & 0x7fffU) != own) {
        taken.loss = "two entries committed at one index";
      }
      kept = own | term << 15U;
    }
    record = record_.append(record, kept);
  }
  taken.after.committed = record;
  for (const node& other : taken.after.nodes) {
    if (other.part == role::leader && lacks_committed(taken.after, other)) {
      taken.loss = "an entry is committed that a later leader lacks";
    }
  }
}

void lifecycle::add_replication(const world& before, unsigned leader) {
  const node& self = before.nodes[leader];
  for (unsigned id = 0; id < node_count; ++id) {
    const node& other = before.nodes[id];
    if (id == leader || !is_target(self, id) || !hears(other, self)) {
      continue;
    }
    const unsigned shared = logs_.common(self.log, other.log);
    if (shared < logs_.length(self.log)) {
      step taken{action::append, leader, id, before, {}};
      node& fed = taken.after.nodes[id];
      follow(fed, self.term);
      if (shared < fed.commit) {
        taken.loss = "a node truncates an entry that it knows to be committed";
      }
      fed.log = logs_.prefix(self.log, shared + 1);
      taken.after.nodes[leader].match[id] = static_cast<std::uint8_t>(shared + 1);
      commit_if_acknowledged(taken, leader);
      emit(taken);
    }
    const unsigned known = std::min<unsigned>(shared, self.commit);
    if (committed_config_index(self, known) > other.commit) {
      step taken{action::learn_commit, leader, id, before, {}};
      follow(taken.after.nodes[id], self.term);
      taken.after.nodes[id].commit = static_cast<std::uint8_t>(known);
      emit(taken);
    }
  }
}

// Two steps, because a node may stop between them: first the floor is durable, then the log goes.
void lifecycle::add_dismissal(const world& before, unsigned id) {
  const node& self = before.nodes[id];
  const auto index = dismissal(self, id);
  if (index) {
    step taken{action::apply_dismissal, id, id, before, {}};
    node& leaver = taken.after.nodes[id];
    follow(leaver, leaver.term);
    leaver.floor = static_cast<std::uint8_t>(logs_.version(logs_.prefix(leaver.log, *index)));
    leaver.dropping = true;
    emit(taken);
  }
  if (self.dropping) {
    step taken{action::drop_log, id, id, before, {}};
    node& leaver = taken.after.nodes[id];
    leaver.dropping = false;
    // Meanwhile it may have been taken in again: what it acknowledged since has to stay.
    if (!has(rule::log_kept_when_named_again) || !named_after(self, id, self.floor)) {
      const bool counts = (record_.active_config(before.committed).outgoing & bit(id)) != 0;
      if (counts && record_.version(before.committed) == self.floor)
        taken.loss = "a node drops its log while the outgoing half counts on it";
      leaver.log = log_table::empty;
      leaver.commit = 0;
      follow(leaver, leaver.term);
      if (!has(rule::vote_kept_without_log)) {
        leaver.term = 0;
        leaver.voted = false;
      }
    }
    emit(taken);
  }
}

void lifecycle::emit(step taken) {
  tidy(taken.after);
  out_->push_back(taken);
}

// Forgets what no later step can ask for, so that fewer states differ.
void lifecycle::tidy(world& value) const {
  for (node& self : value.nodes) {
    if (self.part != role::leader) {
      self.match = {};
      self.commit = static_cast<std::uint8_t>(committed_config_index(self, self.commit));
      continue;
    }
    for (auto& match : self.match) {
      match = match <= self.commit ? 0 : match;
    }
  }
}

} // namespace quorate::model
