// What a group checks of everything that it sees: the facts that no schedule may break.

#include "tests/raft/group.hpp"

#include <algorithm>
#include <iterator>

namespace quorate::raft::test {

void group::violated(const std::string& what) {
  violations_.push_back(what);
}

/// A read sees everything that anybody could have been told before it was asked.
void group::observe_read(const read_state& x) {
  if (auto asked = asked_.find(x.token); asked != asked_.end() && x.index < asked->second)
    violated("a read at " + std::to_string(x.index.value) + " misses what was committed at "
             + std::to_string(asked->second.value));
}

bool group::saw(const std::string& what) const {
  return std::any_of(violations_.begin(), violations_.end(),
                     [&](const std::string& x) { return x.find(what) != std::string::npos; });
}

void group::observe(node& x) {
  auto state = x.core->current();
  if (x.seen_leading && state.role == role_kind::leader && x.seen_commit < state.commit
      && x.core->entries().term_at(state.commit) != state.current_term)
    violated("a leader commits an entry of an earlier term by counting");
  for (; x.seen_commit < state.commit; ++x.seen_commit.value) {
    log_index next{x.seen_commit.value + 1};
    if (next >= state.first)
      observe_commit(x, next);
  }
  bool leads = state.role == role_kind::leader;
  if (leads && !x.seen_leading)
    observe_leader(x);
  x.seen_leading = leads;
}

/// Whatever is committed once is committed for ever, and on a quorum of disks.
void group::observe_commit(node& x, log_index index) {
  const auto& mine = x.core->entries().at(index);
  auto [known, fresh] = committed_.try_emplace(index, mine);
  if (known->second.entry_term != mine.entry_term || known->second.payload != mine.payload)
    violated("two entries are committed at " + std::to_string(index.value));
  if (!fresh || x.core->current().role != role_kind::leader)
    return;
  bool held = is_quorum(x.core->active_config(), [&](const replica& who) {
    auto found = nodes_.find(who.id.value);
    return found != nodes_.end() && found->second.self == who
           && found->second.durable.has({index, mine.entry_term});
  });
  if (!held)
    violated("committed without a quorum of disks: " + std::to_string(index.value));
}

/// One leader a term, and it has everything that is committed.
void group::observe_leader(node& x) {
  auto state = x.core->current();
  auto [known, fresh] = leaders_.try_emplace(state.current_term, x.self.id.value);
  if (!fresh && known->second != x.self.id.value)
    violated("two leaders in term " + std::to_string(state.current_term.value));
  for (const auto& [index, one] : committed_)
    if (index >= state.first && x.core->entries().term_at(index) != one.entry_term)
      violated("leader " + to_string(x.self.id) + " lacks the committed entry "
               + std::to_string(index.value));
}

/// What is promised is on disk.
void group::observe_message(const node& x, const envelope& m) {
  if (const auto* ack = std::get_if<append_accepted>(&m.content)) {
    auto promised = x.core->entries().term_at(ack->match);
    if (promised && !x.durable.has({ack->match, *promised}))
      violated(to_string(x.self.id) + " acknowledges what it could lose: " + describe(m));
  }
  const auto* answer = std::get_if<vote_reply>(&m.content);
  if (answer != nullptr && answer->granted) {
    const auto& kept = x.durable.state;
    if (kept.current_term < m.sender_term
        || (kept.current_term == m.sender_term && kept.voted_for != m.to))
      violated(to_string(x.self.id) + " grants a vote that it could lose: " + describe(m));
  }
  if (std::holds_alternative<vote>(m.content) && x.durable.state.current_term < m.sender_term)
    violated(to_string(x.self.id) + " asks for a vote in a term that it could lose");
}

void group::check_logs() {
  for (auto a = nodes_.begin(); a != nodes_.end(); ++a) {
    for (auto b = std::next(a); b != nodes_.end(); ++b) {
      if (!a->second.core || !b->second.core)
        continue;
      const auto& left = a->second.core->entries();
      const auto& right = b->second.core->entries();
      bool agreed = false;
      for (auto i = std::min(left.last().index, right.last().index).value;
           i >= std::max(left.first(), right.first()).value; --i) {
        const auto& x = left.at(log_index{i});
        const auto& y = right.at(log_index{i});
        agreed |= x.entry_term == y.entry_term;
        if (agreed && (x.entry_term != y.entry_term || x.payload != y.payload))
          violated("logs differ below an agreement at " + std::to_string(i));
      }
    }
  }
}

} // namespace quorate::raft::test
