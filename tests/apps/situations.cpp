#include "tests/apps/situations.hpp"

#include <utility>

namespace quorate::app {

node_row row_of(std::uint32_t id, std::string name, node_state state, node_role role) {
  node_row row;
  row.record.id = node_id{id};
  row.record.name = std::move(name);
  row.record.state = state;
  row.record.learner = role == node_role::learner;
  row.record.since = config_version{id};
  row.role = role;
  return row;
}

nodes_view four_nodes() {
  nodes_view view;
  view.version = config_version{9};
  view.leader = node_id{1};
  view.policy.target_members = 3;
  view.rows = {row_of(1, "n1", node_state::member, node_role::voter),
               row_of(2, "second", node_state::member, node_role::voter),
               row_of(3, "n3", node_state::auto_join, node_role::learner),
               row_of(4, "n4", node_state::standby, node_role::outsider)};
  view.rows[0].record.why = lifecycle_event::provision;
  view.rows[0].record.by = initiator::operator_;
  return view;
}

transition parked_with_substitute() {
  transition x;
  x.version = config_version{9};
  x.event = lifecycle_event::park;
  x.nodes = {node_id{2}, node_id{4}};
  x.node = node_id{2};
  x.from = "member/voter";
  x.to = "standby/leaving";
  x.by = initiator::operator_;
  x.why = "parked by an operator";
  x.log_time_ms = 77;
  return x;
}

} // namespace quorate::app
