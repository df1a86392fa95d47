// Where a node stands: the pairs of state and role that exist, and the two ways not to have a row.
#pragma once

#include "quorate/membership.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace quorate::membership {

/// A node's place in the lifecycle, as the transition table sees it.
enum class position : std::uint8_t {
  no_cluster = 0, ///< The node itself is unprovisioned.
  unknown = 1,    ///< Not in the nodes config, and never was.
  removed = 2,    ///< Was, and is gone for good.
  auto_join_outsider = 3,
  auto_join_learner = 4,
  member_voter = 5,
  standby_outsider = 6,
  auto_join_leaving = 7, ///< Its row says `auto_join`; it votes in the outgoing half until that is
                         ///< left.
  standby_leaving = 8,
  removed_leaving = 9,
  whole_cluster = 10, ///< The event isn't about a node.
};

inline constexpr std::array<position, 11> all_positions{
  position::no_cluster,         position::unknown,           position::removed,
  position::auto_join_outsider, position::auto_join_learner, position::member_voter,
  position::standby_outsider,   position::auto_join_leaving, position::standby_leaving,
  position::removed_leaving,    position::whole_cluster};

/// `auto_join/learner`, `removed`, …
std::string_view to_string(position x) noexcept;

/// Whether the node takes part in the outgoing half of a joint change only.
constexpr bool leaving(position x) noexcept {
  return x == position::auto_join_leaving || x == position::standby_leaving
         || x == position::removed_leaving;
}

} // namespace quorate::membership
