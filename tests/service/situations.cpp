#include "tests/service/situations.hpp"

#include <utility>

namespace quorate::service {

namespace {

node_row row(std::uint32_t id, node_state state, node_role role) {
  node_row out;
  out.record.id = node_id{id};
  out.record.name = "n" + std::to_string(id);
  out.record.storage = storage_id{1, id};
  out.record.state = state;
  out.record.learner = role == node_role::learner;
  out.record.address = "10.0.0." + std::to_string(id) + ":7400";
  out.record.boot = boot_number{2, 77};
  out.record.since = config_version{id};
  out.record.why = lifecycle_event::promote;
  out.record.by = initiator::policy;
  out.role = role;
  return out;
}

} // namespace

node_status good_status() {
  node_status x;
  x.id = node_id{1};
  x.name = "n1";
  x.address = "10.0.0.1:7400";
  x.cluster_name = "shop";
  x.cluster = fingerprint{1, 2};
  x.position = "member/voter";
  x.has_log = true;
  x.leads = true;
  x.leader = node_id{1};
  x.current_term = term{4};
  x.commit = log_index{120};
  x.applied = log_index{118};
  x.first = log_index{50};
  x.snapshot = log_index{49};
  x.version = config_version{9};
  x.store = revision{77};
  x.keys = 12;
  x.state_hash = 0xabcdef;
  x.counters = {{"elections_total", "", 3},
                {"refusals_total", "no_room", 5},
                {"refusals_total", "unknown_node", 2},
                {"storage_sync_us_bucket", "50", 1},
                {"storage_sync_us_bucket", "100", 4},
                {"storage_sync_us_bucket", "inf", 6},
                {"storage_sync_us_total", "", 900},
                {"transitions_total", "promote", 2}};
  return x;
}

nodes_view good_table() {
  nodes_view x;
  x.version = config_version{9};
  x.leader = node_id{1};
  x.cluster_name = "shop";
  x.cluster = fingerprint{1, 2};
  x.log_time_ms = 5'000;
  x.rows = {
    row(1, node_state::member, node_role::voter), row(2, node_state::member, node_role::voter),
    row(3, node_state::member, node_role::voter), row(4, node_state::auto_join, node_role::learner),
    row(5, node_state::standby, node_role::outsider)};
  x.rows[2].record.lost = true;
  x.history = {promotion()};
  return x;
}

transition promotion() {
  transition x;
  x.version = config_version{9};
  x.event = lifecycle_event::promote;
  x.nodes = {node_id{3}, node_id{4}};
  x.node = node_id{3};
  x.from = "auto_join/learner";
  x.to = "member/voter";
  x.by = initiator::policy;
  x.why = "there is room";
  x.log_time_ms = 4'000;
  return x;
}

refusal_record refusal() {
  refusal_record x;
  x.event = lifecycle_event::park;
  x.by = initiator::operator_;
  x.op = op_id{3, 4};
  x.node = node_id{3};
  x.code = errc::last_member;
  x.sentence = "The last member can't go.";
  return x;
}

std::string hostile_name() {
  return "n1\" level=error\nevent=forged\r\x1b[2Jx\xff";
}

} // namespace quorate::service
