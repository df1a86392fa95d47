// The lifecycle made visible: why a node is where it is, what the controller would do now, and what
// an intent would do if it were asked.
//
// All of it is what the leader's controller knows at one moment, judged by the very guards by which
// it decides. Nothing is promised by it: a moment later a node may be silent, and the answer
// another one. Durations in the texts are by the leader's clock, and none reaches back beyond the
// beginning of its leadership.
//
// Thread safety: plain values.
#pragma once

#include <quorate/errc.hpp>
#include <quorate/membership.hpp>
#include <quorate/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quorate {

/// One guard, judged now.
struct guard_report {
  /// Its name in the transition table, e.g. `caught_up`; or `heard_lately`, `disk_kept`,
  /// `pairing_wait`, `turn` and `nothing_in_flight`, for which the policy waits although the table
  /// doesn't ask for them.
  std::string guard;
  bool holds = false;
  errc refusal = errc::none; ///< The code with which it refuses; `none`: it only makes one wait.
  node_id node{};            ///< Whom it is about; none: the whole change.
  std::string value;         ///< What is, against what is needed: `healthy for 4 s of 10 s`.
};

/// A transition that the table knows for a node where it stands, and what it lacks.
struct transition_report {
  lifecycle_event event = lifecycle_event::admit;
  initiator by = initiator::policy; ///< Who causes it, if it comes to pass.
  std::vector<node_id> nodes;       ///< The nodes that it would move; with a replacement the member
                                    ///< first, then the learner that takes its place.
  std::string from;                 ///< The first node's `state/role` before, and
  std::string to;                   ///< after it.
  bool possible = false;            ///< All guards hold: the controller does it now.
  errc refusal = errc::none;        ///< The code of the first guard that fails and has one.
  std::vector<guard_report> guards; ///< In the order in which they are checked.
};

/// Why a node is where it is.
struct explanation {
  node_id node{};
  std::string name;
  std::string position;     ///< `state/role`, e.g. `auto_join/learner`; `removed`.
  config_version version{}; ///< Of the nodes config that was looked at.
  bool settled = false;     ///< It is what it wants to be, and the cluster wants it so, too.
  std::string summary;      ///< One sentence.
  std::vector<transition_report> next; ///< What may come next, what is wanted most first. Empty if
                                       ///< it is settled.
};

/// One node's change of place.
struct node_move {
  node_id node{};
  std::string name;
  std::string from; ///< `state/role`; `unknown` if it has none yet.
  std::string to;   ///< And after; `removed` if its row goes.

  friend bool operator==(const node_move& a, const node_move& b) {
    return a.node == b.node && a.name == b.name && a.from == b.from && a.to == b.to;
  }
};

/// A change of the nodes config that isn't committed yet, or would be proposed.
struct change_preview {
  lifecycle_event event = lifecycle_event::admit;
  initiator by = initiator::policy;
  std::string why;              ///< A few words, as the history will have them.
  config_version version{};     ///< The first config that it makes; a joint change makes two.
  bool joint = false;           ///< Entered and left by two entries, for the two quorums.
  std::vector<node_move> moves; ///< Ascending by id. A change of the target moves nobody.
  std::vector<node_id> voters;  ///< Afterwards, ascending.
  std::vector<node_id> learners;
  node_id hands_over_to{}; ///< Leadership goes there first, because the leader is to go.
};

/// An intent in the controller's queue.
struct waiting_intent {
  lifecycle_event event = lifecycle_event::park;
  op_id op{};
  std::string waits_for; ///< A sentence.
};

/// What the controller would do now, or what it waits for.
struct membership_plan {
  config_version version{};
  node_id leader{};
  std::uint32_t members = 0;
  std::uint32_t target_members = 0;
  std::uint32_t learners = 0;
  std::uint32_t warm_spares = 0;      ///< How many of the learners may wait beyond the target.
  std::uint64_t paused_ms = 0;        ///< For how long of log time automation is paused yet.
  std::string paused_by;              ///< By whom, in own words; empty where nobody said.
  std::string summary;                ///< One sentence.
  std::optional<change_preview> next; ///< What its policy proposes with the next tick.
  std::optional<transition_report> nearest; ///< If that is nothing: the transition that lacks
                                            ///< least.
  std::optional<change_preview> in_flight;  ///< Proposed, and not applied yet. Without moves if it
                                            ///< is applied as far as it was entered.
  std::vector<waiting_intent> intents;      ///< In their order. They go before the policy.
  std::uint64_t registrations_waiting = 0;
};

/// What an intent would do now.
struct intent_preview {
  bool changes = false;                 ///< False: it is so already, or it has to wait.
  config_version version{};             ///< The nodes config that it was judged by.
  std::optional<change_preview> change; ///< If it changes something.
  std::string waits_for; ///< What comes first; empty: nothing, it would be proposed at once.
};

} // namespace quorate
