#include "tests/sim/liveness.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

namespace quorate::sim {

namespace {

/// Whether a live process stands behind the row.
bool is_live(const world& in, const node_record& row) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto& p = in.at(i);
    if (p.running() && p.storage() == row.storage)
      return p.node->halted().code == errc::none;
  }
  return false;
}

/// Where a process can ask: its seeds, and whom its log names.
std::vector<std::string> asked_by(const process& p) {
  auto out = p.options.seeds;
  if (p.core() != nullptr)
    for (const auto& [id, row] : p.node->state()->nodes().rows())
      out.push_back(row.address);
  return out;
}

/// Whether whoever it can ask, and those whom they can ask, end before the leader: an operator took
/// the members away that were its seeds, and has to tell it of others.
bool is_cut_off(const world& in, std::size_t from, std::size_t leader) {
  std::vector<std::size_t> asked{from};
  std::set<std::string> known{in.at(from).options.address};
  for (std::size_t next = 0; next < asked.size(); ++next)
    for (const auto& address : asked_by(in.at(asked[next]))) {
      if (!known.insert(address).second)
        continue;
      for (std::size_t i = 0; i < in.size(); ++i)
        if (in.at(i).options.address == address && in.at(i).running()
            && in.at(i).node->halted().code == errc::none)
          asked.push_back(i);
    }
  return std::find(asked.begin(), asked.end(), leader) == asked.end();
}

std::string unsettled_members(const world& in, const membership::nodes_config& nodes) {
  if (nodes.joint())
    return "a joint change isn't left";
  // A member whose disk is rotten stays one until it is replaced, which the policy may not want.
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in.at(i).rotten)
      return {};
  std::size_t wanting = 0;
  bool lost = false;
  bool spare = false;
  for (const auto& [id, row] : nodes.rows()) {
    lost |= row.lost;
    const bool live = is_live(in, row);
    spare |= live && row.state == node_state::auto_join;
    if (row.lost || (row.state != node_state::standby && live))
      ++wanting;
  }
  const auto& policy = nodes.policy();
  if (lost && spare && policy.replace_after_ms != 0 && policy.warm_spares != 0
      && policy.eviction_budget != 0)
    return "a member whose disk is lost isn't replaced";
  const auto wanted = std::min<std::size_t>(nodes.policy().target_members, wanting);
  if (nodes.members().size() != wanted)
    return "members: " + std::to_string(nodes.members().size()) + " instead of "
           + std::to_string(wanted);
  // Where there is room for warm spares, it is used.
  const auto room = std::min<std::size_t>(
    nodes.policy().target_members + nodes.policy().warm_spares, wanting);
  if (nodes.members().size() + nodes.learners().size() < room)
    return "learners: " + std::to_string(nodes.learners().size()) + " where there is room";
  return {};
}

std::string unsettled_process(const world& in, const process& p, const process& leader) {
  const auto& nodes = leader.node->state()->nodes();
  const auto id = p.node->identity().id;
  const auto halted = p.node->halted().code;
  if (p.rotten || p.node->halted().code == errc::foreign_cluster)
    return {}; // It says what is wrong with it, and waits for an operator.
  if (!id) {
    // A live node keeps its name; whose disk was lost, comes back.
    const auto* row = nodes.find_name(p.options.name);
    const bool taken = row != nullptr && row->storage != p.storage() && is_live(in, *row);
    return taken ? "" : p.options.name + " isn't registered";
  }
  if (in.log().membership().removed(id))
    return halted == errc::node_removed || halted == errc::storage_lost
             ? ""
             : p.options.name + " was removed and runs";
  if (const auto* row = nodes.find(id); row != nullptr && row->lost)
    return halted == errc::storage_lost ? "" : p.options.name + " is lost and runs";
  if (p.node->halted().code != errc::none)
    return p.options.name + " halted: " + to_string(p.node->halted());
  const bool takes_part = nodes.role_of(id) != node_role::outsider;
  if (takes_part != (p.core() != nullptr))
    return p.options.name + (takes_part ? " lacks a log" : " keeps its log");
  if (takes_part && p.core()->current().applied < leader.core()->current().commit)
    return p.options.name + " is behind";
  return {};
}

