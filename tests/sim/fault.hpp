// One thing that goes wrong, as data: what was decided, when, and with which arguments. A run's
// list of them is its decision log; played again by this list, without a draw, the run is the same.
//
// Thread safety: none needed; plain data.
#pragma once

#include "tests/sim/events.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::sim {

/// Each is a feature that a seed has or lacks, with a random stream of its own. Numbers name the
/// streams: never renumber, only add.
enum class fault_kind : std::uint8_t {
  crash = 0,         ///< A process dies, and is started again.
  leader_crash = 1,  ///< So does the leader's,
  joint_crash = 2,   ///< or in a joint change.
  crash_of_all = 3,  ///< All at once.
  pause = 4,         ///< A process stands still; its clock goes on.
  frozen_clock = 5,  ///< And its clock stands still, too: a suspended machine.
  late_timers = 6,   ///< It stands still, and all ticks that it missed come at once.
  frozen_leader = 7, ///< The leader stands still, and is cut off when it goes on.
  split = 8,         ///< Two sides that don't hear each other.
  isolation = 9,     ///< One node against all others.
  one_way_cut = 10,  ///< Not heard by some, but hears them.
  bridge = 11,       ///< Two sides that both hear one node, but not each other.
  flapping = 12,     ///< A link that comes and goes.
  lost_type = 13,    ///< Messages of one type to one node are lost, all others arrive.
  clogged_link = 14, ///< One link is very slow.
  old_mail = 15,     ///< Messages of any time before arrive again; goes on to the end of the run.
  restart_loop = 16, ///< Started and dead again, several times.
  rolling_restart = 17,
  clock_jump = 18, ///< A clock leaps forward, by seconds or minutes.
  slow_disk = 19,  ///< Each sync takes a tenth of a second and more.
  stuck_disk = 20, ///< None ends for seconds.
  failed_sync = 21,
  full_disk = 22,
  torn_effects = 23, ///< A process dies between two effects.
  sync_crash = 24,   ///< A process dies while its disk is at work, and keeps a part of it.
  // -- what can't be repaired, only detected: a seed has one of these at most --------------------------------------
  wiped_disk = 25,      ///< A process dies with its disk, and is started on an empty one.
  rotten_disk = 26,     ///< A process dies, and what was durable on its disk is unreadable.
  taken_name = 27,      ///< Another process is started under the name of one.
  second_founding = 28, ///< Another node is asked to found a cluster, too.
  // -- and can be repaired: numbers only grow ------------------------------------------------------------------------
  graceful_stop = 29, ///< A process ends in order and is started again; or all do, in turn.
  crowded_disk = 30,  ///< A disk says in time that there is little room, or none.
  count,
};

/// One of a few that can only be detected.
constexpr bool is_detected(fault_kind x) {
  return x >= fault_kind::wiped_disk && x <= fault_kind::second_founding;
}

constexpr std::size_t fault_kinds = static_cast<std::size_t>(fault_kind::count);

std::string_view to_string(fault_kind x) noexcept;

/// Nodes, by index: bit i is node i.
using node_bits = std::uint64_t;

constexpr node_bits bit(std::size_t i) {
  return node_bits{1} << i;
}
constexpr bool has(node_bits set, std::size_t i) {
  return (set >> i & 1) != 0;
}

struct fault {
  micros at = 0;
  fault_kind kind = fault_kind::count;
  node_bits nodes = 0;      ///< Whom it hits.
  node_bits others = 0;     ///< Whom they no longer hear; the bridge.
  micros lasts = 0;         ///< Until it is repaired.
  micros every = 0;         ///< Between two repetitions.
  std::uint64_t amount = 0; ///< How many, how much, or of which type.
  std::uint64_t salt = 0;   ///< Seeds what is left to chance while it lasts.
  bool flag = false;        ///< Crashes: nothing unsynced survives.
};

std::string describe(const fault& x);

/// How often a seed's faults come: the mean time between two of a kind, 0 for never.
struct fault_plan {
  std::array<micros, fault_kinds> every{};
  bool long_absences = false; ///< Long enough to be replaced or given up.

  micros& of(fault_kind x) {
    return every[static_cast<std::size_t>(x)];
  }
  micros of(fault_kind x) const {
    return every[static_cast<std::size_t>(x)];
  }
};

} // namespace quorate::sim
