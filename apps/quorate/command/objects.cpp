#include "apps/quorate/command/objects.hpp"

#include <cstdio>

namespace quorate::app {

namespace {

using object = nlohmann::ordered_json;

/// A code as its name, or null for none.
object code_or_null(errc code) {
  return code == errc::none ? object{} : object(to_string(code));
}

object guard_object(const guard_report& x) {
  return {{"guard", x.guard},
          {"holds", x.holds},
          {"refusal", code_or_null(x.refusal)},
          {"node", id_or_null(x.node)},
          {"value", x.value}};
}

object move_object(const node_move& x) {
  return {{"node", id_or_null(x.node)}, {"name", x.name}, {"from", x.from}, {"to", x.to}};
}

template <class T>
object list_of(const std::vector<T>& items, object (*of)(const T&)) {
  auto list = object::array();
  for (const auto& each : items)
    list.push_back(of(each));
  return list;
}

} // namespace

object id_or_null(node_id x) {
  return x ? object(to_string(x)) : object{};
}

object op_or_null(op_id x) {
  return x ? object(to_string(x)) : object{};
}

object ids_of(const std::vector<node_id>& x) {
  auto list = object::array();
  for (const auto id : x)
    list.push_back(to_string(id));
  return list;
}

object object_of(const membership_policy& x) {
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

object object_of(const transition& x) {
  return {{"version", x.version.value},
          {"log_time_ms", x.log_time_ms},
          {"event", to_string(x.event)},
          {"nodes", ids_of(x.nodes)},
          {"from", x.from},
          {"to", x.to},
          {"by", to_string(x.by)},
          {"why", x.why},
          {"op_id", op_or_null(x.op)}};
}

object object_of(const node_row& x) {
  const auto& record = x.record;
  return {{"id", to_string(record.id)},
          {"name", record.name},
          {"state", to_string(record.state)},
          {"role", to_string(x.role)},
          {"lost", record.lost},
          {"address", record.address},
          {"feature_level", record.versions.feature_level},
          {"give_ups", record.give_ups},
          {"since", record.since.value},
          {"why", to_string(record.why)},
          {"by", to_string(record.by)}};
}

object object_of(const node_status& x) {
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(x.state_hash));
  auto halted = object{};
  if (x.halted.code != errc::none)
    halted = {{"code", to_string(x.halted.code)}, {"message", x.halted.message}};
  return {{"id", id_or_null(x.id)},
          {"name", x.name},
          {"address", x.address},
          {"cluster", x.cluster_name},
          {"fingerprint", x.cluster ? object(to_string(x.cluster)) : object{}},
          {"position", x.position},
          {"leads", x.leads},
          {"leader", id_or_null(x.leader)},
          {"term", x.current_term.value},
          {"commit", x.commit.value},
          {"applied", x.applied.value},
          {"first", x.first.value},
          {"snapshot", x.snapshot.value},
          {"disk_room", to_string(x.room)},
          {"version", x.version.value},
          {"revision", x.store.value},
          {"keys", x.keys},
          {"state_hash", hash},
          {"halted", halted}};
}

object object_of(const transition_report& x) {
  return {{"event", to_string(x.event)},
          {"by", to_string(x.by)},
          {"nodes", ids_of(x.nodes)},
          {"from", x.from},
          {"to", x.to},
          {"possible", x.possible},
          {"refusal", code_or_null(x.refusal)},
          {"guards", list_of(x.guards, guard_object)}};
}

object object_of(const explanation& x) {
  return {{"node", to_string(x.node)},
          {"name", x.name},
          {"position", x.position},
          {"version", x.version.value},
          {"settled", x.settled},
          {"summary", x.summary},
          {"next", list_of<transition_report>(x.next, object_of)}};
}

object object_of(const change_preview& x) {
  return {{"event", to_string(x.event)},
          {"by", to_string(x.by)},
          {"why", x.why},
          {"version", x.version.value},
          {"joint", x.joint},
          {"moves", list_of(x.moves, move_object)},
          {"voters", ids_of(x.voters)},
          {"learners", ids_of(x.learners)},
          {"hands_over_to", id_or_null(x.hands_over_to)}};
}

object object_of(const intent_preview& x) {
  return {{"changes", x.changes},
          {"version", x.version.value},
          {"change", x.change ? object_of(*x.change) : object{}},
          {"waits_for", x.waits_for}};
}

object object_of(const membership_plan& x) {
  auto intents = object::array();
  for (const auto& each : x.intents)
    intents.push_back({{"event", to_string(each.event)},
                       {"op_id", op_or_null(each.op)},
                       {"waits_for", each.waits_for}});
  return {{"version", x.version.value},
          {"leader", id_or_null(x.leader)},
          {"members", x.members},
          {"target_members", x.target_members},
          {"learners", x.learners},
          {"warm_spares", x.warm_spares},
          {"paused_ms", x.paused_ms},
          {"paused_by", x.paused_by},
          {"summary", x.summary},
          {"next", x.next ? object_of(*x.next) : object{}},
          {"nearest", x.nearest ? object_of(*x.nearest) : object{}},
          {"in_flight", x.in_flight ? object_of(*x.in_flight) : object{}},
          {"intents", intents},
          {"registrations_waiting", x.registrations_waiting}};
}

object object_of(const op_report& x) {
  const bool known = x.state != op_state::unknown;
  return {{"op_id", to_string(x.op)},
          {"state", to_string(x.state)},
          {"event", known ? object(to_string(x.event)) : object{}},
          {"version", x.version ? object(x.version.value) : object{}},
          {"log_time_ms", x.log_time_ms},
          {"code", code_or_null(x.code)},
          {"sentence", x.sentence}};
}

object object_of(const refusal_record& x) {
  return {{"log_time_ms", x.log_time_ms}, {"event", to_string(x.event)}, {"by", to_string(x.by)},
          {"op_id", op_or_null(x.op)},    {"node", id_or_null(x.node)},  {"who", x.who},
          {"code", to_string(x.code)},    {"sentence", x.sentence},      {"times", x.times}};
}

} // namespace quorate::app
