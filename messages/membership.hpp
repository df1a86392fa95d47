// What nodes and operators say about membership, and the entry that changes it.
#pragma once

#include "messages/inspect.hpp"
#include "messages/raft.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace quorate::membership {

/// A sum over the rows, kept up to date in O(rows changed): two configs with one digest are one
/// config.
using digest = strong<struct digest_tag, std::uint64_t>;

/// What this build understands. Feature level 2: `re_register`, `update`, `set_policy`, and what
/// becomes of members whose disk is lost.
inline constexpr node_versions this_build{1, 1, 1, 2};

// -- what an operator can want --------------------------------------------------------------------

struct park_intent {
  node_id node{};
  bool force = false; ///< Go below `min_members`.
};

struct activate_intent {
  node_id node{};
};

struct remove_intent {
  node_id node{};
  bool force = false;
};

/// What becomes of a replaced member.
enum class replaced_fate : std::uint8_t { standby = 1, auto_join = 2, removed = 3 };

struct replace_intent {
  node_id old_member{};
  node_id new_member{}; ///< A caught-up learner.
  replaced_fate fate = replaced_fate::standby;
};

/// Exactly these are members afterwards. Nodes that are not named stay as they are.
struct reconfigure_intent {
  std::vector<node_id> members;
  bool force = false; ///< Go below `min_members`.
};

struct set_target_intent {
  std::uint32_t target_members = 3;
  bool allow_even = false;
};

/// The knobs that are given; the others stay as they are when it is decided.
struct set_policy_intent {
  policy_change change;
};

/// Automation stands still for so long of log time, from when it is decided. A later one replaces
/// an earlier one.
struct pause_intent {
  std::uint64_t for_ms = 0;
  std::string by; ///< Whoever asks for it, in own words.
};

struct resume_intent {};

using intent = std::variant<park_intent, activate_intent, remove_intent, replace_intent,
                            reconfigure_intent, set_target_intent, set_policy_intent, pause_intent,
                            resume_intent>;

// -- requests and replies -------------------------------------------------------------------------

/// Founds a cluster on the node that gets it.
struct provision_request {
  std::string cluster_name; ///< Empty: the one that the node was started with.
  membership_policy policy;
};

/// An unknown node asks for an id.
struct register_request {
  std::string cluster_name;
  std::string name;
  std::string address;
  storage_id storage;
  boot_number boot;
  node_versions versions;
  fingerprint cluster; ///< None on fresh storage.
  bool parked = false; ///< Start as `standby`.
};

struct register_reply {
  error refusal; ///< `none` if registered; `not_leader` with a hint.
  node_id id{};
  fingerprint cluster;
  config_version version{};
  storage_id storage{}; ///< Whose id it is: under this name and address there may be another by
                        ///< now.
};

/// An outsider's heartbeat: here I am, and I ask for my turn. Also sent by a node with a log that
/// has heard of no leader for a while, to learn whether it is still in.
struct join_request {
  raft::replica from;
  boot_number boot;
  fingerprint cluster;
  std::string address;    ///< Where it is reached, and
  node_versions versions; ///< what its build understands: the leader writes it down if it's news.
  config_version known{}; ///< The version of the sender's view: an older one than its row is
                          ///< refreshed.
  bool wants_join = true; ///< By its own view; the leader judges by its own record.
  bool has_log = false;   ///< Asks for a confirmed answer, on which it may retire its log.
};

/// What an outsider knows of the cluster.
struct view {
  config_version version{};
  node_id leader{};
  std::vector<node_record> members;
  std::optional<node_record> own; ///< None: not in the nodes config.
};

struct join_reply {
  error refusal; ///< `none`, `parked`, `stale_record`, `node_removed`, `not_leader`, …
  node_id to{};
  boot_number boot; ///< Of the request: an answer to an earlier life of the node is dropped.
  view current;     ///< Version and leader only, if the rest is as the node knows it.
  std::uint64_t heartbeat_ms = 0; ///< How often the leader wants to hear of it; 0: as it likes.
  node_role role = node_role::outsider; ///< The node's, in `current`.
  quorate::term leader_term{};          ///< Of the leader that answers.
  bool confirmed = false;     ///< The leader had a quorum's word that it leads when it read this.
  raft::log_position applied; ///< How far the leader had applied when it read this.
};

