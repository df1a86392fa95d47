// What a node says of itself, and what a cluster says of its nodes.
//
// Thread safety: plain values.
#pragma once

#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>
#include <quorate/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

/// One number of the table of counters: `transitions_total{kind="park"}` has the name
/// `transitions_total` and the label `park`. They only rise, within one life of the node.
struct counter {
  std::string name;
  std::string label;
  std::uint64_t value = 0;
};

/// What a disk has room for, as long as a reserve is kept free for what has to be written.
enum class disk_room : std::uint8_t {
  enough = 1,
  /// The reserve is touched. What clients write is refused, and a leader hands over; members are
  /// still changed, and what others have in their logs is still taken.
  low = 2,
  /// Half of the reserve is gone: the log takes nothing more until there is room again.
  none = 3,
};

QUORATE_EXPORT std::string_view to_string(disk_room x) noexcept;

/// What a node knows of itself, without asking anybody.
struct node_status {
  node_id id{};
  std::string name;
  std::string address;
  std::string cluster_name; ///< Empty: unprovisioned.
  fingerprint cluster;
  std::string position; ///< By its own record, e.g. `member/voter`.
  bool has_log = false;
  bool leads = false; ///< And its controller is active.
  node_id leader{};
  term current_term{};
  log_index commit{};
  log_index applied{};
  log_index first{};                  ///< The oldest entry in its log.
  log_index snapshot{};               ///< Of its newest snapshot; 0: none.
  bool snapshot_under_way = false;    ///< It is taking one, or its disk is writing one.
  disk_room room = disk_room::enough; ///< Of its disk.
  config_version version{};           ///< Of the nodes config that it knows.
  revision store{};
  std::uint64_t keys = 0;
  std::uint64_t state_hash = 0; ///< Of everything replicated, as of `applied`: equal on all
                                ///< replicas there.
  error halted;                 ///< Why the node stopped taking part, if it did.
  std::vector<counter> counters;
};

/// One row of the nodes table.
struct node_row {
  node_record record;
  node_role role = node_role::outsider;
};

/// The nodes table as of one version.
struct nodes_view {
  config_version version{};
  node_id leader{};
  std::string cluster_name;
  fingerprint cluster;
  membership_policy policy;
  automation_pause pause;          ///< The newest one, also if it is over.
  std::uint64_t log_time_ms = 0;   ///< Log time by the leader; a pause ends at its `until_ms`.
  bool joint = false;              ///< A joint change is in progress.
  std::vector<node_row> rows;      ///< Ascending by id.
  std::vector<transition> history; ///< The last 256 transitions, oldest first, registrations apart.
};

} // namespace quorate
