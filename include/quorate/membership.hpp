// What a cluster knows of its nodes: states, roles, records, and the events that change them.
//
// Thread safety: plain values.
#pragma once

#include <quorate/export.hpp>
#include <quorate/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

/// What a node is, or what is wanted of it. `auto_join` and `standby` say what is *wanted*,
/// `member` says what *is*: two meanings in one word is the bug that this library exists to rule
/// out.
enum class node_state : std::uint8_t {
  auto_join = 1, ///< Wants to be a member; automation may act on it.
  member = 2,    ///< Is a member: a voter.
  standby = 3,   ///< Parked as a spare; only an operator moves it.
};

/// The part that a node plays in consensus. Follows from the nodes config; nobody stores it.
enum class node_role : std::uint8_t {
  outsider = 1, ///< None.
  learner = 2,  ///< Gets the log, has no vote.
  voter = 3,    ///< Has a vote.
  leaving = 4,  ///< In the outgoing half of a joint change only: votes until that is left.
};

/// The events of the transition table, and nothing else changes a nodes config.
enum class lifecycle_event : std::uint8_t {
  provision = 1,
  register_node = 2,
  admit = 3,
  promote = 4,
  give_up = 5,
  replace = 6,
  release = 7,
  park = 8,
  activate = 9,
  remove = 10,
  reconfigure = 11,
  re_register = 12,
  update = 13,
  set_target = 14,
  set_policy = 15,
  leave = 16,  ///< The second half of a joint change: the outgoing voters go.
  pause = 17,  ///< Automation stands still until a point of log time.
  resume = 18, ///< It goes on before that.
};

/// Who asked for a transition.
enum class initiator : std::uint8_t {
  operator_ = 1, ///< A person or script, by an intent.
  policy = 2,    ///< The controller by itself.
  node = 3,      ///< The node that it is about (registration).
};

QUORATE_EXPORT std::string_view to_string(node_state x) noexcept;
QUORATE_EXPORT std::string_view to_string(node_role x) noexcept;
QUORATE_EXPORT std::string_view to_string(lifecycle_event x) noexcept;
QUORATE_EXPORT std::string_view to_string(initiator x) noexcept;

/// What a node's build understands. A cluster's feature level is the lowest `feature_level` of its
/// members and learners; it never falls.
struct node_versions {
  std::uint16_t protocol_min = 1;
  std::uint16_t protocol_max = 1;
  std::uint16_t format = 1;
  std::uint16_t feature_level = 1;

  friend bool operator==(const node_versions& a, const node_versions& b) {
    return a.protocol_min == b.protocol_min && a.protocol_max == b.protocol_max
           && a.format == b.format && a.feature_level == b.feature_level;
  }
};

/// One life of a node's process: a counter made durable at each start, and a random nonce.
struct boot_number {
  std::uint64_t counter = 0;
  std::uint64_t nonce = 0;

  friend bool operator==(const boot_number& a, const boot_number& b) {
    return a.counter == b.counter && a.nonce == b.nonce;
  }
};

/// A node's row in the nodes config.
struct node_record {
  node_id id{};
  std::string name;     ///< Unique among the rows that aren't lost.
  storage_id storage{}; ///< Fixed for the life of the id.
  node_state state = node_state::auto_join;
  bool learner = false; ///< Only with `auto_join`.
  bool lost = false; ///< A member whose disk is proven lost: counts as a dead voter until replaced.
  std::string address; ///< Where it is reached.
  node_versions versions;
  boot_number boot;
  std::uint32_t give_ups = 0; ///< How often it was given up as a learner.
  config_version since{};     ///< The version that wrote `state` and `learner` as they are.
  lifecycle_event why = lifecycle_event::register_node; ///< The event that did.
  initiator by = initiator::node;
};

