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

// -- fields of the public types -----------------------------------------------------------------------

namespace quorate {

template <class Inspector>
inspected<Inspector, counter> inspect(Inspector& f, counter& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("label", x.label),
                            f.field("value", x.value));
}

template <class Inspector>
inspected<Inspector, node_status> inspect(Inspector& f, node_status& x) {
  return f.object(x).fields(
    f.field("id", x.id), f.field("name", x.name), f.field("address", x.address),
    f.field("cluster_name", x.cluster_name), f.field("cluster", x.cluster),
    f.field("position", x.position), f.field("has_log", x.has_log), f.field("leads", x.leads),
    f.field("leader", x.leader), f.field("current_term", x.current_term),
    f.field("commit", x.commit), f.field("applied", x.applied), f.field("first", x.first),
    f.field("snapshot", x.snapshot), f.field("snapshot_under_way", x.snapshot_under_way),
    f.field("room", x.room), f.field("version", x.version), f.field("store", x.store),
    f.field("keys", x.keys), f.field("state_hash", x.state_hash), f.field("halted", x.halted),
    f.field("counters", x.counters));
}

template <class Inspector>
inspected<Inspector, node_row> inspect(Inspector& f, node_row& x) {
  return f.object(x).fields(f.field("record", x.record), f.field("role", x.role));
}

template <class Inspector>
inspected<Inspector, nodes_view> inspect(Inspector& f, nodes_view& x) {
  return f.object(x).fields(f.field("version", x.version), f.field("leader", x.leader),
                            f.field("cluster_name", x.cluster_name), f.field("cluster", x.cluster),
                            f.field("policy", x.policy), f.field("pause", x.pause),
                            f.field("log_time_ms", x.log_time_ms), f.field("joint", x.joint),
                            f.field("rows", x.rows), f.field("history", x.history));
}

template <class Inspector>
inspected<Inspector, guard_report> inspect(Inspector& f, guard_report& x) {
  return f.object(x).fields(f.field("guard", x.guard), f.field("holds", x.holds),
                            f.field("refusal", x.refusal), f.field("node", x.node),
                            f.field("value", x.value));
}

template <class Inspector>
inspected<Inspector, transition_report> inspect(Inspector& f, transition_report& x) {
  return f.object(x).fields(f.field("event", x.event), f.field("by", x.by),
                            f.field("nodes", x.nodes), f.field("from", x.from), f.field("to", x.to),
                            f.field("possible", x.possible), f.field("refusal", x.refusal),
                            f.field("guards", x.guards));
}

template <class Inspector>
inspected<Inspector, explanation> inspect(Inspector& f, explanation& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("name", x.name),
                            f.field("position", x.position), f.field("version", x.version),
                            f.field("settled", x.settled), f.field("summary", x.summary),
                            f.field("next", x.next));
}

template <class Inspector>
inspected<Inspector, node_move> inspect(Inspector& f, node_move& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("name", x.name),
                            f.field("from", x.from), f.field("to", x.to));
}

template <class Inspector>
inspected<Inspector, change_preview> inspect(Inspector& f, change_preview& x) {
  return f.object(x).fields(f.field("event", x.event), f.field("by", x.by), f.field("why", x.why),
                            f.field("version", x.version), f.field("joint", x.joint),
                            f.field("moves", x.moves), f.field("voters", x.voters),
                            f.field("learners", x.learners),
                            f.field("hands_over_to", x.hands_over_to));
}

template <class Inspector>
inspected<Inspector, waiting_intent> inspect(Inspector& f, waiting_intent& x) {
  return f.object(x).fields(f.field("event", x.event), f.field("op", x.op),
                            f.field("waits_for", x.waits_for));
}

template <class Inspector>
inspected<Inspector, membership_plan> inspect(Inspector& f, membership_plan& x) {
  return f.object(x).fields(
    f.field("version", x.version), f.field("leader", x.leader), f.field("members", x.members),
    f.field("target_members", x.target_members), f.field("learners", x.learners),
    f.field("warm_spares", x.warm_spares), f.field("paused_ms", x.paused_ms),
    f.field("paused_by", x.paused_by), f.field("summary", x.summary), f.field("next", x.next),
    f.field("nearest", x.nearest), f.field("in_flight", x.in_flight), f.field("intents", x.intents),
    f.field("registrations_waiting", x.registrations_waiting));
}

template <class Inspector>
inspected<Inspector, intent_preview> inspect(Inspector& f, intent_preview& x) {
  return f.object(x).fields(f.field("changes", x.changes), f.field("version", x.version),
                            f.field("change", x.change), f.field("waits_for", x.waits_for));
}

