#include "tests/sim/rule_checks.hpp"

#include "runtime/raft/configurations.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

template <class... Bodies>
bool is_one_of(const raft::body& content) {
  return (std::holds_alternative<Bodies>(content) || ...);
}

bool from_a_leader(const raft::body& content) {
  return is_one_of<raft::append, raft::heartbeat, raft::install_snapshot>(content);
}

/// Up to where the message proves that the receiver's log is the leader's.
log_index proven_by(const raft::body& content) {
  if (const auto* x = std::get_if<raft::append>(&content))
    return log_index{x->previous.index.value + x->entries.size()};
  if (const auto* x = std::get_if<raft::heartbeat>(&content))
    return x->commit;
  if (const auto* x = std::get_if<raft::install_snapshot>(&content))
    return x->last.index;
  return {};
}

/// Everything but what is heavy.
raft::envelope outline(const raft::envelope& m) {
  raft::envelope out{m.cluster,      m.from,   m.from_boot,   m.to,
                     m.request_boot, m.config, m.sender_term, raft::timeout_now{}};
  if (const auto* x = std::get_if<raft::append>(&m.content))
    out.content = raft::append{x->previous, {}, x->commit, x->round};
  else if (std::holds_alternative<raft::install_snapshot>(m.content))
    out.content = raft::install_snapshot{};
  else
    out.content = m.content;
  return out;
}

bool same_peers(const std::vector<raft::peer_status>& a, const std::vector<raft::peer_status>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.peer == y.peer && x.match == y.match && x.contacted == y.contacted
           && x.ticks_since_contact == y.ticks_since_contact;
  });
}

bool majority_of_half(const std::vector<raft::replica>& half, const process& p,
                      const std::vector<raft::peer_status>& peers) {
  std::size_t heard = 0;
  for (const auto& who : half)
    if (who == p.core()->self()
        || std::any_of(peers.begin(), peers.end(), [&](const raft::peer_status& x) {
             return x.peer == who && x.ticks_since_contact < p.options.consensus.election_ticks;
           }))
      ++heard;
  return heard * 2 > half.size();
}

} // namespace

bool hears_quorum(const process& p) {
  const auto peers = p.core()->peers();
  const auto& config = p.core()->active_config();
  return majority_of_half(config.voters, p, peers)
         && (config.outgoing.empty() || majority_of_half(config.outgoing, p, peers));
}

rule_checks::memory& rule_checks::of(const process& p) {
  if (memories_.size() <= p.index)
    memories_.resize(p.index + 1);
  auto& m = memories_[p.index];
  if (m.life != p.life) {
    m = {};
    m.life = p.life;
  }
  return m;
}

bool rule_checks::believes_in_a_leader(const process& p, const memory& m) const {
  const auto now = p.core()->current();
  if (now.role == raft::role_kind::leader)
    return hears_quorum(p);
  return now.leader && m.ticks - m.leader_heard_at < p.options.consensus.election_ticks;
}

// -- what comes in --------------------------------------------------------------------------------------------------

void rule_checks::ticked(const process& p, bool at_once) {
  auto& m = of(p);
  ++m.ticks;
  if (at_once)
    m.idle_since = m.ticks; // Ticks without time between them leave none for anything else.
  m.ticked = true;
}

void rule_checks::received(const process& p, const node_mail& mail) {
  auto& m = of(p);
  if (const auto* x = std::get_if<membership::join_request>(&mail.message))
    if (x->has_log && p.node->leads())
      m.asked[{mail.from, x->boot.nonce}].push_back(log_.state().nodes().version());
  const auto* x = std::get_if<raft::envelope>(&mail.message);
  if (x != nullptr && p.core() != nullptr && x->to == p.core()->self())
    received_envelope(p, m, mail.from, *x);
}

