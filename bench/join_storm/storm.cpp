#include "bench/join_storm/storm.hpp"

#include "bench/own_process.hpp"

#include <quorate/quorate.hpp>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace quorate::join_storm {

namespace {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

std::uint64_t resident_bytes() {
  std::ifstream from{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  from >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint32_t members_of(const nodes_view& table) {
  std::uint32_t count = 0;
  for (const auto& row : table.rows)
    count += row.record.state == node_state::member ? 1 : 0;
  return count;
}

/// What the nodes have counted so far.
struct counted {
  std::uint64_t bytes = 0;
  std::uint64_t views = 0;
  std::uint64_t registrations = 0;
  std::uint64_t entries = 0;
};

result<counted> count(local_cluster& cluster, const std::vector<std::string>& nodes) {
  counted sum;
  for (const auto& name : nodes) {
    const auto status = cluster.status(name);
    if (!status)
      return status.error();
    for (const auto& x : status->counters) {
      if (x.name == "bytes_total")
        sum.bytes += x.value;
      else if (x.name == "views_sent_total")
        sum.views += x.value;
      else if (x.name == "registrations_sent_total")
        sum.registrations += x.value;
    }
    if (status->leads)
      sum.entries = status->commit.value;
  }
  return sum;
}

double idle_percent(std::chrono::seconds time) {
  if (time == std::chrono::seconds{0})
    return 0;
  std::this_thread::sleep_for(std::chrono::seconds{2}); // What is left of the storm.
  const auto start = clock::now();
  const auto cpu = bench::cpu_seconds();
  std::this_thread::sleep_for(time);
  return 100 * (bench::cpu_seconds() - cpu) / seconds_since(start);
}

} // namespace

result<figures> measure(const conditions& with) {
  local_cluster_options options;
  options.nodes = founders;
  options.heartbeat = with.heartbeat;
  options.seed = with.seed;
  auto cluster = local_cluster::start(options);
  if (!cluster)
    return cluster.error();
  if (auto grown = cluster->wait_for_members(options.policy.target_members, with.at_most); !grown)
    return grown.error();
  auto nodes = cluster->running();
  if (auto settled = cluster->wait_until_joined(nodes, with.at_most); !settled)
    return settled.error();
  const auto before = count(*cluster, nodes);
  if (!before)
    return before.error();

  figures out;
  const auto resident = resident_bytes();
  const auto cpu = bench::cpu_seconds();
  const auto start = clock::now();
  while (nodes.size() < with.nodes) {
    auto started = cluster->start_node();
    if (!started)
      return started.error();
    nodes.push_back(std::move(*started));
  }
  if (auto joined = cluster->wait_until_joined(nodes, with.at_most); !joined)
    return joined.error();
  out.seconds = seconds_since(start);
  out.cpu_seconds = bench::cpu_seconds() - cpu;
  out.resident_bytes = resident_bytes() - resident;

  const auto after = count(*cluster, nodes);
  if (!after)
    return after.error();
  const auto table = cluster->membership().nodes();
  if (!table)
    return table.error();
  out.nodes = static_cast<std::uint32_t>(table->rows.size());
  out.joined = out.nodes - founders;
  out.members = members_of(*table);
  out.bytes = after->bytes - before->bytes;
  out.views = after->views - before->views;
  out.registrations = after->registrations - before->registrations;
  out.entries = after->entries;
  out.idle_cpu_percent = idle_percent(with.idle);
  return out;
}

} // namespace quorate::join_storm
