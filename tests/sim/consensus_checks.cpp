#include "tests/sim/consensus_checks.hpp"

#include "runtime/raft/quorum.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>

namespace quorate::sim {

void consensus_checks::observe(process& p, const std::vector<std::unique_ptr<process>>& all) {
  const auto* core = p.core();
  if (core == nullptr) {
    p.seen = {};
    return;
  }
  if (!p.seen.has_log && p.node->lowest())
    situations_.hit(situation::learner_again_above_a_floor);
  observe_counts(p, *core);
  observe_role(p, *core);
  observe_log(p, *core);
  observe_commit(p, *core, all);
  observe_applied(p, *core);
  p.seen.has_log = true;
  p.seen.room = p.node->room();
}

void consensus_checks::observe_counts(process& p, const raft::core& core) {
  const auto& now = core.counts();
  auto& seen = p.seen;
  situations_.hit(situation::floor_refusal, now.floor_refusals - seen.floor_refusals);
  situations_.hit(situation::snapshot_installed,
                  now.snapshots_installed - seen.snapshots_installed);
  situations_.hit(situation::election, now.elections - seen.elections);
  seen.floor_refusals = now.floor_refusals;
  seen.snapshots_installed = now.snapshots_installed;
  seen.elections = now.elections;
}

// -- elections ------------------------------------------------------------------------------------------------------

void consensus_checks::observe_role(process& p, const raft::core& core) {
  const auto now = core.current();
  require(now.current_term >= p.seen.current_term, "terms never fall", p.options.name);
  p.seen.current_term = now.current_term;
  if (now.role != raft::role_kind::leader || p.seen.led_term == now.current_term)
    return;
  p.seen.led_term = now.current_term;
  leads(now.current_term, core.self());
  require(has_votes(core), "a leader has the durable votes of a quorum", p.options.name, "term",
          now.current_term.value);
  // Whatever was committed before its term, a leader has.
  const auto committed = log_.newest_before(now.current_term);
  require(committed.index <= core.entries().before().index || core.entries().contains(committed),
          "a leader has all that was committed before its term", p.options.name, "term",
          now.current_term.value, "lacks", committed.index.value, "of term",
          committed.entry_term.value, "last", now.last.index.value);
}

bool consensus_checks::has_votes(const raft::core& core) const {
  const auto& config = core.active_config();
  const auto term = core.current().current_term;
  auto majority = [&](const std::vector<raft::replica>& half) {
    const auto votes = std::count_if(half.begin(), half.end(), [&](const raft::replica& who) {
      const auto found = votes_.find({who.storage, term});
      return found != votes_.end() && found->second == core.self();
    });
    return static_cast<std::size_t>(votes) * 2 > half.size();
  };
  return majority(config.voters) && (config.outgoing.empty() || majority(config.outgoing));
}

void consensus_checks::leads(quorate::term t, const raft::replica& who) {
  auto [known, fresh] = leaders_.try_emplace(t, who);
  if (fresh && leaders_.size() > 1)
    situations_.hit(situation::leader_changed);
  require(known->second == who, "one leader in a term", "term", t.value, "first",
          known->second.id.value, "second", who.id.value);
}

void consensus_checks::votes(const storage_id& storage, quorate::term t,
                             const raft::replica& candidate) {
  auto [known, fresh] = votes_.try_emplace({storage, t}, candidate);
  require(fresh || known->second == candidate, "one vote in a term, over all lives", "term",
          t.value, "first", known->second.id.value, "second", candidate.id.value);
}

// -- the log --------------------------------------------------------------------------------------------------------

/// An index and a term name one entry, and with it all that stands before it.
/// Since it was seen last it knew that: a leader proposes nothing that clients write with less than
/// enough, anybody else takes nothing with none.
bool consensus_checks::lacks_room(const process& p, const raft::core& core) const {
  const auto most = std::min(p.seen.room, p.node->room());
  const auto now = core.current();
  const bool leads = now.role == raft::role_kind::leader && p.seen.led_term == now.current_term;
  return p.seen.has_log && (most == disk_room::none || (leads && most != disk_room::enough));
}

void consensus_checks::observe_log(process& p, const raft::core& core) {
  const auto& log = core.entries();
  const auto last = log.last();
  if (p.seen.has_log && p.seen.last == last)
    return;
  const bool overwritten = p.seen.has_log && !log.contains(p.seen.last)
                           && p.seen.last.index > log.before().index && p.seen.last.index
                           && log.before().index <= p.seen.commit;
  if (overwritten) {
    situations_.hit(situation::uncommitted_entry_overwritten);
    if (core.active_config().version < p.seen.active)
      situations_.hit(situation::uncommitted_config_overwritten);
  }
  const bool no_room = lacks_room(p, core);
  for (auto i = last.index; i >= log.first() && i.value > 0; --i.value) {
    // What was there when it was seen last needs no second look.
    if (p.seen.has_log && i <= p.seen.last.index && log.contains(p.seen.last)
        && p.seen.last.index >= log.first())
      break;
    const auto& x = log.at(i);
    require(!no_room || x.kind != raft::entry_kind::command,
            "what clients write goes to no disk that is almost full", p.options.name, "index",
            i.value);
    const auto before = log.term_at(log_index{i.value - 1});
    auto [known, fresh] = entries_.try_emplace({i, x.entry_term});
    if (fresh)
      known->second = {x.payload, before.value_or(quorate::term{}), before.has_value()};
    require(known->second.payload == x.payload, "an index and a term name one entry",
            p.options.name, "index", i.value, "term", x.entry_term.value);
    require(!known->second.has_before || !before || known->second.term_before == *before,
            "equal entries have equal predecessors", p.options.name, "index", i.value);
  }
  p.seen.last = last;
  p.seen.active = core.active_config().version;
}

// -- commits --------------------------------------------------------------------------------------------------------

void consensus_checks::observe_commit(process& p, const raft::core& core,
                                      const std::vector<std::unique_ptr<process>>& all) {
  const auto now = core.current();
  require(now.commit >= p.seen.commit, "a commit index never falls", p.options.name, "from",
          p.seen.commit.value, "to", now.commit.value);
  require(now.applied <= now.commit && now.commit <= now.last.index,
          "applied, committed, last: in this order", p.options.name);
  if (now.commit == p.seen.commit)
    return;
  const auto& log = core.entries();
  if (now.commit > log_.last()) {
    // The first to know is the leader of the term, and it has counted disks. (The first entry of
    // all is the founder's alone.)
    auto leader = leaders_.find(now.current_term);
    require(now.commit.value == 1 || (leader != leaders_.end() && leader->second == core.self()),
            "a leader commits first", p.options.name, "index", now.commit.value);
    const auto at_term = log.term_at(now.commit);
    require(at_term == now.current_term, "a leader commits by an entry of its own term",
            p.options.name, "index", now.commit.value);
    check_on_quorum(core, {now.commit, *at_term}, all);
  }
  for (auto i = std::max(log_index{p.seen.commit.value + 1}, log.first()); i <= now.commit;
       ++i.value)
    log_.commit(log.at(i), now.current_term);
  // Without the entry itself, after a snapshot, its term has to be right.
  require(*log.term_at(now.commit) == log_.at(now.commit).entry.entry_term,
          "a snapshot ends with the committed entry", p.options.name, "index", now.commit.value);
  p.seen.commit = now.commit;
}

void consensus_checks::check_on_quorum(const raft::core& core, raft::log_position at,
                                       const std::vector<std::unique_ptr<process>>& all) const {
  auto has = [&](const raft::replica& who) {
    for (std::size_t i = 0; i < all.size() * 2; ++i) {
      // A disk that was lost since had it when it said so, and says nothing else any more.
      const auto& p = all[i / 2];
      const auto& disk = i % 2 == 0 ? p->disk.durable() : p->lost_disk;
      if (!disk.identity() || disk.identity()->storage != who.storage)
        continue;
      if (disk.lowest().at.index >= at.index)
        return true; // It had it, and was dismissed since.
      if (disk.snapshot() && disk.snapshot()->last.index >= at.index)
        return true;
      const auto* x = disk.find(at.index);
      return x != nullptr && x->entry_term == at.entry_term;
    }
    return false;
  };
  auto majority = [&](const std::vector<raft::replica>& half) {
    return static_cast<std::size_t>(std::count_if(half.begin(), half.end(), has)) * 2 > half.size();
  };
  const auto& config = core.active_config();
  require(majority(config.voters) && (config.outgoing.empty() || majority(config.outgoing)),
          "what is committed is on the disks of a quorum", "index", at.index.value, "config",
          raft::describe(config));
}

void consensus_checks::observe_applied(process& p, const raft::core& core) {
  const auto applied = p.node->state()->applied().index;
  // Whoever reads that it has no part any more stops there.
  require(core.current().applied == applied || p.node->halted().code != errc::none,
          "core and machine agree on what is applied", p.options.name);
  if (applied == p.seen.applied)
    return;
  require(applied > p.seen.applied, "an applied index never falls", p.options.name);
  require(p.node->state()->state_hash() == log_.at(applied).state_hash,
          "equal entries make equal states", p.options.name, "applied", applied.value);
  const auto& disk = p.disk.durable();
  require(disk.last().index >= applied, "the machine never runs ahead of its disk", p.options.name,
          "applied", applied.value);
  p.seen.applied = applied;
}

// -- what is said ---------------------------------------------------------------------------------------------------

void consensus_checks::sent(const process& p, const node_mail& mail) {
  if (const auto* m = std::get_if<raft::envelope>(&mail.message))
    sent_by_core(p, *m);
}

/// Whatever is promised is on disk before it is said.
void consensus_checks::sent_by_core(const process& p, const raft::envelope& m) {
  const auto& disk = p.disk.durable();
  const auto term = disk.state().current_term;
  require(term >= m.sender_term, "a term is durable before it is said", p.options.name,
          raft::describe(m));
  const auto storage = m.from.storage;
  if (std::holds_alternative<raft::append>(m.content)
      || std::holds_alternative<raft::heartbeat>(m.content)
      || std::holds_alternative<raft::install_snapshot>(m.content))
    leads(m.sender_term, m.from);
  if (std::holds_alternative<raft::vote>(m.content)) {
    votes(storage, m.sender_term, m.from);
    require(term > m.sender_term || disk.state().voted_for == m.from,
            "a candidate's own vote is durable before it asks", p.options.name);
  }
  if (const auto* x = std::get_if<raft::vote_reply>(&m.content); x && x->granted) {
    votes(storage, m.sender_term, m.to);
    require(term > m.sender_term || disk.state().voted_for == m.to,
            "a vote is durable before it is given", p.options.name, raft::describe(m));
  }
  if (std::holds_alternative<raft::timeout_now>(m.content) && p.node->room() != disk_room::enough
      && !p.node->stopping())
    situations_.hit(situation::hand_over_for_room);
  if (const auto* x = std::get_if<raft::install_snapshot>(&m.content); x && x->offset != 0)
    situations_.hit(situation::snapshot_in_parts);
  if (const auto* x = std::get_if<raft::install_snapshot_reply>(&m.content); x && x->gap)
    situations_.hit(situation::snapshot_gap);
  if (const auto* x = std::get_if<raft::read_reply>(&m.content); x && x->confirmed)
    situations_.hit(situation::follower_read);
  if (const auto* x = std::get_if<raft::append_accepted>(&m.content); x && term == m.sender_term)
    require(disk.last().index >= x->match, "entries are durable before they are acknowledged",
            p.options.name, raft::describe(m), "durable", disk.last().index.value);
}

void consensus_checks::received(const process& p, const node_mail& mail) {
  const auto* m = std::get_if<raft::envelope>(&mail.message);
  if (m != nullptr && m->request_boot.counter != 0 && !(m->request_boot == p.node->boot()))
    situations_.hit(situation::message_to_a_restarted_node);
  if (const auto* x = std::get_if<membership::register_request>(&mail.message))
    if (log_.state().nodes().find_storage(x->storage) != nullptr && p.node->leads())
      situations_.hit(situation::registered_again);
}

/// While one holds a lease, nobody leads in a later term.
void consensus_checks::answered_by_lease(const process& p, const driver::reply& said) const {
  if (said.not_after_ms == 0)
    return; // It came too late, and says so.
  const auto term = p.core()->current().current_term;
  require(!leaders_.empty() && leaders_.rbegin()->first == term,
          "nobody else leads while a lease holds", p.options.name, "term", term.value, "newest",
          leaders_.empty() ? 0 : leaders_.rbegin()->first.value);
}

void consensus_checks::durable(const process& p) {
  const auto& disk = p.disk.durable();
  if (!disk.identity())
    return;
  const auto& state = disk.state();
  auto& newest = terms_[disk.identity()->storage];
  require(state.current_term >= newest, "a durable term never falls", p.options.name);
  newest = state.current_term;
  if (state.voted_for.id)
    votes(disk.identity()->storage, state.current_term, state.voted_for);
}

} // namespace quorate::sim
