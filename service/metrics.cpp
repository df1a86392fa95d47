#include "service/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <quorate/errc.hpp>
#include <quorate/membership.hpp>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace quorate::service {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using families = std::vector<MetricFamily>;

constexpr std::string_view bucket_suffix = "_bucket";

ClientMetric::Label label(std::string_view name, std::string_view value) {
  return {std::string{name}, std::string{value}};
}

MetricFamily& family(families& out, std::string_view name, std::string_view help,
                     MetricType type = MetricType::Gauge) {
  MetricFamily made;
  made.name = "quorate_" + std::string{name};
  made.help = help;
  made.type = type;
  out.push_back(std::move(made));
  return out.back();
}

void add(MetricFamily& to, double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (to.type == MetricType::Counter)
    metric.counter.value = value;
  else
    metric.gauge.value = value;
  to.metric.push_back(std::move(metric));
}

template <class Number>
void gauge(families& out, std::string_view name, std::string_view help, Number value) {
  add(family(out, name, help), static_cast<double>(value));
}

// -- counters of the node

/// What the label of a counter says.
std::string_view key_of(std::string_view counter_name) {
  if (counter_name == "transitions_total")
    return "kind";
  if (counter_name == "refusals_total" || counter_name == "connections_refused_total")
    return "code";
  if (counter_name == "bytes_total")
    return "what";
  return "label";
}

std::string_view help_of(std::string_view counter_name) {
  static constexpr std::pair<std::string_view, std::string_view> known[] = {
    {"bytes_total", "Bytes that were encoded, sent to other nodes, and handed to the disk."},
    {"connections_refused_total", "What others did here that they may not, by code."},
    {"elections_total", "Elections that the node began."},
    {"floor_refusals_total", "Messages of a configuration older than the node's own dismissal."},
    {"heartbeats_sent_total", "Signs of life sent while outside of consensus."},
    {"leaderships_total", "Elections that the node won."},
    {"logs_retired_total", "Logs that were dropped because the node left consensus."},
    {"messages_dropped_total", "Messages that didn't fit the node's cluster, storage or life."},
    {"messages_misdirected_total", "Messages dropped before consensus saw them."},
    {"proposals_total", "Entries proposed."},
    {"proposals_refused_total", "Entries that the leader had no room for."},
    {"refusals_total", "What this node's controller refused while it led, by code."},
    {"registrations_sent_total", "Requests to be registered that were sent."},
    {"snapshots_installed_total", "Snapshots taken over from a leader."},
    {"storage_sync_us", "How long the disk took to make writes durable, in microseconds."},
    {"storage_syncs_total", "Writes that the disk made durable."},
    {"transitions_total", "Committed changes of the nodes config that the node applied, by event."},
    {"views_sent_total", "Views of the cluster sent to nodes outside of consensus."},
  };
  for (const auto& [name, help] : known)
    if (name == counter_name)
      return help;
  return "A counter of the node.";
}

bool is_metric_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

/// Counters of one name, in the order in which the node gave them.
using counter_groups = std::map<std::string, std::vector<const counter*>>;

counter_groups grouped(const std::vector<counter>& counters) {
  counter_groups out;
  for (const auto& x : counters)
    if (is_metric_name(x.name))
      out[x.name].push_back(&x);
  return out;
}

/// `X_bucket` of the node's counters, whose labels are upper bounds, and `X_total` as their sum.
void add_histogram(families& out, std::string_view name, const std::vector<const counter*>& buckets,
                   std::uint64_t sum) {
  ClientMetric metric;
  for (const auto* bucket : buckets) {
    const auto bound = bucket->label == "inf" ? std::numeric_limits<double>::infinity()
                                              : std::strtod(bucket->label.c_str(), nullptr);
    metric.histogram.bucket.push_back({bucket->value, bound});
    metric.histogram.sample_count = std::max(metric.histogram.sample_count, bucket->value);
  }
  metric.histogram.sample_sum = static_cast<double>(sum);
  family(out, name, help_of(name), MetricType::Histogram).metric.push_back(std::move(metric));
}

void add_counters(families& out, const std::vector<counter>& counters) {
  const auto groups = grouped(counters);
  for (const auto& [name, group] : groups) {
    const std::string_view text{name};
    if (ends_with(text, bucket_suffix)) {
      const auto base = name.substr(0, name.size() - bucket_suffix.size());
      const auto sum = groups.find(base + "_total");
      add_histogram(out, base, group, sum == groups.end() ? 0 : sum->second.front()->value);
      continue;
    }
    const bool is_sum = ends_with(text, "_total")
                        && groups.count(name.substr(0, name.size() - 6) + "_bucket") != 0;
    if (is_sum)
      continue;
    auto& made = family(out, text, help_of(text), MetricType::Counter);
    for (const auto* x : group) {
      const auto value = static_cast<double>(x->value);
      if (x->label.empty())
        add(made, value);
      else
        add(made, value, {label(key_of(text), x->label)});
    }
  }
}

