// What a leader appends: commands, membership changes and leaves, and when it may.
#include "tests/model/lifecycle_model.hpp"

namespace quorate::model {

void lifecycle::add_entries(const world& before, unsigned leader) {
  const node& self = before.nodes[leader];
  const config now = logs_.active_config(self.log);
  const bool active_committed = logs_.length(logs_.active(self.log)) <= self.commit;
  const bool settled = logs_.last_term(logs_.prefix(self.log, self.commit)) == self.term;
  // Once its own removal is committed a leader appends nothing any more.
  if (active_committed && (now.electors() & bit(leader)) == 0) {
    return;
  }
  if (before.commands < options_.commands) {
    step taken{action::command, leader, leader, before, {}};
    ++taken.after.commands;
    node& writer = taken.after.nodes[leader];
    writer.log = logs_.append(writer.log, make_entry(writer.term, {}));
    commit_if_acknowledged(taken, leader);
    emit(taken);
  }
  if ((!active_committed && has(rule::one_change_at_a_time))
      || (!settled && has(rule::own_term_commit_before_change))) {
    return;
  }
  if (now.outgoing != 0) {
    add_change(before, leader, {now.voters, 0, now.learners}, now.outgoing, action::leave);
  } else if (before.changes < options_.changes) {
    add_changes(before, leader, now);
  }
}

void lifecycle::add_changes(const world& before, unsigned leader, const config& now) {
  const auto change = [&](const config& next, unsigned named) {
    add_change(before, leader, next, named, action::propose);
  };
  for (unsigned id = 0; id < node_count; ++id) {
    const unsigned self = bit(id);
    if ((now.named() & self) == 0) {
      const bool has_log = logs_.length(before.nodes[id].log) != 0;
      if (id >= options_.nodes || (options_.admit_empty && has_log)) {
        continue;
      }
      change({now.voters, 0, now.learners | self}, self);
    } else if ((now.learners & self) != 0) {
      change({now.voters | self, 0, now.learners & ~self}, self);
      change({now.voters, 0, now.learners & ~self}, self);
    } else if (now.voters != self) {
      change({now.voters & ~self, 0, now.learners}, self);
    }
  }
  // Replace, promotion of a pair, reconfigure: any other set of voters and learners.
  const unsigned eligible = now.voters | now.learners;
  for (unsigned voters = 1; options_.joint && voters < bit(node_count); ++voters) {
    if ((voters & ~eligible) == 0 && size_of(voters ^ now.voters) >= 2) {
      const bool keep = has(rule::unnamed_nodes_unchanged);
      change({voters, now.voters, keep ? now.learners & ~voters : 0}, voters | now.voters);
    }
  }
}

void lifecycle::add_change(const world& before, unsigned leader, const config& next, unsigned named,
                           action what) {
  step taken{what, leader, leader, before, {}};
  node& self = taken.after.nodes[leader];
  const config old = logs_.active_config(self.log);
  const unsigned differing = (old.voters ^ next.voters) | (old.outgoing ^ next.outgoing)
                             | (old.learners ^ next.learners);
  if (next.voters == 0) {
    taken.loss = "a config without voters";
  } else if ((differing & ~named) != 0) {
    taken.loss = "a change alters a node that it does not name";
  } else if (has(rule::one_change_at_a_time)
             && logs_.length(logs_.active(self.log)) > self.commit) {
    taken.loss = "two changes in flight";
  }
  if (what == action::propose) {
    ++taken.after.changes;
  }
  self.log = logs_.append(self.log, make_entry(self.term, next));
  commit_if_acknowledged(taken, leader);
  emit(taken);
}

} // namespace quorate::model