/// What the cluster wants of its membership. Replicated; can be changed at run time
/// (`membership_client::set_policy`). Durations are in milliseconds of log or leader time, 30 days
/// at most each. What is out of range is refused as `policy_out_of_range`, a target as
/// `target_out_of_range` or `target_even`.
struct membership_policy {
  std::uint32_t target_members = 3; ///< 1 to 9; even only with `allow_even`.
  bool allow_even = false;
  std::uint32_t min_members = 0;           ///< Automation and unforced operators don't go below. 0:
                                           ///< min(target, 3). At most the target.
  std::uint32_t warm_spares = 1;           ///< Learners beyond the target, kept caught up. 0 to 9.
  std::uint64_t stabilization_ms = 10'000; ///< Healthy so long before it is admitted.
  std::uint64_t pairing_wait_ms = 5'000;   ///< How long a lone candidate waits for a second.
  std::uint64_t replace_after_ms = 300'000; ///< Dead so long before it is replaced. 0: never.
  std::uint64_t leader_settle_ms = 30'000;  ///< How long a new leader only observes.
  std::uint32_t eviction_budget = 1; ///< Replacements by the policy in each `eviction_window_ms`; 0
                                     ///< to 1,000.
  std::uint64_t eviction_window_ms = 600'000;
  std::uint64_t transition_timeout_ms = 300'000; ///< A learner without progress so long is given
                                                 ///< up. At least 1.
  /// Leaders answer linearizable reads without asking a quorum, for three quarters of so long after
  /// a quorum's last word; voters elect nobody else meanwhile, so a failover takes at least so
  /// long. 0: off. Rests on clocks that are wrong by less than 14 % each.
  /// 0 to 60,000, and fixed when the cluster is founded.
  std::uint64_t lease_ms = 0;

  std::uint32_t effective_min_members() const noexcept {
    return min_members != 0 ? min_members : (target_members < 3 ? target_members : 3);
  }

  friend bool operator==(const membership_policy& a, const membership_policy& b) {
    return a.target_members == b.target_members && a.allow_even == b.allow_even
           && a.min_members == b.min_members && a.warm_spares == b.warm_spares
           && a.stabilization_ms == b.stabilization_ms && a.pairing_wait_ms == b.pairing_wait_ms
           && a.replace_after_ms == b.replace_after_ms && a.leader_settle_ms == b.leader_settle_ms
           && a.eviction_budget == b.eviction_budget && a.eviction_window_ms == b.eviction_window_ms
           && a.transition_timeout_ms == b.transition_timeout_ms && a.lease_ms == b.lease_ms;
  }
};

/// The knobs of a policy that are to change; the others stay as they are when it is decided, so two
/// operators who turn different knobs don't undo each other's work. Units and ranges as in
/// `membership_policy`.
struct policy_change {
  std::optional<std::uint32_t> target_members;
  std::optional<bool> allow_even;
  std::optional<std::uint32_t> min_members;
  std::optional<std::uint32_t> warm_spares;
  std::optional<std::uint64_t> stabilization_ms;
  std::optional<std::uint64_t> pairing_wait_ms;
  std::optional<std::uint64_t> replace_after_ms;
  std::optional<std::uint64_t> leader_settle_ms;
  std::optional<std::uint32_t> eviction_budget;
  std::optional<std::uint64_t> eviction_window_ms;
  std::optional<std::uint64_t> transition_timeout_ms;
  std::optional<std::uint64_t> lease_ms; ///< Refused as `lease_fixed`, unless it is as it was.

  /// All knobs, as they are in `policy`.
  QUORATE_EXPORT static policy_change to(const membership_policy& policy);
  /// `before` with the knobs that are given here.
  QUORATE_EXPORT membership_policy applied_to(membership_policy before) const;
};

/// While it lasts, the policy makes no transition; operators, registrations and the second half of
/// a joint change go on. It ends by itself, in log time: that goes on through changes of leader,
/// and stands still while nobody leads.
struct automation_pause {
  std::uint64_t since_ms = 0; ///< Log time of the intent.
  std::uint64_t until_ms = 0; ///< Log time at which it ends. 0: there is none.
  std::string by;             ///< Whoever asked for it, in own words; may be empty.
};

/// One committed change of the nodes config, as subscribers and the history see it.
struct transition {
  config_version version{}; ///< The config that it made.
  lifecycle_event event = lifecycle_event::provision;
  std::vector<node_id> nodes; ///< The nodes that it named.
  node_id node{};             ///< The first of them, or none.
  std::string from; ///< That node's `state/role` before, e.g. `auto_join/learner`; `-` if it had
                    ///< none.
  std::string to;   ///< And after; `removed` if its row is gone.
  initiator by = initiator::policy;
  std::string why; ///< A few words.
  op_id op{};      ///< The operator's, if it was one.
  std::uint64_t log_time_ms = 0;
};

} // namespace quorate
