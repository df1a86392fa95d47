#include "tests/sim/swarm.hpp"

#include "runtime/base/random.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

void draw_timing(base::random& draw, swarm& out) {
  auto& o = out.options;
  o.tick_ms = draw.between(25, 60);
  o.consensus.election_ticks = static_cast<std::uint32_t>(draw.between(4, 10));
  o.consensus.heartbeat_ticks = draw.chance(80) ? 1 : 2;
  o.heartbeat_ms = draw.between(100, 400);
  o.join_backoff_ms_max = draw.between(200, 1'000);
  o.observe_ms = draw.between(50, 200);
  const auto election_ms = o.tick_ms * o.consensus.election_ticks;
  out.world.control.live_window_ms = 3 * o.heartbeat_ms + election_ms;
  out.world.control.hand_over_ms = 2 * election_ms;
  out.world.controller_delay_max = draw.chance(50) ? ms(1) : ms(20);
  out.world.clock_skew_percent = draw.chance(50) ? draw.between(1, 10) : 0;
  out.world.peer_down_percent = draw.chance(50) ? draw.between(10, 100) : 0;
  out.world.disk_min = draw.between(20, 500);
  out.world.disk_max = out.world.disk_min + (draw.chance(70) ? draw.below(ms(3)) : ms(40));
}

void draw_sizes(base::random& draw, swarm& out) {
  auto& o = out.options;
  o.snapshot_entries = draw.chance(50) ? draw.between(5, 40) : draw.between(41, 500);
  o.snapshot_log_ratio = 0; // Small states: snapshots are to be frequent.
  o.consensus.retained_entries = draw.chance(50) ? draw.between(0, 10) : draw.between(11, 200);
  o.consensus.inflight_messages_max = draw.chance(50) ? draw.between(1, 4) : 64;
  o.consensus.append_entries_max = draw.chance(50) ? draw.between(1, 8) : 1'024;
  o.consensus.catch_up_lag_max = draw.between(1, 64);
}

void draw_policy(base::random& draw, swarm& out) {
  auto& p = out.policy;
  constexpr std::uint32_t targets[] = {1, 3, 3, 3, 5};
  p = quick_policy(targets[draw.below(5)]);
  p.min_members = draw.chance(20) ? 1 : 0;
  p.warm_spares = static_cast<std::uint32_t>(draw.below(3));
  p.stabilization_ms = draw.between(50, 600);
  p.pairing_wait_ms = draw.between(0, 800);
  p.replace_after_ms = draw.chance(70) ? draw.between(800, 3'000) : 0;
  p.leader_settle_ms = draw.between(100, 1'000);
  p.eviction_budget = static_cast<std::uint32_t>(draw.between(1, 3));
  p.eviction_window_ms = draw.between(1'000, 4'000);
  p.transition_timeout_ms = draw.between(600, 2'000);
}

void draw_network(base::random& draw, swarm& out) {
  auto& n = out.net;
  n.latency_min = draw.between(50, 1'000);
  n.latency_max = n.latency_min + draw.between(100, 8'000);
  if (draw.chance(50)) {
    n.tail_percent = draw.between(1, 10);
    n.tail_max = n.latency_max + ms(draw.between(5, 300));
  }
  n.drop_percent = draw.chance(50) ? draw.between(1, 12) : 0;
  n.duplicate_percent = draw.chance(50) ? draw.between(1, 10) : 0;
  n.replay_permille = draw.chance(50) ? draw.between(1, 20) : 0;
  n.replay_delay_max = ms(draw.between(10, 3'000));
}

/// How many of a hundred seeds have a kind of fault.
std::uint64_t percent_of(fault_kind kind) {
  switch (kind) {
  case fault_kind::crash:
  case fault_kind::leader_crash:
    return 55;
  case fault_kind::joint_crash:
    return 50;
  case fault_kind::pause:
  case fault_kind::split:
  case fault_kind::isolation:
    return 40;
  case fault_kind::frozen_leader:
  case fault_kind::one_way_cut:
  case fault_kind::graceful_stop:
    return 30;
  case fault_kind::stuck_disk:
  case fault_kind::rolling_restart:
  case fault_kind::clock_jump:
    return 15;
  default:
    return 20;
  }
}

/// Each kind has a stream of its own: a new one leaves the others of each seed as they were.
void draw_faults(const base::random& draw, swarm& out) {
  auto& f = out.faults;
  const auto pace = draw.fork(1'000).between(400, 5'000);
  f.long_absences = draw.fork(1'001).chance(50);
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    auto own = draw.fork(1'100 + i);
    const auto kind = static_cast<fault_kind>(i);
    if (!is_detected(kind) && own.chance(percent_of(kind)))
      f.of(kind) = ms(pace * own.between(50, 200) / 100);
  }
  if (auto damage = draw.fork(1'002); damage.chance(15)) {
    constexpr auto first = static_cast<std::uint64_t>(fault_kind::wiped_disk);
    constexpr auto last = static_cast<std::uint64_t>(fault_kind::second_founding);
    f.of(static_cast<fault_kind>(damage.between(first, last))) = seconds(3);
  }
  out.net.hoards = f.of(fault_kind::old_mail) != 0;
}

/// A lease rests on clocks: their rates differ by less than 14 %, and none stands still while
/// others go on.
void draw_leases(base::random draw, swarm& out) {
  out.policy.lease_ms = draw.between(100, 600);
  out.world.clock_skew_percent = std::min<std::uint64_t>(out.world.clock_skew_percent, 6);
  out.faults.of(fault_kind::frozen_clock) = 0;
}

} // namespace

swarm draw_swarm(std::uint64_t seed) {
  auto draw = base::random{seed}.fork(100);
  swarm out;
  constexpr std::size_t sizes[] = {1, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7};
  out.nodes = sizes[draw.below(11)];
  out.late_nodes = draw.below(4);
  out.some_register_parked = draw.chance(15);
  out.options = quick_options();
  draw_timing(draw, out);
  draw_sizes(draw, out);
  draw_policy(draw, out);
  draw_network(draw, out);
  draw_faults(draw, out);
  out.clients = draw.between(4, 8);
  out.client_pause = ms(draw.between(20, 120));
  out.client_patience = ms(draw.between(400, 2'500));
  out.keys = draw.between(5, 20);
  out.operators = draw.below(3);
  // Who takes a member away in the moment in which another loses its disk may end with a set that
  // has no majority. Nothing can be said of that but that it is safe.
  if (out.faults.of(fault_kind::wiped_disk) != 0 || out.faults.of(fault_kind::rotten_disk) != 0)
    out.operators = 0;
  out.operator_pause = ms(draw.between(300, 2'000));
  // A stream of its own: the other draws of each seed stay what they were.
  if (draw.fork(1).chance(30))
    out.options.heartbeats_per_second_max = draw.fork(2).between(5, 20);
  out.options.consensus.snapshot_chunk_bytes = draw.fork(3).between(64, 4'096);
  out.options.consensus.snapshot_chunks_in_flight_max = draw.fork(4).between(1, 4);
  out.options.follower_reads = draw.fork(5).chance(50);
  if (draw.fork(6).chance(40))
    draw_leases(draw.fork(7), out);
  out.options.consensus.inflight_bytes_max = draw.fork(8).chance(50) ? draw.fork(9).between(50, 500)
                                                                     : std::size_t{16} << 20;
  out.options.consensus.writes_in_flight_max = draw.fork(10).between(1, 4);
  out.options.snapshot_step_bytes = draw.fork(11).between(10, 300);
  if (auto crowd = draw.fork(20); crowd.chance(20)) {
    out.clients = crowd.between(8, 32);
    out.client_pause *= 2;
  }
  // Sometimes a leader has to listen for longer than a member may be silent.
  if (draw.fork(21).chance(15))
    out.policy.leader_settle_ms = draw.fork(22).between(1'000, 4'000);
  if (draw.fork(23).chance(25))
    out.users = draw.fork(24).between(1, 2);
  // Then words of earlier writes come while later ones are under way, and overtake each other.
  if (draw.fork(25).chance(30))
    out.world.sync_word_max = ms(draw.fork(26).between(1, 40));
  // Who loses its disk before the cluster is upgraded waits for an operator: such runs show that.
  bool damage = false;
  for (std::size_t i = 0; i < fault_kinds; ++i)
    damage |= is_detected(static_cast<fault_kind>(i))
              && out.faults.of(static_cast<fault_kind>(i)) != 0;
  if (auto upgrade = draw.fork(27); !damage && upgrade.chance(15)) {
    out.upgrades = true;
    if (out.nodes > 1 && upgrade.chance(50))
      out.moves = upgrade.between(1, out.nodes - 1);
  }
  out.duration = seconds(10);
  out.ends_with_copies = draw.fork(28).chance(5);
  return out;
}

std::string_view to_string(network_feature x) noexcept {
  constexpr std::string_view names[] = {"drops", "duplicates", "replays", "tails", "down_signs"};
  return x < network_feature::count ? names[static_cast<std::size_t>(x)] : "?";
}

namespace {

std::uint64_t* strength(swarm& x, network_feature what) {
  switch (what) {
  case network_feature::drops:
    return &x.net.drop_percent;
  case network_feature::duplicates:
    return &x.net.duplicate_percent;
  case network_feature::replays:
    return &x.net.replay_permille;
  case network_feature::tails:
    return &x.net.tail_percent;
  default:
    return &x.world.peer_down_percent;
  }
}

} // namespace

bool has(const swarm& x, network_feature what) noexcept {
  auto copy = x;
  return *strength(copy, what) != 0;
}

void turn_off(swarm& x, network_feature what) noexcept {
  *strength(x, what) = 0;
}

membership_policy quick_policy(std::uint32_t target) {
  membership_policy p;
  p.target_members = target;
  p.stabilization_ms = 100;
  p.pairing_wait_ms = 300;
  p.replace_after_ms = 2'000;
  p.leader_settle_ms = 300;
  p.eviction_budget = 2;
  p.eviction_window_ms = 3'000;
  p.transition_timeout_ms = 1'500;
  return p;
}

driver::options quick_options() {
  driver::options o;
  o.cluster_name = "sim";
  o.tick_ms = 40;
  o.consensus.election_ticks = 6;
  o.heartbeat_ms = 200;
  o.join_backoff_ms_min = 50;
  o.join_backoff_ms_max = 500;
  o.discover_ms = 200;
  o.observe_ms = 100;
  o.snapshot_entries = 100;
  return o;
}

} // namespace quorate::sim
