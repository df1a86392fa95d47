// From what somebody wants to the delta that would do it: checked against the table, computed from
// named nodes only.
#pragma once

#include "quorate/result.hpp"
#include "messages/membership.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/observations.hpp"

#include <optional>
#include <string>
#include <vector>

namespace quorate::membership {

/// What is wanted, whoever wants it.
struct proposal {
  lifecycle_event event = lifecycle_event::admit;
  initiator by = initiator::policy;
  op_id op;
  std::string why;
  bool force = false;
  /// The nodes that the event is about. With `reconfigure`: all members to be.
  std::vector<node_id> subjects;
  /// Learners that become members in the same change, in place of the subjects.
  std::vector<node_id> incoming;
  replaced_fate fate = replaced_fate::standby; ///< With `replace`.
  std::vector<register_request> registrations; ///< With `register_node`; with `re_register` one.
  std::vector<node_news> news;                 ///< With `update`.
  std::optional<membership_policy> policy;     ///< With `set_target`, `set_policy`.
  std::optional<automation_pause> pause;       ///< With `pause`, `resume`.
};

struct plan {
  bool already = false; ///< It is so; nothing to do.
  delta change;
};

/// The moves that a proposal about known nodes stands for, or why the table can't judge it at all.
/// O(moved + members).
result<std::vector<move>> moves_of(const nodes_config& config, const proposal& want);

/// The proposal as the log would remember it.
operation operation_of(const proposal& want);

/// The delta for a proposal, or the refusal of the first guard that fails. O(moved + members).
result<plan> make_plan(const nodes_config& config, const proposal& want, const observations& seen,
                       table_view table = {});

/// Appends the node's row to those that register before it in the same entry, or says why it can't
/// register together with them. O(rows in the entry), and no copy of them.
result<void> add_registration(const nodes_config& config, const register_request& request,
                              std::vector<node_record>& rows);

/// The delta that leaves a joint change.
delta make_leave(const nodes_config& config);

/// The delta that founds a cluster on one node.
struct founder {
  std::string name;
  std::string address;
  storage_id storage;
  boot_number boot;
  node_versions versions;
};
result<delta> make_provision(const cluster_identity& identity, const founder& self,
                             const membership_policy& policy);

/// What an operator's intent means as a proposal; picks the learner that takes a parked or removed
/// member's place.
proposal to_proposal(const reconfigure_request& request, const nodes_config& config,
                     const observations& seen);

/// What becomes of an intent now, all of the controller's own rules included.
struct intent_verdict {
  bool held = false;                      ///< A new leader can't judge it yet; see `unheard`.
  std::optional<reconfigure_reply> reply; ///< It is answered, and nothing is proposed.
  delta change;                           ///< If neither: what is proposed for it.
};
intent_verdict judge_intent(const nodes_config& config, const observations& seen,
                            const reconfigure_request& request);

/// To whom the leader hands over before it proposes this: the best of the voters that stay, if the
/// leader itself doesn't. None: nobody has to, or nobody can. O(voters).
node_id successor(const nodes_config& config, const observations& seen, const delta& change);

lifecycle_event event_of(const intent& want) noexcept;

/// A policy that can be in force: ranges of every knob.
result<void> validate(const membership_policy& policy);
/// Of every knob but the target.
result<void> validate_knobs(const membership_policy& policy);

} // namespace quorate::membership
