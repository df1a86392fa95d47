// What a node and its controller say to each other. Both live in one process; the messages keep
// their order.
#pragma once

#include "messages/membership.hpp"
#include "messages/ops.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace quorate::membership {

/// Tells a caller's request from all others of its node, until it is answered.
using request_token = strong<struct request_token_tag, std::uint64_t>;

// -- to the controller ----------------------------------------------------------------------------

/// This node leads, and has applied an entry of its own term: the controller becomes active.
struct leadership_gained {
  quorate::term leader_term{};
  node_id self{};
  std::shared_ptr<const nodes_table> nodes; ///< As applied at this moment.
  std::uint64_t now_ms = 0;
  std::uint64_t log_time_ms = 0; ///< Log time at `now_ms`; it goes on at the same pace.
};

/// This node leads no longer: all that waits is refused with a hint.
struct leadership_lost {
  node_id leader{};
  std::string leader_address;
};

/// A delta was applied, whoever proposed it.
struct delta_applied {
  std::shared_ptr<const delta> change;
  std::uint64_t now_ms = 0;
};

/// What became of `propose_change`: on its way, or refused. Nothing else is proposed before it is
/// applied.
struct change_proposed {
  error refusal;
};

/// What the leader's core knows of one learner or voter.
struct replica_seen {
  node_id id{};
  log_index match{};
  std::uint64_t silent_ms = 0; ///< Since its last reply.
  bool contacted = false;      ///< It has replied in this term.
  bool caught_up = false;
  std::uint64_t snapshot_bytes = 0; ///< It has so much of the image that is on its way to it.
};

/// An outsider that sent its heartbeat.
struct outsider_seen {
  node_id id{};
  config_version known{};         ///< The version of its view.
  bool wants_join = true;         ///< By its own view. Nothing is decided by it.
  std::uint64_t heartbeat_ms = 0; ///< How soon it was told to send the next; 0: as it likes.
};

/// Sent regularly while the node leads.
struct nodes_seen {
  std::uint64_t now_ms = 0;
  log_index last{}; ///< Of the leader's own log.
  std::vector<replica_seen> replicas;
  std::vector<outsider_seen> outsiders; ///< Those heard of since the last time.
  std::uint64_t heartbeat_ms = 0;       ///< How often outsiders are told to send one.
  std::vector<node_id> gone;    ///< All that said goodbye and aren't back. None of them is above.
  std::vector<node_id> parting; ///< Those of them who said it just now, in a life of which nothing
                                ///< may have been told yet.
};

/// A known node says of itself what its row doesn't say: it has moved, or runs another build.
struct node_news {
  node_id id{};
  boot_number boot;
  std::string address;
  node_versions versions;
};

struct intent_received {
  request_token token{};
  reconfigure_request request;
};

struct registration_received {
  std::string reply_to;
  register_request request;
};

/// Answered at once, and nothing is changed by it.
struct question_received {
  request_token token{};
  ops::question what;
};

struct controller_tick {
  std::uint64_t now_ms = 0;
  std::uint64_t log_time_ms = 0; ///< Log time at `now_ms`. Where the process stood still, it went
                                 ///< on faster than that.
};

using controller_input = std::variant<
  leadership_gained, leadership_lost, delta_applied, change_proposed, nodes_seen, intent_received,
  registration_received, node_news, question_received, controller_tick>;

// -- from the controller --------------------------------------------------------------------------

/// Propose this; answered by `change_proposed`, and by `delta_applied` once it is.
struct propose_change {
  std::shared_ptr<const delta> change;
  /// Of the leadership in which it was decided. In a later one it is stale, even if it still fits.
  quorate::term leader_term{};
};

/// Hand leadership to that voter.
struct hand_over {
  node_id to{};
  quorate::term leader_term{};
};

struct intent_answered {
  request_token token{};
  reconfigure_reply reply;
};

struct question_answered {
  request_token token{};
  ops::question_reply reply;
};

struct registration_answered {
  std::string reply_to;
  register_reply reply;
};

/// Something was refused: counted by code, and logged.
struct refused {
  lifecycle_event event = lifecycle_event::provision;
  error why;
  initiator by = initiator::policy;
  op_id op{};
  node_id node{};  ///< The first that was named, or none.
  std::string who; ///< The name of a node that isn't registered.
  std::uint64_t log_time_ms = 0;
};

using controller_output = std::variant<propose_change, hand_over, intent_answered,
                                       registration_answered, question_answered, refused>;

} // namespace quorate::membership
