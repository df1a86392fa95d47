#include "service/render.hpp"

#include <quorate/errc.hpp>

#include <cstdint>

#include "service/json.hpp"

namespace quorate::service {

namespace {

template <class Id>
json bits_json(const Id& x) {
  return x ? json(to_string(x)) : json(nullptr);
}

std::string hex(std::uint64_t x) {
  return to_string(storage_id{0, x}).substr(16);
}

json counters_json(const std::vector<counter>& counters) {
  auto out = json::array();
  for (const auto& x : counters)
    out.push_back({{"name", x.name}, {"label", x.label}, {"value", x.value}});
  return out;
}

json policy_json(const membership_policy& x) {
  return {{"target_members", x.target_members},
          {"allow_even", x.allow_even},
          {"min_members", x.min_members},
          {"effective_min_members", x.effective_min_members()},
          {"warm_spares", x.warm_spares},
          {"stabilization_ms", x.stabilization_ms},
          {"pairing_wait_ms", x.pairing_wait_ms},
          {"replace_after_ms", x.replace_after_ms},
          {"leader_settle_ms", x.leader_settle_ms},
          {"eviction_budget", x.eviction_budget},
          {"eviction_window_ms", x.eviction_window_ms},
          {"transition_timeout_ms", x.transition_timeout_ms},
          {"lease_ms", x.lease_ms}};
}

json pause_json(const automation_pause& x, std::uint64_t log_time_ms) {
  return {{"active", x.until_ms > log_time_ms},
          {"since_ms", x.since_ms},
          {"until_ms", x.until_ms},
          {"by", x.by}};
}

json row_json(const node_row& row) {
  const auto& x = row.record;
  return {{"id", to_string(x.id)},
          {"name", x.name},
          {"state", text_of(to_string(x.state))},
          {"role", text_of(to_string(row.role))},
          {"learner", x.learner},
          {"lost", x.lost},
          {"address", x.address},
          {"storage", bits_json(x.storage)},
          {"versions",
           {{"protocol_min", x.versions.protocol_min},
            {"protocol_max", x.versions.protocol_max},
            {"format", x.versions.format},
            {"feature_level", x.versions.feature_level}}},
          {"boots", x.boot.counter},
          {"give_ups", x.give_ups},
          {"since", x.since.value},
          {"why", text_of(to_string(x.why))},
          {"by", text_of(to_string(x.by))}};
}

} // namespace

json id_json(node_id id) {
  return id ? json(to_string(id)) : json(nullptr);
}

json error_object(const error& x) {
  json out{{"code", text_of(to_string(x.code))}, {"message", x.message}};
  if (x.leader)
    out["leader"] = to_string(x.leader);
  if (!x.leader_address.empty())
    out["leader_address"] = x.leader_address;
  return out;
}

json transition_object(const transition& x) {
  auto nodes = json::array();
  for (auto id : x.nodes)
    nodes.push_back(to_string(id));
  return {{"version", x.version.value},
          {"event", text_of(to_string(x.event))},
          {"nodes", nodes},
          {"from", x.from},
          {"to", x.to},
          {"by", text_of(to_string(x.by))},
          {"why", x.why},
          {"op_id", bits_json(x.op)},
          {"log_time_ms", x.log_time_ms}};
}

std::string status_json(const node_status& x) {
  json out{{"schema", schema_name("status")},
           {"id", id_json(x.id)},
           {"name", x.name},
           {"address", x.address},
           {"cluster", x.cluster_name},
           {"fingerprint", bits_json(x.cluster)},
           {"position", x.position},
           {"has_log", x.has_log},
           {"leads", x.leads},
           {"leader", id_json(x.leader)},
           {"term", x.current_term.value},
           {"commit", x.commit.value},
           {"applied", x.applied.value},
           {"first", x.first.value},
           {"snapshot", x.snapshot.value},
           {"snapshot_under_way", x.snapshot_under_way},
           {"disk_room", text_of(to_string(x.room))},
           {"version", x.version.value},
           {"revision", x.store.value},
           {"keys", x.keys},
           {"state_hash", hex(x.state_hash)},
           {"halted", x.halted.code == errc::none ? json(nullptr) : error_object(x.halted)},
           {"counters", counters_json(x.counters)}};
  return written(out);
}

std::string nodes_json(const nodes_view& x) {
  auto rows = json::array();
  for (const auto& row : x.rows)
    rows.push_back(row_json(row));
  auto history = json::array();
  for (const auto& change : x.history)
    history.push_back(transition_object(change));
  json out{{"schema", schema_name("nodes")},
           {"version", x.version.value},
           {"leader", id_json(x.leader)},
           {"cluster", x.cluster_name},
           {"fingerprint", bits_json(x.cluster)},
           {"policy", policy_json(x.policy)},
           {"pause", pause_json(x.pause, x.log_time_ms)},
           {"log_time_ms", x.log_time_ms},
           {"joint", x.joint},
           {"nodes", rows},
           {"history", history}};
  return written(out);
}

std::string transition_json(const transition& x) {
  json out{{"schema", schema_name("transition")}};
  out.update(transition_object(x));
  return written(out);
}

std::string error_json(const error& x) {
  return written(json{{"schema", schema_name("error")}, {"error", error_object(x)}});
}

} // namespace quorate::service
