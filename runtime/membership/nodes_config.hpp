// The nodes config: the replicated, versioned list of nodes with their states. Everything else
// about membership follows from it: who votes, who learns, and which configuration consensus runs
// on.
//
// Invariants (checked after every change in O(rows changed); in full by `check_all`):
// - a node is an incoming voter exactly if its row says `member`, and a learner exactly if its row
//   has the flag;
// - a change moves only nodes that it names, or members that a reconfiguration drops;
// - `standby` comes only from an operator who names the node, or from the row whose name a node
//   takes over; removal likewise, and from the loss of a disk;
// - versions rise by one an entry; there is always at least one member; ids are never used twice.
//
// Thread safety: none; each owner has its own copy.
#pragma once

#include "quorate/result.hpp"
#include "messages/membership.hpp"
#include "runtime/membership/states.hpp"
#include "runtime/membership/transitions.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::membership {

/// One node's change of place within a transition.
struct move {
  node_id id{};
  position from = position::unknown;
  position to = position::unknown;

  friend bool operator==(const move& a, const move& b) {
    return a.id == b.id && a.from == b.from && a.to == b.to;
  }
};

class nodes_config {
public:
  /// No cluster yet: version 0, no rows.
  nodes_config() = default;

  /// Refuses a table that breaks an invariant, as `malformed`.
  static result<nodes_config> load(const nodes_table& from);
  nodes_table table() const;

  // -- observers: O(log rows) unless said otherwise -----------------------------------------------

  config_version version() const noexcept {
    return version_;
  }
  const cluster_identity& identity() const noexcept {
    return identity_;
  }
  const membership_policy& policy() const noexcept {
    return policy_;
  }
  node_id next_id() const noexcept {
    return next_id_;
  }
  std::uint64_t log_time_ms() const noexcept {
    return log_time_ms_;
  }
  const std::map<node_id, node_record>& rows() const noexcept {
    return rows_;
  }
  const std::set<node_id>& members() const noexcept {
    return members_;
  }
  const std::set<node_id>& learners() const noexcept {
    return learners_;
  }
  const std::vector<raft::replica>& outgoing() const noexcept {
    return outgoing_;
  }
  bool joint() const noexcept {
    return !outgoing_.empty();
  }
  digest current_digest() const noexcept {
    return digest{rows_digest_ + extras_digest()};
  }
  /// The newest version that changed who is a member, or a member's row: since then views differ in
  /// nothing but the node's own row. Not replicated: whoever loads a table begins anew.
  config_version members_since() const noexcept {
    return members_since_;
  }
  const std::deque<transition>& history() const noexcept {
    return history_;
  }
  const std::deque<transition>& registrations() const noexcept {
    return registrations_;
  }
  const std::deque<tombstone>& tombstones() const noexcept {
    return tombstones_;
  }
  /// Log times of the policy's replacements that still count against its budget.
  const std::deque<std::uint64_t>& evictions() const noexcept {
    return evictions_;
  }

  /// The newest pause of automation, also if its time is over. `paused_ms` tells.
  const automation_pause& pause() const noexcept {
    return pause_;
  }

  /// Null: no row.
  const node_record* find(node_id id) const;
  /// A lost row has no name any more: whoever came back has it.
  const node_record* find_name(std::string_view name) const;
  const node_record* find_storage(const storage_id& storage) const;
  const transition* find_op(const op_id& op) const;

  position position_of(node_id id) const;
  node_role role_of(node_id id) const;
  /// The lowest `feature_level` of the members and learners, at least 1. Never falls, because
  /// nobody with a lower one becomes either. O(members + learners).
  std::uint16_t feature_level() const;
  /// With these members and learners, by their rows as they are or as they are changed to.
  std::uint16_t feature_level_with(const std::set<node_id>& members,
                                   const std::set<node_id>& learners,
                                   const std::vector<node_record>& changed) const;
  /// What consensus runs on: derived from the rows by this one function. O(members + learners).
  raft::configuration configuration() const;

  /// The outgoing half with which these members are entered: empty if the change is simple.
  /// O(members).
  std::vector<raft::replica> outgoing_after(const std::set<node_id>& members_after) const;

  // -- change -------------------------------------------------------------------------------------

  /// Fills in what follows from the rest of a draft: base, digests, configuration. O(rows changed +
  /// members).
  delta complete(delta draft) const;

  /// The moves that a delta stands for. O(rows changed).
  std::vector<move> moves_of(const delta& change) const;

  /// Applies a delta whole, or refuses it whole: `base_differs`, or the refusal of a structural
  /// guard. What is committed was checked before it was proposed, so a refusal here is a broken
  /// invariant of the caller.
  result<transition> apply(const delta& change, table_view table = {});

  /// Every invariant over every row. O(rows).
  void check_all() const;

private:
  std::uint64_t extras_digest() const;
  void put_row(const node_record& row);
  void drop_row(node_id id, const std::string& why);
  void forget_name(const node_record& row);
  void remember(const transition& done);
  result<void> check_losses(const delta& change) const;
  transition describe(const delta& change, const std::vector<move>& moves) const;
  void check_moves_applied(const delta& change, const std::vector<move>& moves) const;

  config_version version_{};
  cluster_identity identity_;
  membership_policy policy_;
  node_id next_id_{1};
  std::uint64_t log_time_ms_ = 0;
  std::map<node_id, node_record> rows_;
  std::map<std::string, node_id, std::less<>> names_;
  std::map<storage_id, node_id> storages_;
  std::set<node_id> members_;
  std::set<node_id> learners_;
  config_version members_since_{};
  std::vector<raft::replica> outgoing_;
  std::uint64_t rows_digest_ = 0; // Sum over the rows: order doesn't matter, a change costs its
                                  // rows only.
  std::deque<transition> history_;
  std::deque<transition> registrations_;
  std::deque<tombstone> tombstones_;
  std::deque<std::uint64_t> evictions_;
  automation_pause pause_;
};

/// Where a row stands, if no joint change concerns it.
position position_of(const node_record& row) noexcept;

} // namespace quorate::membership
