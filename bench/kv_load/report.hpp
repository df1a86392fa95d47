// What a run came to, as text and as JSON. Pure.
#pragma once

#include "bench/kv_load/chaos_counts.hpp"
#include "bench/kv_load/disk.hpp"
#include "bench/kv_load/options.hpp"
#include "bench/kv_load/tally.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace quorate::bench {

/// What the whole process used while it was measured: the cluster and the load together.
struct usage {
  double cpu_seconds = 0;
  std::uint64_t peak_rss_bytes = 0; ///< Since the process began.
};

/// What a durable run came to.
struct durability {
  disk_latency disk;
  std::uint64_t leader_syncs = 0; ///< While it was measured.
};

struct run_report {
  load_options options;
  tally counted;
  usage used;
  chaos_counts chaos;    ///< Nothing without chaos.
  durability durable;    ///< Nothing without a disk.
  bool recovered = true; ///< After it, the cluster had all its members again.

  double ops_per_second() const noexcept;
  double cpu_us_per_op() const noexcept;
  /// Operations for each sync of the leader; 0 without a disk.
  double puts_per_sync() const noexcept;
  /// Of the operations, how many were answered; 0 to 1.
  double ok_share() const noexcept;
};

/// Some lines, with their ends.
std::string as_text(const run_report& report);

/// One object.
nlohmann::ordered_json as_json(const run_report& report);

} // namespace quorate::bench