/// Where it is, and which build it runs.
std::string outdated_row(const process& p, const membership::nodes_config& nodes) {
  const auto* row = nodes.find(p.node->identity().id);
  if (row == nullptr || row->lost || p.node->halted().code != errc::none
      || nodes.feature_level() < 2)
    return {};
  return row->address == p.options.address && row->versions == p.options.versions
           ? ""
           : "the row of " + p.options.name + " says what it was";
}

/// As high as all allow who take part.
std::string low_level(const world& in, const membership::nodes_config& nodes) {
  std::uint16_t lowest = UINT16_MAX;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto& p = in.at(i);
    if (p.rotten || !p.running())
      return {};
    if (nodes.role_of(p.node->identity().id) != node_role::outsider)
      lowest = std::min(lowest, p.options.versions.feature_level);
  }
  for (const auto& [id, row] : nodes.rows())
    if (row.lost)
      return {};
  return nodes.feature_level() >= lowest ? "" : "the feature level isn't raised";
}

} // namespace

std::string unsettled(const world& in) {
  const auto leader = in.leader();
  if (!leader)
    return "nobody leads";
  const auto& l = in.at(*leader);
  const auto& nodes = l.node->state()->nodes();
  if (auto missing = unsettled_members(in, nodes); !missing.empty())
    return missing;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!in.at(i).running())
      continue;
    // The leader calls those that are in its config.
    const bool in_config = nodes.find(in.at(i).node->identity().id) != nullptr;
    if (!in_config && is_cut_off(in, i, *leader))
      continue;
    if (auto missing = unsettled_process(in, in.at(i), l); !missing.empty())
      return missing;
    if (auto missing = outdated_row(in.at(i), nodes); !missing.empty())
      return missing;
  }
  return low_level(in, nodes);
}

void require_settles(world& in, micros at_most) {
  const auto until = in.now() + at_most;
  // Looked at ten times a second: it costs a walk over all nodes.
  while (in.now() < until) {
    if (unsettled(in).empty())
      return;
    in.run_for(ms(100));
  }
  require_in_time(false, "a healed cluster settles", unsettled(in), "version",
                  in.log().state().nodes().version().value);
}

namespace {

quorate::term newest_term(const world& in) {
  quorate::term newest{};
  for (std::size_t i = 0; i < in.size(); ++i)
    if (const auto* core = in.at(i).core())
      newest = std::max(newest, core->current().current_term);
  return newest;
}

} // namespace

void require_quiet(world& in, micros window) {
  // A leader speaks to everybody once a tick and is answered; the rest is seldom.
  constexpr std::uint64_t messages_a_node_and_tick = 4;
  constexpr int attempts_max = 4;
  // What an operator has begun may still change the cluster, and who is late catches up: then once
  // more.
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    const auto version = in.log().state().nodes().version();
    const auto handed_over = in.situations().of(situation::hand_over);
    const auto term = newest_term(in);
    const auto sent = in.net().sent();
    in.run_for(window);
    // A handover that had begun before may end in it.
    const bool last = attempt == attempts_max;
    if (in.log().state().nodes().version() != version
        || in.situations().of(situation::hand_over) != handed_over
        || (!last && newest_term(in) != term))
      continue;
    require_in_time(newest_term(in) == term, "terms stop growing in a healed cluster", "from",
                    term.value, "to", newest_term(in).value);
    const auto ticks = window / ms(in.at(0).options.tick_ms) + 1;
    const auto messages = in.net().sent() - sent;
    if (messages <= messages_a_node_and_tick * ticks * in.size())
      return;
    require_in_time(attempt < attempts_max, "a healed cluster doesn't talk without end", "messages",
                    messages, "ticks", ticks, "nodes", in.size());
  }
}

} // namespace quorate::sim
