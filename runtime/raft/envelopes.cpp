// Who may be heard (storage, boots, strangers, the floor), and what is put around a message.

#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

namespace {

/// Senders that no configuration names and whose boots are remembered nevertheless.
constexpr std::size_t strangers_max = 32;

template <class... Bodies>
bool is_one_of(const body& content) {
  return (std::holds_alternative<Bodies>(content) || ...);
}

bool is_reply(const body& content) {
  return is_one_of<pre_vote_reply, vote_reply, append_accepted, append_rejected, heartbeat_reply,
                   install_snapshot_reply, read_reply, not_member>(content);
}

/// Whether `config` knows this id with another storage: a disk that was lost, or a copy.
bool contradicts(const configuration& config, const replica& who) {
  for (const auto* part : {&config.voters, &config.outgoing, &config.learners}) {
    auto found = std::lower_bound(part->begin(), part->end(), who);
    if (found != part->end() && found->id == who.id && *found != who)
      return true;
  }
  return false;
}

} // namespace

bool core::accepts(const envelope& m) {
  if (m.cluster != cluster_ || m.to != self_ || !m.from.id || m.from == self_)
    return false;
  // What another disk promised under this id says nothing about this one (etcd #3504, KAFKA-12181).
  if (configs_.any_since(applied_, [&](const configuration& x) { return contradicts(x, m.from); }))
    return false;
  if (base::mutated(base::mutant::old_boot_accepted))
    return true;
  // An answer to a previous life of ours may speak of writes that this life never made.
  if (is_reply(m.content) && !(m.request_boot == boot_))
    return false;
  return boot_is_current(m);
}

/// A sender's previous life may have promised what its present one has lost.
bool core::boot_is_current(const envelope& m) {
  auto [seen, fresh] = boots_.try_emplace({m.from.id, m.from.storage}, m.from_boot);
  auto& newest = seen->second;
  if (fresh) {
    forget_strangers();
    return true;
  }
  if (m.from_boot.counter < newest.counter)
    return false;
  if (m.from_boot.counter == newest.counter)
    return m.from_boot.nonce == newest.nonce; // Else two processes run on copies of one disk.
  newest = m.from_boot;
  if (auto* self = std::get_if<leader>(&role_))
    meet_again(*self, m.from.id);
  return true;
}

/// Keeps the memory of boots bounded by the members and a few others.
void core::forget_strangers() {
  auto members = configs_.members_since(applied_);
  if (boots_.size() <= members.size() + strangers_max)
    return;
  for (auto i = boots_.begin(); i != boots_.end(); ++i) {
    if (!lists(members, replica{i->first.first, i->first.second})) {
      boots_.erase(i);
      return;
    }
  }
}

/// Tells a campaigner that no configuration names any more, and that can't know it yet, to be
/// quiet. Returns false if the message is to be handled as any other.
bool core::answer_stranger(const envelope& m) {
  const auto* asks = std::get_if<vote>(&m.content);
  bool campaigns = std::holds_alternative<pre_vote>(m.content) || (asks && !asks->transfer);
  // Only whoever leads or hears a leader may say so, of a config that has been applied: else a lone
  // survivor with an uncommitted removal could silence the one that is needed.
  if (!campaigns || !sticky() || m.config >= configs_.active().version
      || configs_.any_since(applied_, [&](const configuration& x) { return names(x, m.from); }))
    return false;
  reply(m, not_member{configs_.active().version});
  return true;
}

void core::on(const envelope&, const not_member& x) {
  if (x.version <= configs_.active().version || is_leader() || quiet_)
    return; // We know better, or a quorum follows us.
  quiet_ = true;
  if (!std::holds_alternative<follower>(role_))
    become_follower(hard_.current_term, replica{});
}

/// Whether this node has dropped its log and `m` was sent under a configuration that may still
/// count on it.
bool core::below_floor(const envelope& m) {
  if (!floor_ || m.config > floor_.version || base::mutated(base::mutant::floor_grants))
    return false;
  ++counts_.floor_refusals;
  return true;
}

/// Below the floor nothing of a leader counts, not even its term.
bool core::refuses_leader(const envelope& m) {
  return is_one_of<append, heartbeat, install_snapshot>(m.content) && below_floor(m);
}

// -- sending --------------------------------------------------------------------------------------

envelope core::make(const replica& to, body content) const {
  return {cluster_,          self_, boot_, to, {}, configs_.active().version, hard_.current_term,
          std::move(content)};
}

/// No message leaves before the term that it carries is durable.
void core::send(const replica& to, body content) {
  send_after(persistence_.covering_state(), to, std::move(content));
}

void core::send_after(storage::write_sequence after, const replica& to, body content) {
  if (!persistence_.send_after(after, make(to, std::move(content))))
    drop();
}

void core::reply(const envelope& to, body content) {
  auto after = persistence_.covering_state();
  if (base::mutated(base::mutant::term_said_before_durable))
    after = {};
  reply_after(after, to, std::move(content));
}

void core::reply_after(storage::write_sequence after, const envelope& to, body content) {
  auto answer = make(to.from, std::move(content));
  answer.request_boot = to.from_boot;
  if (!persistence_.send_after(after, std::move(answer)))
    drop();
}

} // namespace quorate::raft
