#include "tests/service/situations.hpp"

#include <gtest/gtest.h>
#include <quorate/errc.hpp>

#include <fstream>
#include <iterator>

namespace quorate::service {

namespace {

node_row row(std::uint32_t id, node_state state, node_role role, bool lost = false) {
  node_row out;
  out.record.id = node_id{id};
  out.record.name = "n" + std::to_string(id);
  out.record.storage = {id, 1};
  out.record.state = state;
  out.record.learner = role == node_role::learner;
  out.record.lost = lost;
  out.record.address = "10.0.0." + std::to_string(id) + ":7400";
  out.record.since = config_version{id};
  out.role = role;
  return out;
}

} // namespace

node_status busy_status() {
  node_status out;
  out.id = node_id{1};
  out.name = "n1";
  out.address = "10.0.0.1:7400";
  out.cluster_name = "shop";
  out.cluster = {0xAB, 0xCD};
  out.position = "member/voter";
  out.has_log = true;
  out.leads = true;
  out.leader = node_id{1};
  out.current_term = term{4};
  out.commit = log_index{120};
  out.applied = log_index{118};
  out.first = log_index{50};
  out.snapshot = log_index{49};
  out.version = config_version{9};
  out.store = revision{77};
  out.keys = 12;
  out.state_hash = 0xFFFFFFFFFFFFFFFFU;
  out.counters = {{"bytes_total", "stored", 1'000},      {"elections_total", "", 3},
                  {"refusals_total", "not_stable", 5},   {"refusals_total", "unknown_node", 2},
                  {"storage_sync_us_bucket", "50", 4},   {"storage_sync_us_bucket", "100", 9},
                  {"storage_sync_us_bucket", "inf", 10}, {"storage_sync_us_total", "", 700},
                  {"storage_syncs_total", "", 10},       {"transitions_total", "park", 1}};
  return out;
}

nodes_view busy_table() {
  nodes_view out;
  out.version = config_version{9};
  out.leader = node_id{1};
  out.cluster_name = "shop";
  out.cluster = {0xAB, 0xCD};
  out.pause = {1'000, 9'000, "night"};
  out.log_time_ms = 2'000;
  out.rows = {row(1, node_state::member, node_role::voter),
              row(2, node_state::member, node_role::voter, true),
              row(3, node_state::member, node_role::voter),
              row(4, node_state::auto_join, node_role::learner),
              row(5, node_state::standby, node_role::outsider)};
  out.history = {parking()};
  return out;
}

transition parking() {
  transition out;
  out.version = config_version{9};
  out.event = lifecycle_event::park;
  out.nodes = {node_id{5}, node_id{3}};
  out.node = node_id{5};
  out.from = "member/voter";
  out.to = "standby/outsider";
  out.by = initiator::operator_;
  out.why = "parked by an operator";
  out.op = {0, 7};
  out.log_time_ms = 1'500;
  return out;
}

service_sources busy_sources() {
  service_sources out;
  out.status = [] { return busy_status(); };
  out.nodes = [] { return busy_table(); };
  return out;
}

std::string text_of_file(const std::string& path) {
  std::ifstream in{std::string{QUORATE_SOURCE_DIR} + '/' + path, std::ios::binary};
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace quorate::service
