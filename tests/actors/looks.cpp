#include "tests/actors/looks.hpp"

#include "runtime/base/codec.hpp"

#include <algorithm>
#include <utility>

namespace quorate::actors {

namespace {

const membership::nodes_config* leaders_config(const deterministic_cluster& in) {
  const auto who = in.leader();
  return who ? &in.pure(*who)->state()->nodes() : nullptr;
}

std::string unsettled_node(const deterministic_cluster& in, const std::string& name,
                           const membership::nodes_config& nodes) {
  const auto* node = in.pure(name);
  if (node == nullptr)
    return name + " is reading its disk";
  const auto* row = nodes.find_name(name);
  if (row == nullptr)
    return node->halted().code == errc::node_removed ? "" : name + " has no row, and runs";
  if (node->halted().code != errc::none)
    return name + " halted: " + to_string(node->halted());
  const bool takes_part = nodes.role_of(row->id) != node_role::outsider;
  if (takes_part != (node->consensus() != nullptr))
    return name + (takes_part ? " lacks a log" : " keeps its log");
  if (takes_part && node->state()->nodes().version() != nodes.version())
    return name + " is behind";
  return {};
}

} // namespace

std::vector<logged_change> changes_in_log(const deterministic_cluster& in,
                                          const std::string& node) {
  std::vector<logged_change> out;
  const auto* pure = in.pure(node);
  if (pure == nullptr || pure->consensus() == nullptr)
    return out;
  const auto& log = pure->consensus()->entries();
  for (auto index = log.first(); index <= log.last().index; ++index.value)
    if (const auto& entry = log.at(index); entry.kind == raft::entry_kind::membership)
      out.push_back({index, base::decode<membership::delta>(entry.payload.view()).value()});
  return out;
}

std::optional<logged_change> newest_change(const deterministic_cluster& in, const std::string& node,
                                           lifecycle_event event) {
  auto all = changes_in_log(in, node);
  const auto found = std::find_if(all.rbegin(), all.rend(), [event](const logged_change& x) {
    return x.change.op.event == event;
  });
  return found == all.rend() ? std::nullopt : std::optional{std::move(*found)};
}

log_index applied(const deterministic_cluster& in, const std::string& node) {
  const auto* pure = in.pure(node);
  return pure == nullptr || pure->consensus() == nullptr ? log_index{}
                                                         : pure->consensus()->current().applied;
}

std::vector<std::string> others(deterministic_cluster& in, const std::string& node) {
  auto all = in.nodes().running();
  all.erase(std::remove(all.begin(), all.end(), node), all.end());
  return all;
}

std::vector<transition> done(const deterministic_cluster& in, lifecycle_event event) {
  std::vector<transition> out;
  if (const auto* nodes = leaders_config(in))
    std::copy_if(nodes->history().begin(), nodes->history().end(), std::back_inserter(out),
                 [event](const transition& x) { return x.event == event; });
  return out;
}

std::size_t times(const deterministic_cluster& in, op_id op) {
  const auto* nodes = leaders_config(in);
  if (nodes == nullptr)
    return 0;
  return static_cast<std::size_t>(std::count_if(nodes->history().begin(), nodes->history().end(),
                                                [&op](const transition& x) { return x.op == op; }));
}

std::string unsettled(deterministic_cluster& in) {
  const auto* nodes = leaders_config(in);
  if (nodes == nullptr)
    return "nobody leads";
  if (nodes->joint())
    return "a joint change isn't left";
  std::size_t wanting = 0; // To be members: those that run, and members that don't.
  for (const auto& [id, row] : nodes->rows()) {
    const bool runs = in.pure(row.name) != nullptr && row.state != node_state::standby;
    if (runs || row.state == node_state::member)
      ++wanting;
  }
  const auto& policy = nodes->policy();
  const auto members = std::min<std::size_t>(policy.target_members, wanting);
  if (nodes->members().size() != members)
    return "there are " + std::to_string(nodes->members().size()) + " members, not "
           + std::to_string(members);
  const auto room = std::min<std::size_t>(policy.target_members + policy.warm_spares, wanting);
  if (nodes->members().size() + nodes->learners().size() < room)
    return "a place for a warm spare is free";
  for (const auto& name : in.nodes().running())
    if (auto missing = unsettled_node(in, name, *nodes); !missing.empty())
      return missing;
  return {};
}

std::vector<std::size_t> effective_voters(const deterministic_cluster& in, config_version from) {
  std::vector<std::size_t> out;
  const auto who = in.leader();
  if (!who)
    return out;
  for (const auto& x : changes_in_log(in, *who))
    if (const auto& config = x.change.config; config.version >= from)
      out.push_back(config.joint() ? std::min(config.voters.size(), config.outgoing.size())
                                   : config.voters.size());
  return out;
}

} // namespace quorate::actors