void rule_checks::received_envelope(const process& p, memory& m, const std::string& from,
                                    const raft::envelope& x) const {
  const auto& core = *p.core();
  auto& met = m.met;
  m.hearing = true;
  met.heard = outline(x);
  met.from = from;
  met.before = core.current();
  met.voted_for = core.hard_state().voted_for;
  met.commit_max = proven_by(x.content);
  const auto boot = m.boots.find({x.from.id, x.from.storage});
  met.old_life = (x.request_boot.counter != 0 && !(x.request_boot == p.node->boot()))
                 || (boot != m.boots.end() && x.from_boot.counter < boot->second);
  met.below_floor = p.node->lowest() && x.config <= p.node->lowest().version;
  met.believes = is_one_of<raft::pre_vote, raft::vote>(x.content) && believes_in_a_leader(p, m);
  if (met.old_life)
    met.peers = core.peers();
}

// -- what it does ---------------------------------------------------------------------------------------------------

void rule_checks::observe(const process& p) {
  auto& m = of(p);
  m.in_message = std::exchange(m.hearing, false);
  const bool after_tick = std::exchange(m.ticked, false);
  const auto* core = p.core();
  if (core == nullptr) {
    m.has_log = false;
    m.boots.clear();
    m.boots_seen.clear();
    m.addresses.clear();
    return;
  }
  if (!m.has_log) {
    m.has_log = true;
    m.idle_since = m.ticks;
    m.last = {};
    m.installed = core->counts().snapshots_installed;
  }
  const auto now = core->current();
  if (m.in_message && m.met.before.current_term.value != 0)
    check_encounter(p, m, *core);
  check_commit(p, m, *core);
  if (!p.node->leads())
    m.asked.clear(); // Whoever asked gets no answer, or an old one.
  if (after_tick && now.role == raft::role_kind::leader && p.node->halted().code == errc::none)
    require(hears_quorum(p), "a leader without a quorum's answers steps down", p.options.name);
  if (m.in_message && now.role == raft::role_kind::leader
      && std::holds_alternative<raft::append_accepted>(m.met.heard.content))
    check_match(p, *core);
  check_timer(p, m, *core);
  m.last = now;
  m.installed = core->counts().snapshots_installed;
}

void rule_checks::check_encounter(const process& p, memory& m, const raft::core& core) const {
  const auto& met = m.met;
  const auto now = core.current();
  // It may have been deaf still; then this one isn't the newest that it knows. An answer to an
  // earlier life of this one counts for nothing but that.
  const sender who{met.heard.from.id, met.heard.from.storage};
  const auto& where = m.addresses.try_emplace(who, met.from).first->second;
  auto& seen = m.boots_seen[who];
  const bool newest_life = met.heard.from_boot.counter >= seen;
  if (where == met.from) // Else it isn't heard while messages of an earlier life still arrive.
    seen = std::max(seen, met.heard.from_boot.counter);
  if (where != met.from)
    m.boots.erase(who);
  else if (m.spoke) // Until its disk knows who it is, a node hears nothing.
    m.boots[who] = std::max(m.boots[who], met.heard.from_boot.counter);
  if (met.old_life)
    return check_old_life(p, m, core);
  if (met.below_floor)
    return check_floor(p, m, core);
  const auto* vote = std::get_if<raft::vote>(&met.heard.content);
  if (vote != nullptr && !vote->transfer && met.believes)
    require(now.current_term == met.before.current_term && now.role == met.before.role,
            "whoever hears a leader isn't disturbed by a vote", p.options.name);
  if (newest_life && from_a_leader(met.heard.content) && now.leader == met.heard.from.id
      && now.current_term == met.heard.sender_term)
    m.leader_heard_at = m.ticks;
}

/// What was said in an earlier life, or to one, may speak of what is lost.
void rule_checks::check_old_life(const process& p, const memory& m, const raft::core& core) const {
  const auto& before = m.met.before;
  const auto now = core.current();
  const bool same = now.role == before.role && now.current_term == before.current_term
                    && now.leader == before.leader && now.commit == before.commit
                    && now.last == before.last && core.hard_state().voted_for == m.met.voted_for;
  require(same && same_peers(m.met.peers, core.peers()),
          "a message of an earlier life changes nothing", p.options.name,
          raft::describe(m.met.heard));
}

