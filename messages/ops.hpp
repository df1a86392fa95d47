// What operators and services ask a node about itself and its cluster.
#pragma once

#include "quorate/explain.hpp"
#include "quorate/history.hpp"
#include "quorate/status.hpp"
#include "messages/inspect.hpp"
#include "messages/membership.hpp"

#include <string>
#include <variant>
#include <vector>

namespace quorate::ops {

using quorate::counter;
using quorate::node_status;

struct status_request {};

/// Answered as soon as the node has joined, or has halted.
struct joined_request {};

struct joined_reply {
  error refusal; ///< Why it never will: the node has halted.
  node_id id{};
  config_version version{}; ///< Of the nodes config that it knows.
};

struct nodes_request {};

/// The nodes table of the node that leads; any other refuses with a hint.
struct nodes_reply {
  error refusal;
  nodes_view nodes;
};

// -- questions to the leader's controller ---------------------------------------------------------

/// Why is this node where it is?
struct explain_request {
  node_id node{};
};

struct explain_reply {
  error refusal; ///< `unknown_node`, or `not_leader` with a hint.
  explanation about;
};

/// What would the controller do now?
struct plan_request {};

struct plan_reply {
  error refusal;
  membership_plan plan;
};

/// What would this intent do now? Nothing is proposed.
struct dry_run_request {
  membership::reconfigure_request what;
};

struct dry_run_reply {
  error refusal; ///< The refusal that the intent would get.
  intent_preview preview;
};

/// What has become of this intent?
struct op_request {
  op_id op;
};

struct op_reply {
  error refusal;
  op_report report;
};

/// Which transitions were there?
struct history_request {
  history_filter wanted;
};

struct history_reply {
  error refusal;
  std::vector<transition> transitions; ///< Oldest first.
};

/// What has this leader refused?
struct refusals_request {};

struct refusals_reply {
  error refusal;
  refusal_log refusals;
};

using question = std::variant<explain_request, plan_request, dry_run_request, op_request,
                              history_request, refusals_request>;
/// Of the same kind as its question.
using question_reply = std::variant<explain_reply, plan_reply, dry_run_reply, op_reply,
                                    history_reply, refusals_reply>;

// -- founding -------------------------------------------------------------------------------------

struct provision_reply {
  error refusal;
  bool changed = false; ///< False: it was provisioned already.
  fingerprint cluster;
};

} // namespace quorate::ops
