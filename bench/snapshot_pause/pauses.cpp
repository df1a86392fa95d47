#include "bench/snapshot_pause/pauses.hpp"

#include "bench/kv_load/histogram.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>

namespace quorate::snapshot_pause {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 120s;
constexpr std::uint32_t nodes = 3;

struct interval {
  clock::time_point from;
  clock::time_point until;
};

double seconds(clock::duration x) {
  return std::chrono::duration<double>(x).count();
}

/// By their own word, asked a hundred times a second.
bool any_under_way(local_cluster& in) {
  bool out = false;
  for (const auto& name : in.running())
    if (const auto status = in.status(name))
      out |= status->snapshot_under_way;
  return out;
}

/// Those of all nodes together: they begin at nearly the same entry, so it is over when for a while
/// nobody has one under way. None: it takes too long.
std::optional<interval> next_snapshot(local_cluster& in) {
  constexpr auto a_while = 300ms;
  const auto at_most = clock::now() + patience;
  while (!any_under_way(in) && clock::now() < at_most)
    std::this_thread::sleep_for(10ms);
  const auto from = clock::now();
  auto until = from;
  while (clock::now() < until + a_while && clock::now() < at_most) {
    if (any_under_way(in))
      until = clock::now();
    std::this_thread::sleep_for(10ms);
  }
  return until < at_most ? std::optional{interval{from, until}} : std::nullopt;
}

percentiles of(const std::vector<sample>& samples,
               const std::function<bool(const sample&)>& wanted) {
  bench::histogram all;
  for (const auto& x : samples)
    if (wanted(x))
      all.record(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(x.took).count()));
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1'000; };
  return {us(all.percentile(50)), us(all.percentile(99.9)), us(all.max()), all.count()};
}

round judge(const std::vector<sample>& samples, const interval& before, const interval& snapshot) {
  round out;
  out.seconds = seconds(snapshot.until - snapshot.from);
  out.during = of(samples, [&](const sample& x) {
    return x.begin + x.took >= snapshot.from && x.begin <= snapshot.until;
  });
  out.quiet = of(samples, [&](const sample& x) {
    return x.begin > before.until && x.begin + x.took < snapshot.from;
  });
  return out;
}

local_cluster_options options_of(const conditions& with, std::uint64_t snapshot_entries) {
  local_cluster_options out;
  out.nodes = nodes;
  out.policy.target_members = nodes;
  out.data_dir = with.data_dir;
  out.seed = with.seed;
  out.snapshot_entries = snapshot_entries;
  out.snapshot_log_ratio = 0;
  return out;
}

/// How many entries come in so many seconds, by a short trial.
std::uint64_t entries_in(double wanted_seconds, local_cluster& in, const conditions& with) {
  std::vector<client> clients;
  for (std::uint32_t i = 0; i < with.clients; ++i)
    clients.push_back(in.client());
  writers trial{std::move(clients), with.what};
  trial.start();
  std::this_thread::sleep_for(1s);
  trial.stop();
  return static_cast<std::uint64_t>(static_cast<double>(trial.samples().size()) * wanted_seconds);
}

result<double> measure_restart(const conditions& with) {
  const auto began = clock::now();
  auto cluster = local_cluster::start(options_of(with, UINT32_MAX));
  if (!cluster)
    return cluster.error();
  const auto found = cluster->client().get(key_of(with.what.keys - 1));
  if (!found)
    return found.error();
  return seconds(clock::now() - began);
}

result<void> watch(local_cluster& cluster, const conditions& with, figures& into) {
  std::vector<client> clients;
  for (std::uint32_t i = 0; i < with.clients; ++i)
    clients.push_back(cluster.client());
  writers load{std::move(clients), with.what};
  load.start();
  std::vector<interval> seen;
  bool came = true;
  for (std::uint32_t i = 0; came && i <= with.rounds; ++i) // The first only begins a quiet time.
    if (auto next = next_snapshot(cluster))
      seen.push_back(*next);
    else
      came = false;
  const bool good = load.stop();
  if (!came || !good)
    return make_error(errc::deadline_exceeded, "no snapshot came, or a put failed.");
  const auto samples = load.samples();
  for (std::size_t i = 1; i < seen.size(); ++i)
    into.rounds.push_back(judge(samples, seen[i - 1], seen[i]));
  return {};
}

double median(std::vector<double> xs) {
  std::sort(xs.begin(), xs.end());
  return xs.empty() ? 0 : xs[xs.size() / 2];
}

} // namespace

double figures::median_quiet_p999_us() const {
  std::vector<double> all;
  for (const auto& x : rounds)
    all.push_back(x.quiet.p999_us);
  return median(std::move(all));
}

double figures::median_during_p999_us() const {
  std::vector<double> all;
  for (const auto& x : rounds)
    all.push_back(x.during.p999_us);
  return median(std::move(all));
}

result<figures> measure(const conditions& with) {
  figures out;
  std::uint64_t entries = UINT32_MAX;
  const bool durable = !with.data_dir.empty();
  {
    auto cluster = local_cluster::start(options_of(with, entries));
    if (!cluster)
      return cluster.error();
    if (auto grown = cluster->wait_for_members(nodes, patience); !grown)
      return grown.error();
    const auto began = clock::now();
    if (auto filled = fill(cluster->client(), with.what); !filled)
      return filled.error();
    out.fill_seconds = seconds(clock::now() - began);
    entries = std::max<std::uint64_t>(1, entries_in(with.quiet_seconds, *cluster, with));
  }
  auto cluster = local_cluster::start(options_of(with, entries));
  if (!cluster)
    return cluster.error();
  if (auto grown = cluster->wait_for_members(nodes, patience); !grown)
    return grown.error();
  if (!durable)
    if (auto filled = fill(cluster->client(), with.what); !filled)
      return filled.error();
  if (auto watched = watch(*cluster, with, out); !watched)
    return watched.error();
  if (!durable)
    return out;
  cluster = local_cluster::start([] {
    local_cluster_options none;
    none.nodes = 0;
    return none;
  }()); // The old one has ended.
  auto restarted = measure_restart(with);
  if (!restarted)
    return restarted.error();
  out.restart_seconds = *restarted;
  return out;
}

} // namespace quorate::snapshot_pause
