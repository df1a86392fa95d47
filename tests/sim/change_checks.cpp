#include "tests/sim/change_checks.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/raft/configurations.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <limits>

namespace quorate::sim {

namespace {

using replicas = std::vector<raft::replica>;

/// Those of `a` that aren't in `b`.
replicas without(const replicas& a, const replicas& b) {
  replicas out;
  for (const auto& x : a)
    if (std::find(b.begin(), b.end(), x) == b.end())
      out.push_back(x);
  return out;
}

const raft::peer_status* find(const std::vector<raft::peer_status>& peers,
                              const raft::replica& who) {
  auto found = std::find_if(peers.begin(), peers.end(),
                            [&](const raft::peer_status& x) { return x.peer == who; });
  return found != peers.end() ? &*found : nullptr;
}

bool is_lost(const process& p, node_id id) {
  const auto* row = p.node->state()->nodes().find(id);
  return row != nullptr && row->lost;
}

} // namespace

change_checks::memory& change_checks::of(const process& p) {
  if (memories_.size() <= p.index)
    memories_.resize(p.index + 1);
  auto& m = memories_[p.index];
  if (m.life != p.life) {
    m = {};
    m.life = p.life;
  }
  return m;
}

/// What a controller knows is as old as its last report, and the way to it.
std::uint64_t change_checks::slack_ms(const process& p) const {
  return 2 * p.options.observe_ms + 4 * p.options.tick_ms + 100;
}

void change_checks::ticked(const process& p) {
  auto& m = of(p);
  ++m.ticks;
  m.ticked = true;
}

void change_checks::received(const process& p, const node_mail& mail) {
  auto& m = of(p);
  if (const auto* x = std::get_if<membership::join_request>(&mail.message)) {
    auto& g = m.gaps[x->from.id];
    const auto length = m.ticks - g.asked_at;
    const bool lately = (m.ticks - g.asked_gap_ended_at) * p.options.tick_ms <= slack_ms(p);
    if (length >= g.asked_gap || !lately) {
      g.asked_gap = length;
      g.asked_gap_ended_at = m.ticks;
    }
    g.asked_at = m.ticks;
  }
  // What comes behind a goodbye was said before it.
  if (const auto* x = std::get_if<raft::envelope>(&mail.message)) {
    auto& newest = m.boots[x->from];
    newest = std::max(newest, x->from_boot.counter);
  } else if (const auto* bye = std::get_if<goodbye>(&mail.message)) {
    if (bye->boot.counter >= m.boots[bye->from])
      m.gone[bye->from] = bye->boot.counter;
  }
}

bool change_checks::is_gone(const memory& m, const raft::replica& who) {
  const auto gone = m.gone.find(who);
  const auto newest = m.boots.find(who);
  return gone != m.gone.end() && (newest == m.boots.end() || newest->second <= gone->second);
}

void change_checks::observe(const process& p, micros now) {
  auto& m = of(p);
  const bool after_tick = std::exchange(m.ticked, false);
  if (after_tick) {
    if (now - m.ticked_at > ms(4 * p.options.tick_ms))
      m.stood_still_until = now;
    m.ticked_at = now;
  }
  const auto* core = p.core();
  if (core == nullptr || core->current().role != raft::role_kind::leader) {
    m.leads_in = {};
    return;
  }
  const auto state = core->current();
  if (m.leads_in != state.current_term) {
    m.leads_in = state.current_term;
    m.leads_since = now;
    m.newest = state.active_config; // Inherited.
    m.gaps.clear();
  }
  if (after_tick)
    remember_silence(p, m, now);
  if (state.active_config == m.newest)
    return;
  const auto& log = core->entries();
  for (auto i = std::max(log.first(), log_index{state.commit.value + 1}); i <= state.last.index;
       ++i.value)
    if (const auto& x = log.at(i); x.config && x.config->version > m.newest)
      proposed(p, m, x, now);
  m.newest = state.active_config;
}

void change_checks::remember_silence(const process& p, memory& m, micros now) const {
  for (const auto& x : p.core()->peers()) {
    auto [found, fresh] = m.gaps.try_emplace(x.peer.id);
    auto& g = found->second;
    if (fresh)
      g.heard_at = now;
    // A record that began anew hasn't heard of its peer yet.
    const bool heard = x.contacted && !is_gone(m, x.peer)
                       && (!g.contacted || x.ticks_since_contact <= g.ticks);
    g.contacted = x.contacted;
    if (heard) {
      g.answered_at = m.ticks;
      const auto length = now - g.heard_at;
      if (length >= g.longest || now - g.ended_at > ms(slack_ms(p))) {
        g.longest = length;
        g.ended_at = now;
      }
      g.heard_at = now;
    }
    g.ticks = x.ticks_since_contact;
    if (x.contacted && x.match.value > 0)
      g.fed_at = m.ticks;
  }
}

void change_checks::proposed(const process& p, const memory& m, const raft::entry& x,
                             micros now) const {
  check_order(p, x);
  auto change = base::decode<membership::delta>(x.payload.view());
  require(static_cast<bool>(change), "a membership entry can be read", x.index.value);
  const auto& before = p.core()->config_at(log_index{x.index.value - 1});
  check_voters(p, m, *change, before);
  check_identity(p, m, *change, now);
  check_patience(p, m, *change, before, now);
}

void change_checks::check_order(const process& p, const raft::entry& x) const {
  const auto& core = *p.core();
  const auto state = core.current();
  require(core.entries().term_at(state.commit) == state.current_term,
          "no change is proposed before an entry of the leader's own term is committed",
          p.options.name, "version", x.config->version.value);
  require(core.committed_config().version.value + 1 == x.config->version.value,
          "no change is proposed before the last one is committed", p.options.name, "version",
          x.config->version.value);
  const auto& before = core.config_at(log_index{x.index.value - 1});
  const auto differing = without(before.voters, x.config->voters).size()
                         + without(x.config->voters, before.voters).size();
  const bool leaves = before.joint() && !x.config->joint() && differing == 0;
  const bool enters = !before.joint() && x.config->joint() && x.config->outgoing == before.voters;
  const bool simple = !before.joint() && !x.config->joint() && differing <= 1;
  require(leaves || enters || simple, "each quorum of a config meets each of the next",
          p.options.name, "version", x.config->version.value);
}

/// A change that can't be committed, or whose result couldn't commit anything, would end all.
void change_checks::check_voters(const process& p, const memory& m, const membership::delta& change,
                                 const raft::configuration& before) const {
  const auto& core = *p.core();
  const auto peers = core.peers();
  const auto fresh = without(change.config.voters, before.voters);
  if (change.op.event == lifecycle_event::leave
      || (fresh.empty() && change.config.voters.size() == before.voters.size()))
    return;
  const auto window = live_window_ms_ + slack_ms(p);
  // Or before it restarted, which begins the leader's record anew.
  const auto heard_within = [&](const raft::replica& who, std::uint64_t patience_ms) {
    const auto found = m.gaps.find(who.id);
    if (found == m.gaps.end())
      return false;
    const auto heard_at = std::max(found->second.answered_at, found->second.asked_at);
    return heard_at != 0 && (m.ticks - heard_at) * p.options.tick_ms <= patience_ms;
  };
  const auto live = std::count_if(
    change.config.voters.begin(), change.config.voters.end(), [&](const raft::replica& who) {
      const auto* x = find(peers, who);
      if (is_lost(p, who.id))
        return false;
      return who == core.self() || heard_within(who, window)
             || (x != nullptr && x->contacted
                 && x->ticks_since_contact * p.options.tick_ms <= window);
    });
  require(static_cast<std::size_t>(live) * 2 > change.config.voters.size(),
          "a change leaves a live majority", p.options.name, to_string(change.op.event), "live",
          live, "of", change.config.voters.size());
  for (const auto& who : fresh) {
    const auto* x = find(peers, who);
    const auto lately = m.gaps.find(who.id);
    const bool was_fed = lately != m.gaps.end() && lately->second.fed_at != 0
                         && (m.ticks - lately->second.fed_at) * p.options.tick_ms <= slack_ms(p);
    require(was_fed || (x != nullptr && x->contacted && x->match.value > 0),
            "whoever becomes a voter has begun to get the log", p.options.name,
            to_string(change.op.event), "node", who.id.value);
  }
}

/// How long the leader heard nothing of it, up to a moment ago: what it heard since, its controller
/// may not know yet.
std::uint64_t change_checks::silent_ms(const process& p, const memory& m, node_id id,
                                       micros now) const {
  const auto found = m.gaps.find(id);
  auto silent = std::numeric_limits<std::uint64_t>::max();
  if (found == m.gaps.end())
    return silent;
  const auto& g = found->second;
  if (g.asked_at != 0) {
    const bool lately = (m.ticks - g.asked_gap_ended_at) * p.options.tick_ms <= slack_ms(p);
    silent = std::max(m.ticks - g.asked_at, lately ? g.asked_gap : 0) * p.options.tick_ms;
  }
  if (g.answered_at != 0) {
    const bool lately = now - g.ended_at <= ms(slack_ms(p));
    silent = std::min(silent, std::max(now - g.heard_at, lately ? g.longest : 0) / 1'000);
  }
  return silent;
}

/// A name is taken over from whoever has been silent for so long that nobody lives there.
void change_checks::check_identity(const process& p, const memory& m,
                                   const membership::delta& change, micros now) const {
  if (change.op.event != lifecycle_event::re_register)
    return;
  constexpr std::uint64_t clocks_differ_percent = 125;
  const auto patience = live_window_ms_ - std::min(live_window_ms_, slack_ms(p));
  for (auto id : change.op.named) {
    const auto silent = silent_ms(p, m, id, now);
    require(id != p.node->identity().id && silent >= patience * 100 / clocks_differ_percent,
            "a live node keeps its name", p.options.name, "node", id.value, "silent for", silent);
  }
}

/// Automation waits: for silence, for its own experience.
void change_checks::check_patience(const process& p, const memory& m,
                                   const membership::delta& change,
                                   const raft::configuration& before, micros now) const {
  if (change.op.by != initiator::policy || change.op.event == lifecycle_event::leave)
    return;
  const auto gone = without(before.voters, change.config.voters);
  for (const auto& who : gone)
    require(who != p.core()->self(), "the policy doesn't take out the leader", p.options.name,
            to_string(change.op.event));
  if (change.op.event != lifecycle_event::replace)
    return;
  const auto& policy = p.node->state()->nodes().policy();
  // A leader that stood still takes that time for silence of the others, and for listening.
  if (now < m.stood_still_until + ms(policy.leader_settle_ms + policy.replace_after_ms))
    return;
  constexpr micros clocks_differ_percent = 125;
  require((now - m.leads_since) * clocks_differ_percent / 100 + ms(p.options.tick_ms)
            >= ms(policy.leader_settle_ms),
          "a new leader listens before it replaces anybody", p.options.name, "leads for",
          now - m.leads_since);
  for (const auto& who : gone) {
    if (is_lost(p, who.id))
      continue; // By proof.
    const auto found = m.gaps.find(who.id);
    const auto heard_at = found != m.gaps.end() ? found->second.heard_at : m.leads_since;
    auto silent = now - std::min(now, heard_at);
    if (found != m.gaps.end() && now - found->second.ended_at <= ms(slack_ms(p)))
      silent = std::max(silent, found->second.longest);
    require(silent * clocks_differ_percent / 100 + ms(slack_ms(p)) >= ms(policy.replace_after_ms),
            "a member is replaced after it was silent for long", p.options.name, "node",
            who.id.value, "silent for", silent);
  }
}

} // namespace quorate::sim
