// A cluster that grows, has its members replaced, and shrinks, while clients write.
#pragma once

#include "quorate/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace quorate::membership_churn {

struct conditions {
  std::uint32_t keys = 10'000; ///< That the store has before the first step.
  std::uint32_t value_bytes = 100;
  std::uint32_t clients = 4; ///< That write beside the one that is watched; may be 0.
  /// A follower and the leader, by an operator; a follower and the leader that die, by the policy;
  /// and so on.
  std::uint32_t replacements = 4;
  std::chrono::milliseconds quiet{1'000}; ///< Before each step, for comparison.
  std::chrono::seconds at_most{60};       ///< For each step.
  std::uint32_t threads = 0;              ///< That run actors; 0: as many as there are processors.
  std::string data_dir;                   ///< Empty: in memory.
  std::uint64_t seed = 0;                 ///< 0: drawn.
};

/// How a node became a member, from its start on. Negative: it didn't get so far in this step.
struct arrival {
  std::string node;
  double registered_ms = -1;
  double learner_ms = -1;
  double voter_ms = -1;
};

/// What those who write saw in a part of the time.
struct writing {
  double puts_per_second = 0; ///< Of all clients, acknowledged.
  double longest_gap_ms = 0;  ///< Between two acknowledged puts of the watched client, which has
                              ///< one under way at a time.
  std::uint64_t failed = 0;
};

struct step {
  std::string what;
  double applied_ms = 0; ///< From the intent until the members are as they should be, and no joint
                         ///< change is under way.
  std::vector<arrival> arrivals;
  writing before;
  writing during;
};

struct figures {
  double fill_seconds = 0;
  std::vector<step> steps;
  std::uint64_t puts = 0;
  std::uint64_t failed = 0; ///< Of all puts, also between steps.
};

/// 1, 3 and 5 members, 3 again, the replacements, 1 again. Errors: the cluster's;
/// `deadline_exceeded` if a step takes too long.
result<figures> measure(const conditions& with);

} // namespace quorate::membership_churn
