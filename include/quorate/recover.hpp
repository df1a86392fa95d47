// When the disks of a majority are gone for good: what is left, what can be made of it, and how.
// Offline, on data directories of nodes that don't run (docs/recovery.md, docs/adr/0016).
//
//   auto plan = quorate::recover::plan_for({"data/n3"});
//   // A person reads it, and decides.
//   auto done = quorate::recover::apply("data/n3", {plan->phrase});
//
// Thread safety: free functions without shared state; a directory is locked while one of them reads
// it. Errors: `storage_locked` if a process uses a directory; `storage_unreadable`;
// `invalid_argument`, also where quorate was built without storage on disk.
#pragma once

#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>
#include <quorate/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quorate::recover {

/// Directories that are looked at together: more than any cluster has voters.
inline constexpr std::size_t directories_max = 64;

/// A node as a nodes config names it.
struct named_node {
  node_id id{};
  std::string name;

  friend bool operator==(const named_node& a, const named_node& b) {
    return a.id == b.id && a.name == b.name;
  }
};

/// What one data directory holds. All of its log is read as if it were committed.
struct survivor {
  std::string directory;
  /// Why no cluster can be made of it: `storage_corrupt`, `storage_amnesiac`, `malformed`,
  /// `unprovisioned`, `storage_lost`, `node_removed`, `feature_level_too_low`, what the directory
  /// can't be opened for, or `invalid_argument` for a node without a log. None: one can.
  error unusable;

  // -- of the node's marker; empty if there is none
  std::string name;
  node_id id{};
  storage_id storage;
  fingerprint cluster;
  std::uint64_t boots = 0;

  // -- of its log; zero if it is damaged or there is none
  term current_term{};
  log_index first{}; ///< The oldest entry. Zero: there is none behind the snapshot.
  log_index last{};
  term last_term{};
  log_index commit{};   ///< What this node knew to be committed; may lag.
  log_index snapshot{}; ///< Applied up to here; zero: no snapshot.
  log_index floor{};    ///< What it had applied when it dropped its log the last time; zero: never.

  // -- of the state after its last entry; only if it isn't `unusable`
  std::string cluster_name;
  config_version version{}; ///< Of the nodes config.
  std::string position;     ///< Of this node, e.g. `member/voter`.
  std::vector<named_node> voters;
  std::vector<named_node> outgoing; ///< The voters before a joint change that wasn't left.
  std::uint64_t keys = 0;
  revision store{};
  std::uint64_t log_time_ms = 0;
};

/// What several directories hold together.
struct report {
  std::vector<survivor> survivors; ///< As they were given.
  /// Index of the one with the newest log by Raft's comparison: last term, then last index. None:
  /// no directory is usable, or those that are don't belong together.
  std::optional<std::size_t> newest;
  /// Which directories don't belong together, in sentences. Empty: all of them do.
  std::vector<std::string> objections;
};

/// What `apply` would do to one directory, and what may be lost.
struct plan {
  survivor from;                   ///< Of which the cluster is made.
  std::string phrase;              ///< What `apply` wants to hear; fits this state only.
  config_version version{};        ///< Of the nodes config that it writes.
  term current_term{};             ///< The term that it writes.
  std::vector<named_node> removed; ///< Whose rows go: their disks can't come back.
  std::vector<named_node> parked;  ///< Whose rows stay `standby`.
  /// Entries behind the commit that this node knew of become committed by force.
  log_index forced_first{}; ///< Zero: there are none.
  log_index forced_last{};
  std::vector<std::string> losses; ///< What may be lost, in sentences; never empty.
  std::vector<std::string> steps;  ///< What will be done, in sentences.
};

struct apply_options {
  std::string confirm; ///< The plan's phrase.
  /// Keep a copy of the directory as it was, beside it: its name and `~before-recover`.
  bool backup = true;
};

/// What has become of a directory.
struct outcome {
  bool changed = false;     ///< False: it was so already.
  fingerprint cluster;      ///< The new one.
  config_version version{}; ///< Of the nodes config from there on.
  std::string backup;       ///< Where the copy is; empty: none was made now.
};

/// Reads each directory. One that can't be read is in the report, with the reason. Errors:
/// `invalid_argument` for no directory, or more than `directories_max`.
QUORATE_EXPORT result<report> inspect(const std::vector<std::string>& directories);

/// What `apply` would do to the newest of these directories. Changes nothing. Errors: those of
/// `inspect`; why no cluster can be made of it; `invalid_argument` if the directories don't belong
/// together, or are those of a majority, which needs no recovery.
QUORATE_EXPORT result<plan> plan_for(const std::vector<std::string>& directories);

/// Makes the node the only voter of a cluster with a new fingerprint, the same name and the same
/// data. A crash leaves the directory as it was or as it shall be. With the same phrase again: it
/// is so already. Errors: those of `plan_for`; `invalid_argument` for another phrase, or if the
/// place of the copy is taken; `storage_failed`, after which it is one or the other.
QUORATE_EXPORT result<outcome> apply(const std::string& directory, const apply_options& how);

} // namespace quorate::recover