/// An operator's intent. Can be repeated with the same `op`: it takes effect once.
struct reconfigure_request {
  op_id op;
  config_version if_version{}; ///< Zero: any.
  intent want;
};

struct reconfigure_reply {
  error refusal;
  bool changed = false;     ///< False: it was so already.
  config_version version{}; ///< The config in which it is so.
};

// -- the entry ------------------------------------------------------------------------------------

/// Why a config changed, as the log remembers it.
struct operation {
  lifecycle_event event = lifecycle_event::provision;
  initiator by = initiator::policy;
  op_id op;
  std::vector<node_id> named; ///< An operator's are the only ones that may end as `standby` or
                              ///< removed.
  std::string why;
  bool forced = false;
};

/// Set by the first entry of a cluster.
struct cluster_identity {
  fingerprint cluster;
  std::string name;
};

/// One change of the nodes config: applies whole or not at all.
struct delta {
  std::uint16_t format = 1;
  std::uint16_t feature_level = 1; ///< What a node has to understand to apply it: the cluster's
                                   ///< level before it, or after it if that is higher.
  config_version base{};
  digest base_digest{};
  std::vector<node_record> changed;
  std::vector<node_id> removed;
  std::vector<raft::replica> outgoing;
  node_id next_id{};
  std::optional<membership_policy> policy;
  std::optional<cluster_identity> identity;
  raft::configuration config; ///< Derived from the rows; apply derives it again and compares.
  operation op;
  std::uint64_t log_time_ms = 0;
  digest result{};
  std::optional<automation_pause> pause; ///< The one from then on; one that ends at 0 is none.

  config_version version() const noexcept {
    return config_version{base.value + 1};
  }
};

/// What is remembered of a removed node.
struct tombstone {
  node_id id{};
  std::string name;
  std::string why;
};

/// A whole nodes config as plain data: how it stands in snapshots, and how a controller gets its
/// copy.
struct nodes_table {
  std::uint16_t format = 1;
  config_version version{};
  cluster_identity identity;
  membership_policy policy;
  node_id next_id{};
  std::vector<node_record> rows;         ///< Ascending by id.
  std::vector<raft::replica> outgoing;   ///< Ascending by id; empty unless a joint change is in
                                         ///< progress.
  std::vector<transition> history;       ///< Oldest first, `limits::history_max` at most.
  std::vector<transition> registrations; ///< Likewise, one a batch.
  std::vector<tombstone> tombstones;     ///< Oldest first.
  std::vector<std::uint64_t> evictions;  ///< Log times of the policy's replacements within the
                                         ///< window.
  std::uint64_t log_time_ms = 0;         ///< Of the newest delta.
  automation_pause pause;
};

// -- fields ---------------------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, park_intent> inspect(Inspector& f, park_intent& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("force", x.force));
}

template <class Inspector>
inspected<Inspector, activate_intent> inspect(Inspector& f, activate_intent& x) {
  return f.object(x).fields(f.field("node", x.node));
}

template <class Inspector>
inspected<Inspector, remove_intent> inspect(Inspector& f, remove_intent& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("force", x.force));
}

template <class Inspector>
inspected<Inspector, replace_intent> inspect(Inspector& f, replace_intent& x) {
  return f.object(x).fields(f.field("old_member", x.old_member),
                            f.field("new_member", x.new_member), f.field("fate", x.fate));
}

template <class Inspector>
inspected<Inspector, reconfigure_intent> inspect(Inspector& f, reconfigure_intent& x) {
  return f.object(x).fields(f.field("members", x.members), f.field("force", x.force));
}

template <class Inspector>
inspected<Inspector, set_target_intent> inspect(Inspector& f, set_target_intent& x) {
  return f.object(x).fields(f.field("target_members", x.target_members),
                            f.field("allow_even", x.allow_even));
}

template <class Inspector>
inspected<Inspector, set_policy_intent> inspect(Inspector& f, set_policy_intent& x) {
  return f.object(x).fields(f.field("change", x.change));
}

template <class Inspector>
inspected<Inspector, pause_intent> inspect(Inspector& f, pause_intent& x) {
  return f.object(x).fields(f.field("for_ms", x.for_ms), f.field("by", x.by));
}

