// Many nodes join one cluster at once, and what that costs.
#pragma once

#include <quorate/result.hpp>

#include <chrono>
#include <cstdint>

namespace quorate::join_storm {

/// Nodes that are there before: as many members as the policy wants, and a spare.
inline constexpr std::uint32_t founders = 4;

struct conditions {
  std::uint32_t nodes = 10'000;             ///< With the founders, so more than those.
  std::chrono::milliseconds heartbeat{100}; ///< Of `local_cluster`, whose default this is.
  std::chrono::seconds at_most{120};
  std::chrono::seconds idle{0}; ///< How long to look on afterwards.
  std::uint64_t seed = 0;       ///< 0: drawn.
};

/// From when the cluster stands until every other node has joined.
struct figures {
  std::uint32_t nodes = 0;
  std::uint32_t joined = 0;  ///< All but the founders.
  std::uint32_t members = 0; ///< When the last one had joined.
  double seconds = 0;
  double cpu_seconds = 0;           ///< Of all threads of the process.
  std::uint64_t bytes = 0;          ///< Encoded, mailed and stored, by the nodes' own counters.
  std::uint64_t views = 0;          ///< Sent by leaders.
  std::uint64_t registrations = 0;  ///< Register requests sent, retries too.
  std::uint64_t entries = 0;        ///< In the log, at the end.
  std::uint64_t resident_bytes = 0; ///< Of the process, more than with the founders alone.
  double idle_cpu_percent = 0;      ///< Of one processor.
};

/// Errors: those of `local_cluster`.
result<figures> measure(const conditions& with);

} // namespace quorate::join_storm
