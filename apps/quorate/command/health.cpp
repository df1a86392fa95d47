#include "apps/quorate/command/health.hpp"

#include "apps/quorate/command/nodes.hpp"

#include <algorithm>
#include <future>
#include <utility>

namespace quorate::app {

namespace {

constexpr std::size_t asked_max = 32;

bool takes_part(const node_row& row) {
  return row.role != node_role::outsider;
}

const node_status* status_of(node_id node, const answers& said) {
  const auto found = said.find(node);
  return found == said.end() || !found->second ? nullptr : &*found->second;
}

void judge_node(cluster_health& of, const node_row& row, const nodes_view& view,
                const answers& said) {
  const auto health = health_of(row, said);
  if (health == "ok")
    return;
  const auto label = label_of(view, row.record.id);
  if (health == "lost")
    of.reasons.push_back("The disk of " + label + " is lost.");
  else if (health == "halted")
    of.reasons.push_back(label + " has halted: " + status_of(row.record.id, said)->halted.message);
  else if (health == "silent")
    of.reasons.push_back(label + " doesn't answer.");
  else if (health == "mistaken")
    of.reasons.push_back("Another node answers at the address of " + label + '.');
  else if (health != "-")
    of.reasons.push_back("The disk of " + label + " is almost full.");
}

void count(cluster_health& of, const nodes_view& view, const answers& said) {
  of.feature_level = UINT16_MAX;
  for (const auto& row : view.rows) {
    if (row.record.state == node_state::member) {
      ++of.members;
      // A full disk takes no writes, but its node votes.
      const auto health = health_of(row, said);
      if (health == "ok" || health == "disk_low" || health == "disk_none")
        ++of.members_live;
    } else if (row.record.state == node_state::standby) {
      ++of.parked;
    } else if (row.record.learner) {
      ++of.warm_spares;
    } else {
      ++of.waiting;
    }
    if (takes_part(row)) {
      of.feature_level = std::min(of.feature_level, row.record.versions.feature_level);
      judge_node(of, row, view, said);
    }
  }
  for (const auto& [node, status] : said)
    if (status)
      of.term = std::max(of.term, status->current_term.value);
}

} // namespace

answers ask_nodes(cluster_access& in, const nodes_view& view) {
  std::vector<std::pair<node_id, std::future<result<node_status>>>> asked;
  for (const auto& row : view.rows)
    if (takes_part(row) && !row.record.address.empty() && asked.size() < asked_max)
      asked.emplace_back(row.record.id,
                         std::async(std::launch::async, [&in, address = row.record.address] {
                           return in.status(address);
                         }));
  answers said;
  for (auto& [node, answer] : asked)
    said.emplace(node, answer.get());
  return said;
}

std::string health_of(const node_row& row, const answers& said) {
  if (row.record.lost)
    return "lost";
  const auto found = said.find(row.record.id);
  if (found == said.end())
    return "-";
  if (!found->second)
    return "silent";
  const auto& status = *found->second;
  if (status.halted.code != errc::none)
    return "halted";
  // One that has just started may not know its id yet.
  if (status.id && status.id != row.record.id)
    return "mistaken";
  if (status.room == disk_room::low)
    return "disk_low";
  return status.room == disk_room::none ? "disk_none" : "ok";
}

std::optional<std::uint64_t> lag_of(node_id node, const nodes_view& view, const answers& said) {
  const auto* own = status_of(node, said);
  const auto* leader = status_of(view.leader, said);
  if (own == nullptr || leader == nullptr || !own->has_log)
    return std::nullopt;
  // They were asked one after the other, so the node may be ahead of what the leader said.
  return leader->commit > own->applied ? leader->commit.value - own->applied.value : 0;
}

cluster_health health_of_cluster(const nodes_view& view, const membership_plan& plan,
                                 const answers& said) {
  cluster_health of;
  count(of, view, said);
  const auto majority = of.members / 2 + 1;
  of.tolerates = std::int64_t{of.members_live} - std::int64_t{majority};
  if (of.members != plan.target_members)
    of.reasons.push_back(std::to_string(of.members) + " of " + std::to_string(plan.target_members)
                         + " members that are wanted. " + plan.summary);
  const auto wanted = std::int64_t{plan.target_members} - std::int64_t{plan.target_members / 2 + 1};
  if (of.tolerates < wanted)
    of.reasons.push_back(of.tolerates < 0
                           ? "There is no majority of live members."
                           : "It tolerates " + std::to_string(of.tolerates) + " more failures, not "
                               + std::to_string(wanted) + '.');
  return of;
}

} // namespace quorate::app