/// Who has dropped its log doesn't take part under the configs that may count on it.
void rule_checks::check_floor(const process& p, const memory& m, const raft::core& core) const {
  const auto& before = m.met.before;
  const auto now = core.current();
  const bool gives_a_vote = core.hard_state().voted_for == m.met.heard.from
                            && m.met.voted_for != m.met.heard.from;
  require(!gives_a_vote, "below its floor a node gives no vote", p.options.name);
  if (from_a_leader(m.met.heard.content))
    require(now.last == before.last && now.commit == before.commit
              && now.current_term == before.current_term,
            "below its floor a node takes nothing of a leader", p.options.name);
}

void rule_checks::check_commit(const process& p, const memory& m, const raft::core& core) const {
  const auto now = core.current();
  if (now.commit == m.last.commit || m.last.current_term.value == 0)
    return;
  const bool leads = now.role == raft::role_kind::leader;
  if (leads && m.last.role == raft::role_kind::leader) {
    require(core.entries().term_at(now.commit) == now.current_term,
            "a leader commits by an entry of its own term", p.options.name, now.commit.value);
    return;
  }
  const bool installed = core.counts().snapshots_installed != m.installed;
  require(leads || m.last.role == raft::role_kind::leader || installed
            || (m.in_message && now.commit <= std::max(m.last.commit, m.met.commit_max)),
          "a follower commits what its leader's message proves", p.options.name, "commit",
          now.commit.value, "proven", m.met.commit_max.value);
}

/// What a leader believes of others is on their disks.
void rule_checks::check_match(const process& p, const raft::core& core) const {
  const auto now = core.current();
  for (const auto& x : core.peers()) {
    const auto at = core.entries().term_at(x.match);
    if (!at)
      continue; // Compacted away: it was compared when it was newer.
    require(keeps_promise(all_, x.peer, {x.match, *at}, now.current_term, now.active_config),
            "what a peer is believed to have is on its disk", p.options.name, "peer",
            x.peer.id.value, "match", x.match.value);
  }
}

/// A voter that hears nothing of a leader asks for votes within two election timeouts, and after
/// what it has promised to a lease.
void rule_checks::check_timer(const process& p, memory& m, const raft::core& core) const {
  constexpr std::uint64_t slack = 4; // Its disk may still be silent, or its snapshot under way.
  const auto promised = core.active_config().lease_ms / p.options.tick_ms + 2;
  const auto now = core.current();
  const auto& active = core.active_config();
  const bool waits = now.role == raft::role_kind::follower
                     || now.role == raft::role_kind::pre_candidate;
  const bool eligible = raft::names_voter(active, core.self()) && !now.quiet
                        && (!p.node->lowest() || active.version > p.node->lowest().version);
  const bool heard = m.in_message
                     && (m.leader_heard_at == m.ticks
                         || (std::holds_alternative<raft::vote>(m.met.heard.content)
                             && core.hard_state().voted_for == m.met.heard.from));
  if (!waits || !eligible || heard || p.syncing || p.node->halted().code != errc::none
      || now.current_term != m.last.current_term || now.role != m.last.role
      || now.leader != m.last.leader || now.quiet != m.last.quiet)
    m.idle_since = m.ticks;
  require(m.ticks - m.idle_since <= 2 * p.options.consensus.election_ticks + slack + promised,
          "a voter without a leader campaigns in time", p.options.name, "ticks",
          m.ticks - m.idle_since);
}

// -- what it says ---------------------------------------------------------------------------------------------------

void rule_checks::sent(const process& p, const node_mail& mail) {
  auto& m = of(p);
  const auto& identity = p.disk.durable().identity();
  // But who founds asks its seeds at once, without a name.
  const bool nameless = std::holds_alternative<discover_request>(mail.message);
  require(nameless || (identity && identity->boots >= p.node->boot().counter),
          "a node says nothing before its disk knows who it is", p.options.name);
  m.spoke |= !nameless;
  if (const auto* x = std::get_if<raft::envelope>(&mail.message))
    return sent_by_core(p, m, *x);
  const auto* x = std::get_if<membership::join_reply>(&mail.message);
  if (x == nullptr || !x->confirmed)
    return;
  const auto asked = m.asked.find({mail.to, x->boot.nonce});
  if (asked == m.asked.end() || asked->second.empty())
    return;
  require(x->current.version >= asked->second.front(),
          "a confirmed answer knows all that was committed when it was asked for", p.options.name,
          "version", x->current.version.value);
  asked->second.pop_front();
}

