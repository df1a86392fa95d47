// Puts while nodes take snapshots, beside puts while none does.
#pragma once

#include "quorate/local_cluster.hpp"
#include "bench/snapshot_pause/writers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::snapshot_pause {

struct conditions {
  shape what;
  std::uint32_t clients = 16;
  std::uint32_t rounds = 5; ///< Snapshots that are watched, each with the time before it.
  double quiet_seconds = 2; ///< About, between two snapshots.
  std::string data_dir;     ///< Empty: in memory.
  std::uint64_t seed = 1;
};

struct percentiles {
  double p50_us = 0;
  double p999_us = 0;
  double max_us = 0;
  std::uint64_t count = 0;
};

/// A snapshot, from the moment when the first node began until the last one's was on its disk, and
/// the time between the one before and it.
struct round {
  percentiles quiet;
  percentiles during;
  double seconds = 0;
};

struct figures {
  std::vector<round> rounds;
  double fill_seconds = 0;
  double restart_seconds = 0; ///< From nothing to an answered read; 0 without a disk.

  double median_quiet_p999_us() const;
  double median_during_p999_us() const;
};

/// Errors: the cluster's; `deadline_exceeded` if no snapshot comes.
result<figures> measure(const conditions& with);

} // namespace quorate::snapshot_pause
