#include "bench/scale/point.hpp"

#include "quorate/local_cluster.hpp"
#include "bench/own_process.hpp"
#include "bench/scale/changes.hpp"
#include "bench/scale/loop.hpp"
#include "bench/snapshot_pause/writers.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace quorate::scale {

namespace {

using clock = std::chrono::steady_clock;

local_cluster_options options_of(const conditions& with) {
  constexpr std::uint64_t log_bytes = std::uint64_t{64} << 20;
  local_cluster_options out;
  out.nodes = with.members;
  out.policy.target_members = with.members;
  out.policy.warm_spares = 0; // An outsider stays one.
  out.seed = with.seed;
  // Logs of long values would take all memory before so many entries had come.
  out.snapshot_entries = std::clamp<std::uint64_t>(log_bytes / std::max(with.value_bytes, 1U), 16,
                                                   out.snapshot_entries);
  return out;
}

result<void> add_outsiders(local_cluster& to, const conditions& with) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < with.outsiders; ++i) {
    auto name = to.start_node();
    if (!name)
      return name.error();
    names.push_back(std::move(*name));
  }
  return names.empty() ? result<void>{} : to.wait_until_joined(names, with.at_most);
}

/// In processors.
double idle_of() {
  std::this_thread::sleep_for(std::chrono::milliseconds{500}); // What is left of the begin.
  const auto start = clock::now();
  const auto cpu = bench::cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds{1});
  const auto used = bench::cpu_seconds() - cpu;
  return used / std::chrono::duration<double>(clock::now() - start).count();
}

result<cost> run_loop(local_cluster& cluster, const conditions& with, operation what, double idle) {
  std::vector<client> clients;
  for (std::uint32_t i = 0; i < with.clients; ++i)
    clients.push_back(cluster.client());
  {
    loop warm_up{clients, with, what};
    if (auto warm = warm_up.run(std::min(0.2, with.seconds), 0); !warm)
      return warm.error();
  }
  loop measured{std::move(clients), with, what};
  return measured.run(with.seconds, idle);
}

} // namespace

result<figures> measure(const conditions& with) {
  auto cluster = local_cluster::start(options_of(with));
  if (!cluster)
    return cluster.error();
  if (auto grown = cluster->wait_for_members(with.members, with.at_most); !grown)
    return grown.error();
  if (auto joined = add_outsiders(*cluster, with); !joined)
    return joined.error();
  if (auto full = snapshot_pause::fill(cluster->client(), {with.keys, with.value_bytes}); !full)
    return full.error();
  const watchers who{*cluster, with.watchers};

  figures out;
  const auto idle = idle_of();
  out.idle_cpu_percent = 100 * idle;
  auto put = run_loop(*cluster, with, operation::put, idle);
  if (!put)
    return put.error();
  out.put = *put;
  auto get = run_loop(*cluster, with, operation::get, idle);
  if (!get)
    return get.error();
  out.get = *get;
  if (with.outsiders == 0)
    return out;
  auto change = measure_changes(*cluster, who, with, idle);
  if (!change)
    return change.error();
  out.change = *change;
  return out;
}

} // namespace quorate::scale
