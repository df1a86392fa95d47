#include "tests/membership/situations.hpp"

#include "runtime/base/codec.hpp"

#include <algorithm>
#include <utility>

namespace quorate::membership::situations {

written_cluster::written_cluster() {
  table_.version = config_version{40};
  table_.identity = {home, home_name};
  table_.next_id = node_id{1};
  table_.log_time_ms = 1'000;
}

written_cluster& written_cluster::add(numbers ids, node_state state, bool learner) {
  for (auto id : ids) {
    node_record row;
    row.id = node_id{id};
    row.name = "node-" + std::to_string(id);
    row.storage = disk(id);
    row.state = state;
    row.learner = learner;
    row.address = "host-" + std::to_string(id);
    row.since = config_version{id + 1};
    table_.rows.push_back(row);
    next_id(id + 1);
  }
  std::sort(table_.rows.begin(), table_.rows.end(),
            [](const node_record& a, const node_record& b) { return a.id < b.id; });
  return *this;
}

written_cluster& written_cluster::members(numbers ids) {
  return add(ids, node_state::member, false);
}

written_cluster& written_cluster::learners(numbers ids) {
  return add(ids, node_state::auto_join, true);
}

written_cluster& written_cluster::outsiders(numbers ids) {
  return add(ids, node_state::auto_join, false);
}

written_cluster& written_cluster::parked(numbers ids) {
  return add(ids, node_state::standby, false);
}

written_cluster& written_cluster::outgoing(numbers ids) {
  for (auto id : ids) {
    table_.outgoing.push_back({node_id{id}, disk(id)});
    next_id(id + 1);
  }
  return *this;
}

written_cluster& written_cluster::next_id(std::uint32_t id) {
  table_.next_id = std::max(table_.next_id, node_id{id});
  return *this;
}

written_cluster& written_cluster::target(std::uint32_t members, std::uint32_t spares) {
  table_.policy.target_members = members;
  table_.policy.warm_spares = spares;
  return *this;
}

written_cluster& written_cluster::feature_level(std::uint16_t of_all) {
  for (auto& row : table_.rows)
    row.versions.feature_level = of_all;
  return *this;
}

written_cluster& written_cluster::paused(std::uint64_t for_ms) {
  table_.pause = {0, table_.log_time_ms + for_ms, "the tests"};
  return *this;
}

written_cluster& written_cluster::evicted_one() {
  table_.evictions.push_back(table_.log_time_ms);
  return *this;
}

node_record& written_cluster::row(std::uint32_t id) {
  return *std::find_if(table_.rows.begin(), table_.rows.end(),
                       [id](const node_record& x) { return x.id == node_id{id}; });
}

nodes_config written_cluster::config() const {
  auto config = nodes_config::load(table_).value();
  config.check_all();
  return config;
}

register_request request_of(std::uint32_t node, bool parked) {
  register_request request;
  request.cluster_name = home_name;
  request.name = "node-" + std::to_string(node);
  request.address = "host-" + std::to_string(node);
  request.storage = disk(node);
  request.parked = parked;
  return request;
}

std::vector<node_id> ids(numbers from) {
  std::vector<node_id> out;
  for (auto id : from)
    out.push_back(node_id{id});
  return out;
}

proposal wanted(lifecycle_event event, initiator by, numbers subjects, numbers incoming) {
  proposal want;
  want.event = event;
  want.by = by;
  want.subjects = ids(subjects);
  want.incoming = ids(incoming);
  return want;
}

nodes_seen report(const nodes_config& config, const sight& what, std::uint64_t now_ms) {
  nodes_seen seen;
  seen.now_ms = now_ms;
  for (const auto& [id, row] : config.rows()) {
    if (id.value == what.leader || what.dead.count(id.value) != 0)
      continue;
    if (row.state == node_state::member || row.learner) {
      const bool ready = what.behind.count(id.value) == 0;
      seen.replicas.push_back({id, log_index{100}, 0, true, ready});
    } else {
      const auto known = what.outdated.count(id.value) != 0 ? config_version{1} : config.version();
      seen.outsiders.push_back({id, known, true});
    }
  }
  return seen;
}

observations see(const nodes_config& config, const sight& what) {
  observations seen;
  seen.begin(node_id{what.leader}, 0, what.for_ms); // As wide as that: two reports have no gap.
  seen.add(report(config, what, 0));
  seen.add(report(config, what, what.for_ms));
  return seen;
}

std::string text_of(const node_record& row) {
  return base::encode(row);
}

std::set<node_id> differing_rows(const nodes_config& before, const nodes_config& after) {
  std::set<node_id> out;
  for (const auto& [id, row] : before.rows())
    if (const auto* now = after.find(id); now == nullptr || text_of(*now) != text_of(row))
      out.insert(id);
  for (const auto& [id, row] : after.rows())
    if (before.find(id) == nullptr)
      out.insert(id);
  return out;
}

} // namespace quorate::membership::situations
