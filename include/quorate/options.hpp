// What a cluster in this process is started with. Every option has a unit in its name or type, and
// a range.
#pragma once

#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace quorate {

namespace storage {
class store;
} // namespace storage

/// Options of `local_cluster`. The defaults suit tests and demos: timers of milliseconds, because
/// nodes of one process find out quickly that one of them died.
struct local_cluster_options {
  /// The cluster's name, 1 to 255 bytes.
  std::string cluster_name = "local";
  /// Nodes that are started at once, named n1, n2, …; 0 to 10,000. More can be started later.
  std::uint32_t nodes = 3;
  /// Found the cluster on the first node. Without it, nothing happens until `provision`.
  bool bootstrap = true;
  /// What the cluster wants of its membership; `policy.target_members` is how far it grows.
  membership_policy policy = local_policy();
  /// The unit of all election timing; 1 ms to 1 s.
  std::chrono::milliseconds tick{10};
  /// A follower that hears nothing of a leader for so many ticks campaigns; 3 to 1,000.
  std::uint32_t election_ticks = 20;
  /// How often a node outside of consensus says that it lives; 1 ms to 1 min. Where there are more
  /// than a thousand for each second of it, more seldom: all of them together say so a thousand
  /// times a second at most.
  std::chrono::milliseconds heartbeat{100};
  /// A snapshot is taken after so many log entries, at least 1, once these have so many times its
  /// bytes, 0 to 1,000. More often costs processor and disk, more seldom makes logs and restarts
  /// longer.
  std::uint64_t snapshot_entries = 10'000;
  std::uint64_t snapshot_log_ratio = 4;
  /// How long a client or operator call may take; 1 ms to 1 h.
  std::chrono::milliseconds deadline{10'000};
  /// Where the nodes keep their data, each in a directory named after it; empty: in memory. It is
  /// made if need be; what it lies in has to be there. Nodes whose data is in it are started again,
  /// and then no cluster is founded. A node whose data is damaged, or in use by another process,
  /// starts halted: its status says why.
  std::string data_dir;
  /// What is kept free of the file system that `data_dir` is on, 0 to 1 TiB; 0: nothing. With less
  /// than that, what clients write is refused with `storage_full` until there is more again; with
  /// less than half of it, a node takes nothing into its log. It has to hold what is under way at
  /// that moment: less than 128 MiB may be too little for that.
  std::uint64_t disk_reserve_bytes = std::uint64_t{128} << 20;
  /// Instead of a `data_dir`: what each node keeps its data on, by its name. Called once for each
  /// node that is started; what it returns serves all lives of the node, and its methods are
  /// called on threads of the cluster, one at a time. It should pass the tests of
  /// quorate/testing/storage_conformance.hpp. Empty: in memory.
  std::function<std::shared_ptr<storage::store>(const std::string& node)> make_storage;
  /// Threads that run actors; 0: as many as there are processors.
  std::size_t worker_threads = 0;
  /// Seed of all random choices (ids, jitter); 0: drawn from the system, as it always is with a
  /// `data_dir` or `make_storage`, because ids of an earlier life must not come again.
  std::uint64_t seed = 0;

  /// The default policy with timers of milliseconds.
  QUORATE_EXPORT static membership_policy local_policy();

  /// `invalid_argument` or the policy's own refusal, naming the option and its range.
  QUORATE_EXPORT result<void> validate() const;
};

} // namespace quorate
