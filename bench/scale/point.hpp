// What one operation costs in a cluster of a given size.
#pragma once

#include "quorate/result.hpp"

#include <chrono>
#include <cstdint>

namespace quorate::scale {

struct conditions {
  std::uint32_t keys = 1'000;
  std::uint32_t value_bytes = 100;
  std::uint32_t members = 3;
  std::uint32_t outsiders = 0; ///< Registered nodes that take no part in consensus.
  std::uint32_t watchers = 0;  ///< Membership subscriptions.
  std::uint32_t clients = 16;  ///< With one operation under way each.
  double seconds = 2;          ///< Of puts, and of reads.
  std::uint32_t changes = 50;  ///< Transitions, where there is an outsider to be parked.
  std::chrono::seconds at_most{300};
  std::uint64_t seed = 0; ///< 0: drawn.
};

struct cost {
  double per_second = 0;
  double cpu_us = 0; ///< Of all threads, clients' too; without what the idle cluster uses.
  double p50_us = 0;
};

struct figures {
  cost put;
  cost get;                    ///< Linearizable.
  cost change;                 ///< A transition by an operator, one at a time, with what
                               ///< the watchers hear of it.
  double idle_cpu_percent = 0; ///< Of one processor.
};

/// Errors: the cluster's; the client's of the first operation that failed.
result<figures> measure(const conditions& with);

} // namespace quorate::scale
