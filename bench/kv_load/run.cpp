#include "bench/kv_load/run.hpp"

#include "bench/kv_load/chaos.hpp"
#include "bench/kv_load/load_client.hpp"
#include "bench/kv_load/pacer.hpp"
#include "bench/kv_load/target.hpp"
#include "bench/own_process.hpp"

#include <sys/resource.h>

#include <deque>
#include <future>
#include <random>
#include <thread>
#include <utility>

namespace quorate::bench {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// How much longer than its deadline an operation may take to be answered.
constexpr auto answer_grace = 5s;
/// How long a cluster may take to have all its members again after chaos.
constexpr auto recovery_max = 30s;

workload_shape shape_of(const load_options& options) {
  workload_shape out;
  out.keys = static_cast<std::uint32_t>(options.keys);
  out.key_bytes = static_cast<std::uint32_t>(options.key_bytes);
  out.value_bytes = static_cast<std::uint32_t>(options.value_bytes);
  out.read_percent = static_cast<std::uint32_t>(options.read_share);
  out.zipf_exponent = options.zipf;
  if (options.keeps_history())
    out.mix_in_all();
  return out;
}

std::int64_t ns(double seconds) {
  return static_cast<std::int64_t>(seconds * 1e9);
}

/// A drawn seed is reported as if it had been asked for, so that the run can be repeated.
load_options with_a_seed(load_options options) {
  while (options.seed == 0)
    options.seed = std::random_device{}();
  return options;
}

base::random choices_of(const load_options& options) {
  return base::random{static_cast<std::uint64_t>(options.seed)};
}

std::uint64_t peak_rss_bytes() {
  rusage now{};
  getrusage(RUSAGE_SELF, &now);
  return static_cast<std::uint64_t>(now.ru_maxrss) * 1'024; // Linux counts in KiB.
}

/// Writes every key once, so that reads find something.
result<void> fill(client into, const workload_shape& shape) {
  constexpr std::size_t under_way_max = 128;
  std::deque<std::future<result<revision>>> under_way;
  for (std::uint32_t key = 0; key < shape.keys || !under_way.empty(); ++key) {
    if (key < shape.keys)
      under_way.push_back(into.async_put(key_text(key, shape.key_bytes),
                                         value_text({0, key + 1}, shape.value_bytes)));
    if (key < shape.keys && under_way.size() < under_way_max)
      continue;
    auto written = under_way.front().get();
    under_way.pop_front();
    if (!written)
      return written.error();
  }
  return {};
}

/// A run's parts in the order in which they need each other: the cluster ends first.
class load_run {
public:
  load_run(const load_options& options, target cluster);

  void start();
  /// Waits until it is over, with chaos meanwhile if that was asked for.
  void measure(run_report& into);
  /// Ends the cluster, and with it what is still under way.
  void finish(run_report& into);

  void write_history_to(std::ostream& out) const;
  const time_window& window() const noexcept {
    return setup_.window;
  }

private:
  clock::time_point at(std::int64_t since_epoch_ns) const {
    return setup_.epoch + std::chrono::nanoseconds{since_epoch_ns};
  }

  const load_options& options_;
  run_setup setup_;
  finish_line finish_;
  std::deque<load_client> clients_;
  std::optional<target> cluster_;
  std::optional<pacer> pacer_; ///< Calls clients, so it ends first.
};

load_run::load_run(const load_options& options, target cluster)
  : options_(options),
    finish_(static_cast<std::size_t>(options.clients)),
    cluster_(std::move(cluster)) {
  setup_.shape = shape_of(options);
  setup_.keeps_history = options.keeps_history();
  setup_.clients = static_cast<std::uint32_t>(options.clients);
  setup_.window.from_ns = ns(options.warmup_seconds);
  setup_.window.until_ns = setup_.window.from_ns + ns(options.seconds);
}

void load_run::start() {
  const auto choices = choices_of(options_);
  for (std::uint32_t i = 0; i < options_.clients; ++i)
    clients_.emplace_back(i, cluster_->client(), setup_, choices.fork(i), finish_);
  setup_.epoch = clock::now();
  if (options_.rate > 0) {
    setup_.interval_ns = ns(static_cast<double>(options_.clients)
                            / static_cast<double>(options_.rate));
    setup_.pace = &pacer_.emplace();
  }
  for (auto& client : clients_)
    client.start();
}

void load_run::measure(run_report& into) {
  std::this_thread::sleep_until(at(setup_.window.from_ns));
  std::optional<chaos> trouble;
  if (options_.chaos)
    trouble.emplace(*cluster_->local(), static_cast<std::size_t>(options_.nodes),
                    choices_of(options_).fork(clients_max));
  const auto syncs = options_.durable() ? cluster_->leader_syncs() : 0;
  const auto before = cpu_seconds();
  std::this_thread::sleep_until(at(setup_.window.until_ns));
  into.used.cpu_seconds = cpu_seconds() - before;
  into.used.peak_rss_bytes = peak_rss_bytes();
  if (options_.durable()) {
    const auto now = cluster_->leader_syncs();
    into.durable.leader_syncs = now > syncs ? now - syncs : 0; // Another one leads by now.
  }
  if (trouble)
    into.chaos = trouble->stop();
}

void load_run::finish(run_report& into) {
  const std::chrono::milliseconds deadline{options_.deadline_ms};
  finish_.wait_until(at(setup_.window.until_ns) + deadline + answer_grace);
  if (options_.chaos)
    into.recovered = static_cast<bool>(
      cluster_->local()->wait_for_members(static_cast<std::size_t>(options_.nodes), recovery_max));
  pacer_.reset();
  cluster_.reset(); // Answers what is left, so nobody is missing after it.
  for (const auto& client : clients_)
    into.counted.merge(client.counted());
}

void load_run::write_history_to(std::ostream& out) const {
  std::uint32_t number = 0;
  for (const auto& client : clients_)
    write_history(out, number++, client.history(), setup_.shape.key_bytes);
}

} // namespace

result<run_report> run(const load_options& asked, std::ostream& history) {
  const auto options = with_a_seed(asked);
  const auto nodes = static_cast<std::size_t>(options.nodes);
  std::optional<disk_latency> disk;
  if (options.durable()) {
    if (auto taken = take_empty_directory(options.data_dir); !taken)
      return taken.error();
    auto measured = measure_disk(options.data_dir, nodes);
    if (!measured)
      return measured.error();
    disk = *measured;
  }
  auto cluster = target::open(options);
  if (!cluster)
    return cluster.error();
  if (options.read_share > 0 && !options.keeps_history())
    if (auto filled = fill(cluster->client(), shape_of(options)); !filled)
      return filled.error();
  load_run all{options, std::move(*cluster)};
  run_report report{options, tally{all.window()}, {}, {}, {}, true};
  all.start();
  all.measure(report);
  all.finish(report);
  if (disk) {
    const auto after = measure_disk(options.data_dir, nodes);
    if (!after)
      return after.error();
    report.durable.disk = mean(*disk, *after);
  }
  if (options.keeps_history())
    all.write_history_to(history);
  return report;
}

} // namespace quorate::bench