template <class Inspector>
inspected<Inspector, history_filter> inspect(Inspector& f, history_filter& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("event", x.event), f.field("by", x.by),
                            f.field("op", x.op), f.field("after", x.after),
                            f.field("registrations", x.registrations),
                            f.field("count_max", x.count_max));
}

template <class Inspector>
inspected<Inspector, refusal_record> inspect(Inspector& f, refusal_record& x) {
  return f.object(x).fields(f.field("log_time_ms", x.log_time_ms), f.field("event", x.event),
                            f.field("by", x.by), f.field("op", x.op), f.field("node", x.node),
                            f.field("who", x.who), f.field("code", x.code),
                            f.field("sentence", x.sentence), f.field("times", x.times));
}

template <class Inspector>
inspected<Inspector, refusal_log> inspect(Inspector& f, refusal_log& x) {
  return f.object(x).fields(f.field("total", x.total), f.field("records", x.records));
}

template <class Inspector>
inspected<Inspector, op_report> inspect(Inspector& f, op_report& x) {
  return f.object(x).fields(f.field("op", x.op), f.field("state", x.state),
                            f.field("event", x.event), f.field("version", x.version),
                            f.field("log_time_ms", x.log_time_ms), f.field("code", x.code),
                            f.field("sentence", x.sentence));
}

} // namespace quorate

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

// -- leadership -----------------------------------------------------------------------------------

/// Somebody else is to lead: `to`, or whoever has most of the leader's log. Idempotent: it is so
/// already if `to` leads, or, without `to`, if `from` doesn't lead any more.
struct transfer_request {
  node_id from{}; ///< Who led when the operator looked.
  node_id to{};
  bool dry_run = false; ///< Only says who would be asked.
};

struct transfer_reply {
  error refusal;    ///< `unknown_node`, `no_successor`, or `not_leader` with a hint.
  node_id leader{}; ///< Of a dry run: who would be asked to lead.
};

// -- founding -------------------------------------------------------------------------------------

struct provision_reply {
  error refusal;
  bool changed = false; ///< False: it was provisioned already.
  fingerprint cluster;
};

// -- fields ---------------------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, status_request> inspect(Inspector& f, status_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, joined_request> inspect(Inspector& f, joined_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, joined_reply> inspect(Inspector& f, joined_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("id", x.id),
                            f.field("version", x.version));
}

template <class Inspector>
inspected<Inspector, nodes_request> inspect(Inspector& f, nodes_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, nodes_reply> inspect(Inspector& f, nodes_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("nodes", x.nodes));
}

template <class Inspector>
inspected<Inspector, explain_request> inspect(Inspector& f, explain_request& x) {
  return f.object(x).fields(f.field("node", x.node));
}

template <class Inspector>
inspected<Inspector, explain_reply> inspect(Inspector& f, explain_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("about", x.about));
}

template <class Inspector>
inspected<Inspector, plan_request> inspect(Inspector& f, plan_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, plan_reply> inspect(Inspector& f, plan_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("plan", x.plan));
}

template <class Inspector>
inspected<Inspector, dry_run_request> inspect(Inspector& f, dry_run_request& x) {
  return f.object(x).fields(f.field("what", x.what));
}

template <class Inspector>
inspected<Inspector, dry_run_reply> inspect(Inspector& f, dry_run_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("preview", x.preview));
}

template <class Inspector>
inspected<Inspector, op_request> inspect(Inspector& f, op_request& x) {
  return f.object(x).fields(f.field("op", x.op));
}

template <class Inspector>
inspected<Inspector, op_reply> inspect(Inspector& f, op_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("report", x.report));
}

template <class Inspector>
inspected<Inspector, history_request> inspect(Inspector& f, history_request& x) {
  return f.object(x).fields(f.field("wanted", x.wanted));
}

template <class Inspector>
inspected<Inspector, history_reply> inspect(Inspector& f, history_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("transitions", x.transitions));
}

template <class Inspector>
inspected<Inspector, refusals_request> inspect(Inspector& f, refusals_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, refusals_reply> inspect(Inspector& f, refusals_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("refusals", x.refusals));
}

template <class Inspector>
inspected<Inspector, transfer_request> inspect(Inspector& f, transfer_request& x) {
  return f.object(x).fields(f.field("from", x.from), f.field("to", x.to),
                            f.field("dry_run", x.dry_run));
}

template <class Inspector>
inspected<Inspector, transfer_reply> inspect(Inspector& f, transfer_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("leader", x.leader));
}

template <class Inspector>
inspected<Inspector, provision_reply> inspect(Inspector& f, provision_reply& x) {
  return f.object(x).fields(f.field("refusal", x.refusal), f.field("changed", x.changed),
                            f.field("cluster", x.cluster));
}

} // namespace quorate::ops
