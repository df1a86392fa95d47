// What is counted of chaos.
#pragma once

#include "quorate/membership.hpp"

#include <cstdint>
#include <map>

namespace quorate::bench {

/// Whether a transition gave or took a node a place: all but registrations, updates of a record,
/// changes of the policy, and `leave`, which only ends a joint change that was counted already.
bool changes_membership(lifecycle_event x) noexcept;

struct chaos_counts {
  std::uint64_t kills = 0;
  std::uint64_t leader_kills = 0; ///< Of those, of a node that led when it was asked just before.
  std::uint64_t restarts = 0;
  std::uint64_t parks = 0;     ///< Intents that changed something.
  std::uint64_t activates = 0; ///< Intents that changed something.
  /// Intents that were refused or not answered in time: most are, at the wrong moment.
  std::uint64_t intent_errors = 0;
  /// Committed changes of the nodes config, as a subscriber saw them.
  std::map<lifecycle_event, std::uint64_t> transitions;

  /// Those that changed membership.
  std::uint64_t membership_changes() const noexcept;
};

} // namespace quorate::bench
