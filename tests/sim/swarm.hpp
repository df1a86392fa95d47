// What one seed is like. Each draws which faults there are at all and how strong, because a run
// with everything on hides what a run with one fault on would show (Groce et al., "Swarm testing",
// ISSTA 2012).
#pragma once

#include "quorate/membership.hpp"
#include "runtime/driver/options.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/world.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quorate::sim {

struct swarm {
  std::size_t nodes = 3;      ///< Started in the beginning.
  std::size_t late_nodes = 0; ///< Started later.
  bool some_register_parked = false;
  bool upgrades = false;        ///< All run an older build, and are upgraded one after the other;
  std::size_t moves = SIZE_MAX; ///< this one to another address.
  driver::options options;
  membership_policy policy;
  world_conditions world;
  network_conditions net;
  fault_plan faults;
  std::size_t clients = 4;
  micros client_pause = ms(100);    ///< Between two operations, on average.
  micros client_patience = ms(800); ///< Until it asks somebody else.
  std::size_t keys = 5;
  std::size_t users = 0; ///< Of the production client; one in four seeds has them.
  std::size_t operators = 1;
  micros operator_pause = seconds(1);
  micros duration = seconds(10); ///< With faults.
  bool ends_with_copies = false; ///< Of a disk, which have to be noticed.
};

swarm draw_swarm(std::uint64_t seed);

/// What the network does all the time, as far as a seed has it.
enum class network_feature : std::uint8_t { drops, duplicates, replays, tails, down_signs, count };

std::string_view to_string(network_feature x) noexcept;
bool has(const swarm& x, network_feature what) noexcept;
void turn_off(swarm& x, network_feature what) noexcept;

/// The policy of tests: everything happens within seconds.
membership_policy quick_policy(std::uint32_t target);

/// The options of tests, without a name.
driver::options quick_options();

} // namespace quorate::sim
