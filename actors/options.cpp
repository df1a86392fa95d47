// The options of `local_cluster`: defaults, ranges, and what they mean for the parts.
#include "quorate/options.hpp"

#include "actors/settings.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/membership/plan.hpp"

#include <algorithm>
#include <string>
#include <type_traits>

namespace quorate {

membership_policy local_cluster_options::local_policy() {
  membership_policy policy;
  policy.stabilization_ms = 50;
  policy.pairing_wait_ms = 100;
  policy.replace_after_ms = 1'000;
  policy.leader_settle_ms = 300;
  policy.eviction_budget = 3;
  policy.eviction_window_ms = 5'000;
  policy.transition_timeout_ms = 5'000;
  return policy;
}

result<void> local_cluster_options::validate() const {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  using std::chrono::minutes;
  using std::chrono::seconds;
  const auto bad = [](const char* sentence) {
    return quorate::result<void>{make_error(errc::invalid_argument, sentence)};
  };
  if (cluster_name.empty() || cluster_name.size() > limits::name_bytes_max)
    return bad("cluster_name: 1 to 255 bytes.");
  if (nodes > 10'000)
    return bad("nodes: 0 to 10,000.");
  if (tick < milliseconds{1} || tick > seconds{1})
    return bad("tick: 1 ms to 1 s.");
  if (election_ticks < 3 || election_ticks > 1'000)
    return bad("election_ticks: 3 to 1,000.");
  if (heartbeat < milliseconds{1} || heartbeat > minutes{1})
    return bad("heartbeat: 1 ms to 1 min.");
  if (snapshot_entries == 0)
    return bad("snapshot_entries: at least 1.");
  if (snapshot_log_ratio > 1'000)
    return bad("snapshot_log_ratio: 0 to 1,000.");
  if (make_storage && !data_dir.empty())
    return bad("make_storage: either that or data_dir.");
  if (disk_reserve_bytes > std::uint64_t{1} << 40)
    return bad("disk_reserve_bytes: 0 to 1 TiB.");
  if (deadline < milliseconds{1} || deadline > hours{1})
    return bad("deadline: 1 ms to 1 h.");
  if (worker_threads > 1'024)
    return bad("worker_threads: 0 to 1,024.");
  return membership::validate(policy);
}

namespace actors {

namespace {

std::uint64_t in_ms(std::chrono::milliseconds x) {
  return static_cast<std::uint64_t>(x.count());
}

template <class Options>
std::uint64_t election_timeout_ms(const Options& from) {
  return from.election_ticks * in_ms(from.tick);
}

/// How long an attempt may take before it is made elsewhere, where the network is in between: soon
/// at first, for there may be a new leader.
constexpr std::uint64_t attempt_ms_min = 500;
constexpr std::uint64_t attempt_ms_max = 4'000;
/// Between attempts: a part of what an election takes.
constexpr std::uint64_t backoff_ms_max = 100;

void suit_network(client_side::caller_options& x) {
  x.attempt_ms_min = attempt_ms_min;
  x.attempt_ms_max = attempt_ms_max;
  x.backoff_ms_max = backoff_ms_max;
}

} // namespace

template <class Options>
driver::options driver_options(const Options& from) {
  driver::options to;
  to.cluster_name = from.cluster_name;
  to.tick_ms = in_ms(from.tick);
  to.consensus.election_ticks = from.election_ticks;
  to.consensus.heartbeat_ticks = std::max(1U, from.election_ticks / 5);
  // Few nodes share a network, and each has its own clock: half the spread splits few elections.
  if constexpr (std::is_same_v<Options, node_options>)
    to.consensus.election_jitter_ticks = std::max(2U, from.election_ticks / 2);
  to.heartbeat_ms = in_ms(from.heartbeat);
  to.join_backoff_ms_min = to.heartbeat_ms;
  to.join_backoff_ms_max = 10 * to.heartbeat_ms;
  to.discover_ms = 2 * election_timeout_ms(from);
  to.observe_ms = 2 * to.tick_ms;
  to.snapshot_entries = from.snapshot_entries;
  to.snapshot_log_ratio = from.snapshot_log_ratio;
  return to;
}

template <class Options>
membership::controller_settings controller_settings(const Options& from) {
  membership::controller_settings to;
  to.live_window_ms = std::max(3 * in_ms(from.heartbeat), election_timeout_ms(from));
  to.hand_over_ms = election_timeout_ms(from);
  return to;
}

template <class Options>
client_side::caller_options caller_options(const Options& from) {
  client_side::caller_options to;
  to.deadline_ms = in_ms(from.deadline);
  to.attempt_ms_max = std::max<std::uint64_t>(5 * election_timeout_ms(from), 100);
  if constexpr (std::is_same_v<Options, node_options>)
    suit_network(to);
  return to;
}

client_side::caller_options caller_options(const remote_options& from) {
  client_side::caller_options to;
  to.nodes = from.addresses;
  to.deadline_ms = in_ms(from.deadline);
  suit_network(to);
  return to;
}

template driver::options driver_options(const local_cluster_options&);
template driver::options driver_options(const node_options&);
template membership::controller_settings controller_settings(const local_cluster_options&);
template membership::controller_settings controller_settings(const node_options&);
template client_side::caller_options caller_options(const local_cluster_options&);
template client_side::caller_options caller_options(const node_options&);

} // namespace actors

} // namespace quorate
