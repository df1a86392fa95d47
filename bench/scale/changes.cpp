#include "bench/scale/changes.hpp"

#include "bench/kv_load/histogram.hpp"
#include "bench/own_process.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace quorate::scale {

namespace {

using clock = std::chrono::steady_clock;

result<node_id> an_outsider(local_cluster& cluster) {
  const auto table = cluster.membership().nodes();
  if (!table)
    return table.error();
  for (const auto& row : table->rows)
    if (row.role == node_role::outsider)
      return row.record.id;
  return make_error(errc::unknown_node, "there is no outsider to be parked.");
}

/// Until the process uses little more than `idle` again.
void wait_until_idle(double idle, clock::time_point at_most) {
  constexpr std::chrono::milliseconds a_while{50};
  for (double used = 1; used > idle + 0.1 && clock::now() < at_most;) {
    const auto start = clock::now();
    const auto cpu = bench::cpu_seconds();
    std::this_thread::sleep_for(a_while);
    used = (bench::cpu_seconds() - cpu)
           / std::chrono::duration<double>(clock::now() - start).count();
  }
}

result<void> wait_until_heard(const watchers& who, config_version version,
                              clock::time_point at_most) {
  while (!who.have_heard(version)) {
    if (clock::now() >= at_most)
      return make_error(errc::deadline_exceeded, "a watcher hasn't heard of a change.");
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return {};
}

} // namespace

watchers::watchers(local_cluster& of, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    auto heard = std::make_shared<std::atomic<std::uint64_t>>(0);
    auto on_event = [heard](const membership_event& x) { *heard = version_of(x).value; };
    all_.push_back({heard, of.subscribe(std::move(on_event), subscription_options{})});
  }
}

bool watchers::have_heard(config_version version) const {
  return std::all_of(all_.begin(), all_.end(),
                     [&](const one& x) { return *x.heard >= version.value; });
}

result<cost> measure_changes(local_cluster& cluster, const watchers& who, const conditions& with,
                             double idle) {
  const auto node = an_outsider(cluster);
  if (!node)
    return node.error();
  auto operators = cluster.membership();
  bench::histogram took;
  config_version last;
  const auto start = clock::now();
  const auto cpu = bench::cpu_seconds();
  for (std::uint32_t i = 0; i < with.changes; ++i) {
    const auto began = clock::now();
    const auto done = i % 2 == 0 ? operators.park(*node) : operators.activate(*node);
    if (!done)
      return done.error();
    last = done->version;
    took.record(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now() - began).count()));
  }
  const auto changed = std::chrono::duration<double>(clock::now() - start).count();
  if (auto heard = wait_until_heard(who, last, start + with.at_most); !heard)
    return heard.error();
  wait_until_idle(idle, start + with.at_most);
  const auto seconds = std::chrono::duration<double>(clock::now() - start).count();
  const auto used = bench::cpu_seconds() - cpu - idle * seconds;
  return cost{with.changes / changed, used * 1e6 / with.changes,
              static_cast<double>(took.percentile(50)) / 1e3};
}

} // namespace quorate::scale