/// The refusals that a node which wants to join gets, apart from those of operators' intents.
void add_join_refusals(families& out, const std::vector<counter>& counters) {
  static constexpr errc of_joining[] = {errc::no_room,       errc::not_stable,
                                        errc::stale_record,  errc::feature_level_too_low,
                                        errc::not_caught_up, errc::above_target};
  auto& made = family(out, "join_refused_total",
                      "Refusals that keep a node which wants to be a member from being one.",
                      MetricType::Counter);
  for (auto code : of_joining) {
    std::uint64_t value = 0;
    for (const auto& x : counters)
      if (x.name == "refusals_total" && x.label == to_string(code))
        value = x.value;
    add(made, static_cast<double>(value), {label("code", to_string(code))});
  }
}

// -- status and table

void add_status(families& out, const node_status& x) {
  auto& info = family(out, "node_info", "Always 1; what the node is, as labels.");
  add(info, 1,
      {label("name", x.name), label("id", to_string(x.id)), label("cluster", x.cluster_name),
       label("position", x.position)});
  gauge(out, "is_leader", "1 while the node leads and its controller is active.", x.leads);
  gauge(out, "has_leader", "1 while the node knows a leader.", static_cast<bool>(x.leader));
  gauge(out, "has_log", "1 while the node takes part in consensus.", x.has_log);
  gauge(out, "term", "The node's Raft term.", x.current_term.value);
  gauge(out, "commit_index", "The newest entry that the node knows to be committed.",
        x.commit.value);
  gauge(out, "applied_index", "The newest entry that the node applied.", x.applied.value);
  gauge(out, "first_index", "The oldest entry in the node's log.", x.first.value);
  gauge(out, "snapshot_index", "The last entry in the node's newest snapshot; 0: none.",
        x.snapshot.value);
  gauge(out, "config_version", "The version of the nodes config that the node knows.",
        x.version.value);
  gauge(out, "store_revision", "Committed writes of the key-value store.", x.store.value);
  gauge(out, "keys", "Keys in the key-value store.", x.keys);
  gauge(out, "halted", "1 if the node stopped taking part.", x.halted.code != errc::none);
  auto& room = family(out, "disk_room", "1 for what the node's disk has room for.");
  for (auto one : {disk_room::enough, disk_room::low, disk_room::none})
    add(room, x.room == one, {label("room", to_string(one))});
}

void add_table(families& out, const nodes_view& x) {
  std::map<node_state, std::uint64_t> by_state;
  std::uint64_t voters = 0;
  std::uint64_t learners = 0;
  std::uint64_t lost = 0;
  for (const auto& row : x.rows) {
    ++by_state[row.record.state];
    voters += row.role == node_role::voter ? 1 : 0;
    learners += row.role == node_role::learner ? 1 : 0;
    lost += row.record.lost ? 1 : 0;
  }
  auto& members = family(out, "members", "Nodes in the table, by state.");
  for (auto state : {node_state::auto_join, node_state::member, node_state::standby})
    add(members, static_cast<double>(by_state[state]), {label("state", to_string(state))});
  gauge(out, "voters", "Nodes that have a vote.", voters);
  gauge(out, "learners", "Nodes that get the log and have no vote.", learners);
  gauge(out, "lost_members", "Members whose disk is proven lost, and which aren't replaced yet.",
        lost);
  gauge(out, "target_members", "How many members the cluster should have.",
        x.policy.target_members);
  gauge(out, "failure_tolerance",
        "Voters that may be down without stopping the others; a lost disk is down already.",
        failure_tolerance(x));
  gauge(out, "transition_in_progress", "1 while a joint change is in progress.", x.joint);
  gauge(out, "controller_paused", "1 while automation is paused.",
        x.pause.until_ms > x.log_time_ms);
}

} // namespace

std::uint64_t failure_tolerance(const nodes_view& x) {
  std::uint64_t voters = 0;
  std::uint64_t lost = 0;
  for (const auto& row : x.rows)
    if (row.role == node_role::voter) {
      ++voters;
      lost += row.record.lost ? 1 : 0;
    }
  const auto tolerated = voters == 0 ? 0 : (voters - 1) / 2;
  return tolerated > lost ? tolerated - lost : 0;
}

std::string metrics_text(const node_status* status, const nodes_view* nodes,
                         const service_numbers& numbers) {
  families out;
  gauge(out, "status_known", "1 if the node said how it is.", status != nullptr);
  add(family(out, "leader_changes_total", "Changes of the leader that this node saw.",
             MetricType::Counter),
      static_cast<double>(numbers.leader_changes));
  if (numbers.certificate_expires_seconds) {
    gauge(out, "certificate_expires_seconds", "Seconds until the node's certificate expires.",
          *numbers.certificate_expires_seconds);
    gauge(out, "certificate_renewal_fails", "1 while renewed certificates can't be used.",
          numbers.certificate_renewal_fails);
  }
  if (status != nullptr) {
    add_status(out, *status);
    add_counters(out, status->counters);
    add_join_refusals(out, status->counters);
  }
  if (nodes != nullptr)
    add_table(out, *nodes);
  return prometheus::TextSerializer{}.Serialize(out);
}

} // namespace quorate::service
