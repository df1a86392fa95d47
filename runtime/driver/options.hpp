// What a node is started with.
#pragma once

#include "messages/membership.hpp"
#include "runtime/raft/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::driver {

struct options {
  std::string name;               ///< Unique in the cluster, 1 to 255 bytes; kept with the storage.
  std::string address;            ///< Where others reach it.
  std::string cluster_name;       ///< The cluster to join or to found, 1 to 255 bytes.
  std::vector<std::string> seeds; ///< Addresses that may know a cluster.
  bool parked = false;            ///< Register as `standby`. Asked at the first registration only.
  /// What the build understands; another one in tests of upgrades.
  node_versions versions = membership::this_build;

  /// How often `tick` is called; the unit of all election timing.
  std::uint64_t tick_ms = 20;
  raft::settings consensus;
  /// Whether a member that doesn't lead answers linearizable reads, too: it asks the leader up to
  /// where it has to see. Else it names the leader.
  bool follower_reads = false;
  /// An outsider's heartbeat, jittered by a quarter to both sides.
  std::uint64_t heartbeat_ms = 1'000;
  /// Heartbeats that a leader wants to hear in a second: where there are more nodes than that, it
  /// tells each to send fewer (docs/adr/0008).
  std::uint64_t heartbeats_per_second_max = 1'000;
  /// Between attempts to register, doubled up to the maximum, jittered.
  std::uint64_t join_backoff_ms_min = 100;
  std::uint64_t join_backoff_ms_max = 5'000;
  /// How long a node that is to be provisioned waits for its seeds to say that they have no
  /// cluster.
  std::uint64_t discover_ms = 500;
  /// How often a leader tells its controller what it sees.
  std::uint64_t observe_ms = 100;
  /// A snapshot is taken, and the log cut, after so many entries.
  std::uint64_t snapshot_entries = 10'000;
  /// Nor before the log since the last snapshot has so many times its bytes: taking one costs time
  /// in proportion to the whole state, so a put's share of it stays the same however large that is.
  std::uint64_t snapshot_log_ratio = 4;
  /// A snapshot is written in steps of about so many bytes, one with each turn of the node, so that
  /// nobody waits for all of it.
  std::size_t snapshot_step_bytes = std::size_t{64} << 10;
};

} // namespace quorate::driver
