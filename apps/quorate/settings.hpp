// What `quorate demo` is asked to do, and which of it can be done. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quorate::app {

/// Wide enough for what people type, so that a wrong number is refused and not wrapped around.
struct demo_settings {
  std::int64_t nodes = 5;  ///< Nodes at the beginning; act 2 starts one more.
  std::int64_t target = 3; ///< How many of them are members.
  std::string input = "/var/lib/dpkg/status";
  std::optional<std::string> data_dir; ///< None: the nodes keep their data in memory.
  bool json = false;
};

inline constexpr std::int64_t target_min = 3; ///< One member can't lose its leader and go on.
inline constexpr std::int64_t target_max = 9; ///< The library's own limit.
inline constexpr std::int64_t nodes_max = 16; ///< Each spare beyond two costs one more leader.

/// How often act 3 kills the leader, so that exactly `target` nodes are left that are live and not
/// parked. Of `nodes + 1` nodes act 1 parks one, act 2 removes one, and the rest are killed.
inline std::int64_t kills(const demo_settings& settings) {
  return settings.nodes - 1 - settings.target;
}

/// A sentence that says what can't be done and what can, or nothing.
std::optional<std::string> objection(const demo_settings& settings);

} // namespace quorate::app
