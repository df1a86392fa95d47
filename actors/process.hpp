// What all actors of a process share: the handles of its servants, and its time.
#pragma once

#include "actors/live_actors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_clock.hpp>

#include <chrono>
#include <cstdint>

namespace quorate::actors {

/// Thread safety: a plain value; each actor has its own copy, and drops it when it ends, because
/// handles that point at each other would keep all of them.
struct process {
  caf::actor hub;
  caf::actor storage; ///< Of the actor that has this copy.
  caf::actor ticker;
  caf::actor subscription;
  live_actors alive; ///< Whoever spawns an actor adds it.
  caf::actor_clock::time_point start{};

  /// Milliseconds since the start, by the clock of the actor system: virtual time in tests.
  std::uint64_t now_ms(const caf::actor_clock& clock) const {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - start);
    return static_cast<std::uint64_t>(since.count());
  }
};

} // namespace quorate::actors