template <class Inspector>
inspected<Inspector, resume_intent> inspect(Inspector& f, resume_intent& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, provision_request> inspect(Inspector& f, provision_request& x) {
  return f.object(x).fields(f.field("cluster_name", x.cluster_name), f.field("policy", x.policy));
}

template <class Inspector>
inspected<Inspector, register_request> inspect(Inspector& f, register_request& x) {
  return f.object(x).fields(f.field("cluster_name", x.cluster_name), f.field("name", x.name),
                            f.field("address", x.address), f.field("storage", x.storage),
                            f.field("boot", x.boot), f.field("versions", x.versions),
                            f.field("cluster", x.cluster), f.field("parked", x.parked));
}

template <class Inspector>
inspected<Inspector, register_reply> inspect(Inspector& f, register_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("id", x.id),
                            f.field("cluster", x.cluster), f.field("version", x.version),
                            f.field("storage", x.storage));
}

template <class Inspector>
inspected<Inspector, join_request> inspect(Inspector& f, join_request& x) {
  return f.object(x).fields(f.field("from", x.from), f.field("boot", x.boot),
                            f.field("cluster", x.cluster), f.field("address", x.address),
                            f.field("versions", x.versions), f.field("known", x.known),
                            f.field("wants_join", x.wants_join), f.field("has_log", x.has_log));
}

template <class Inspector>
inspected<Inspector, view> inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("version", x.version), f.field("leader", x.leader),
                            f.field("members", x.members), f.field("own", x.own));
}

template <class Inspector>
inspected<Inspector, join_reply> inspect(Inspector& f, join_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("to", x.to),
                            f.field("boot", x.boot), f.field("current", x.current),
                            f.field("heartbeat_ms", x.heartbeat_ms), f.field("role", x.role),
                            f.field("leader_term", x.leader_term),
                            f.field("confirmed", x.confirmed), f.field("applied", x.applied));
}

template <class Inspector>
inspected<Inspector, reconfigure_request> inspect(Inspector& f, reconfigure_request& x) {
  return f.object(x).fields(f.field("op", x.op), f.field("if_version", x.if_version),
                            f.field("want", x.want));
}

template <class Inspector>
inspected<Inspector, reconfigure_reply> inspect(Inspector& f, reconfigure_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("changed", x.changed),
                            f.field("version", x.version));
}

template <class Inspector>
inspected<Inspector, operation> inspect(Inspector& f, operation& x) {
  return f.object(x).fields(f.field("event", x.event), f.field("by", x.by), f.field("op", x.op),
                            f.field("named", x.named), f.field("why", x.why),
                            f.field("forced", x.forced));
}

template <class Inspector>
inspected<Inspector, cluster_identity> inspect(Inspector& f, cluster_identity& x) {
  return f.object(x).fields(f.field("cluster", x.cluster), f.field("name", x.name));
}

template <class Inspector>
inspected<Inspector, delta> inspect(Inspector& f, delta& x) {
  return f.object(x).fields(
    f.field("format", x.format), f.field("feature_level", x.feature_level), f.field("base", x.base),
    f.field("base_digest", x.base_digest), f.field("changed", x.changed),
    f.field("removed", x.removed), f.field("outgoing", x.outgoing), f.field("next_id", x.next_id),
    f.field("policy", x.policy), f.field("identity", x.identity), f.field("config", x.config),
    f.field("op", x.op), f.field("log_time_ms", x.log_time_ms), f.field("result", x.result),
    f.field("pause", x.pause));
}

template <class Inspector>
inspected<Inspector, tombstone> inspect(Inspector& f, tombstone& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("name", x.name), f.field("why", x.why));
}

template <class Inspector>
inspected<Inspector, nodes_table> inspect(Inspector& f, nodes_table& x) {
  return f.object(x).fields(f.field("format", x.format), f.field("version", x.version),
                            f.field("identity", x.identity), f.field("policy", x.policy),
                            f.field("next_id", x.next_id), f.field("rows", x.rows),
                            f.field("outgoing", x.outgoing), f.field("history", x.history),
                            f.field("registrations", x.registrations),
                            f.field("tombstones", x.tombstones), f.field("evictions", x.evictions),
                            f.field("log_time_ms", x.log_time_ms), f.field("pause", x.pause));
}

} // namespace quorate::membership