void rule_checks::sent_by_core(const process& p, memory& m, const raft::envelope& x) const {
  const auto* core = p.core();
  if (core == nullptr)
    return;
  const auto now = core->current();
  const bool leads = now.role == raft::role_kind::leader && now.current_term == x.sender_term;
  if (is_one_of<raft::pre_vote, raft::vote>(x.content)) {
    m.idle_since = m.ticks;
    check_campaign(p, *core);
  }
  if (const auto* said = std::get_if<raft::heartbeat>(&x.content); said && leads) {
    const auto at = core->entries().term_at(said->commit);
    require(!at || keeps_promise(all_, x.to, {said->commit, *at}, x.sender_term, now.active_config),
            "a heartbeat tells no commit that its receiver hasn't the entries of", p.options.name,
            "to", x.to.id.value, "commit", said->commit.value);
  }
  if (std::holds_alternative<raft::timeout_now>(x.content) && leads && now.transferring)
    require(keeps_promise(all_, x.to, now.last, x.sender_term, now.active_config),
            "leadership is handed to who has the whole log", p.options.name, "to", x.to.id.value);
  sent_reply(p, m, x);
}

void rule_checks::sent_reply(const process& p, const memory& m, const raft::envelope& x) const {
  const bool to_this = m.in_message && m.met.heard.from == x.to
                       && m.met.heard.from_boot == x.request_boot;
  const auto* pre = std::get_if<raft::pre_vote_reply>(&x.content);
  if (pre != nullptr && pre->granted && to_this) {
    require(!m.met.believes, "whoever hears a leader helps nobody to depose it", p.options.name,
            "asked by", x.to.id.value);
    require(!m.met.below_floor, "below its floor a node encourages nobody", p.options.name);
  }
  if (is_one_of<raft::append_accepted, raft::append_rejected, raft::heartbeat_reply>(x.content)
      && to_this && from_a_leader(m.met.heard.content))
    require(!m.met.below_floor, "below its floor a node acknowledges nothing", p.options.name,
            raft::describe(x));
  const auto* accepted = std::get_if<raft::append_accepted>(&x.content);
  const auto* to = accepted != nullptr ? owner_of(all_, x.to) : nullptr;
  if (to == nullptr || to->core() == nullptr)
    return;
  const auto leader = to->core()->current();
  if (leader.role != raft::role_kind::leader || leader.current_term != x.sender_term)
    return;
  const auto at = to->core()->entries().term_at(accepted->match);
  require(accepted->match <= leader.last.index
            && (!at || p.disk.durable().state().current_term > x.sender_term
                || has_durably(p.disk.durable(), {accepted->match, *at})),
          "what is acknowledged is what the leader has", p.options.name, raft::describe(x));
}

void rule_checks::check_campaign(const process& p, const raft::core& core) const {
  const auto now = core.current();
  if (now.role != raft::role_kind::candidate && now.role != raft::role_kind::pre_candidate)
    return; // It waited for the disk, and isn't one any more.
  bool voter = raft::names_voter(core.active_config(), core.self())
               || raft::names_voter(core.committed_config(), core.self());
  for (auto i = now.commit.value + 1; i <= now.last.index.value; ++i)
    if (const auto& x = core.entries().at(log_index{i}); x.config)
      voter |= raft::names_voter(*x.config, core.self());
  require(voter, "only a voter campaigns", p.options.name);
  require(!p.node->lowest() || core.active_config().version > p.node->lowest().version,
          "who was taken in again campaigns by a later config only", p.options.name);
}

} // namespace quorate::sim
