// What the actors of one process say to each other beside the messages of `messages/`: all of it
// stays in the process.
//
// Thread safety: plain values; a handle may be copied on any thread.
#pragma once

#include "quorate/events.hpp"
#include "quorate/storage.hpp"
#include "messages/controller.hpp"
#include "messages/kv.hpp"
#include "messages/ops.hpp"
#include "messages/storage.hpp"
#include "messages/type_ids.hpp"
#include "actors/refusal_gate.hpp"
#include "runtime/client/caller.hpp"

#include <caf/actor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace quorate::actors {

// -- from an actor to itself ------------------------------------------------------------------------------------

/// Everything that waited in the mailbox before this has been heard: now act on all of it at once.
struct flush {};

/// A time has come. `at_ms` tells a newer alarm from an older one.
struct alarm {
  std::uint64_t at_ms = 0;
};

// -- time: a node and the ticker --------------------------------------------------------------------------------

struct tick {};

/// The sender wants every tick (`at_ms` is 0), or one as soon as that time has come. Replaces what
/// it wanted before.
struct want_ticks {
  std::uint64_t at_ms = 0;
};

struct no_more_ticks {};

// -- storage: a node and the storage actor ------------------------------------------------------------------------

/// What stands for one node's disk. It outlives the node.
struct disk {
  std::shared_ptr<storage::store> content;
};

/// Answered by `store_opened`, once the disk's previous life has been closed.
struct open_store {
  disk what;
};

struct store_opened {
  error failure;
  storage::recovered content;
};

/// Answered by `storage::persisted`; together with others, by one.
struct write_store {
  const storage::store* where = nullptr;
  std::vector<storage::write_batch> batches;
};

struct close_store {
  const storage::store* where = nullptr;
};

// -- the network within the process: nodes, clients and the hub ------------------------------------------------------

/// The sender listens at this address from now on.
struct node_up {
  std::string address;
};

/// The sender, which listened there, has ended.
struct node_down {
  std::string address;
};

/// What was sent there by way of the hub can be sent directly.
struct peer_found {
  std::string address;
  caf::actor node;
};

/// The connection to that address closed, and what was asked there isn't answered any more.
struct peer_closed {
  std::string address;
  bool died = true; ///< Its process did. Else it was silent, or something else came between.
};

// -- the network between processes: links and the hub ------------------------------------------------------------------

/// The sender stands for the node at that address, and its connection has ended.
struct link_down {
  std::string address;
  bool died = false; ///< As in `peer_closed`.
};

/// What is asked of one node, and of no other. Answered by `node_call_reply`.
struct node_call {
  std::variant<ops::status_request, membership::provision_request, ops::joined_request> what;
};

struct node_call_reply {
  std::variant<error, node_status, ops::provision_reply, ops::joined_reply> answer;
};

/// Answered by the handle of whoever stands for that address.
struct way_to {
  std::string address;
};

/// The sender, which was connected to, knows who is at the other end.
struct visitor_known {};

// -- the end of a node in order --------------------------------------------------------------------------------------

/// End in order: hand over, say goodbye, wait for the disk.
struct stop_node {
  std::function<void()> done; ///< Called when it has ended, however that came; dropped if it had
                              ///< ended before.
};

// -- clients and nodes -----------------------------------------------------------------------------------------------

/// Tells the users of one `clients_actor` apart.
using line_id = strong<struct line_id_tag, std::uint64_t>;

struct client_request {
  line_id line{};
  std::uint64_t attempt = 0; ///< Comes back with the reply.
  client_side::request_content content;
};

/// What the users of one actor ask of one node at a time.
struct client_requests {
  std::string to; ///< Set on its way by the hub: the sender doesn't know that address yet.
  std::vector<client_request> all;
};

struct client_reply {
  line_id line{};
  std::uint64_t attempt = 0;
  client_side::reply_content content;
};

/// Goes to the sender of the requests directly.
struct client_replies {
  std::vector<client_reply> all;
};

/// The sender has clients, and wants to hear where nodes are.
struct client_up {};
struct client_down {};

/// Some addresses at which the cluster can be found.
struct nodes_changed {
  std::vector<std::string> addresses;
};

// -- a node and its controller -----------------------------------------------------------------------------------------

struct controller_inputs {
  std::vector<membership::controller_input> inputs;
};

struct controller_outputs {
  std::vector<membership::controller_output> outputs;
};

/// Nobody needs the receiver any more: end after what was said before.
struct dismissed {};

// -- users and their actors --------------------------------------------------------------------------------------------

/// A new user.
struct open_line {
  line_id line{};
  client_side::caller_options options;
  std::uint64_t seed = 0; ///< Of its random choices.
};

struct client_call {
  line_id line{};
  client_side::call what;
  std::function<void(client_side::answer)> done; ///< Called once, on a thread of the actor system.
};

/// No more calls come from that user: answer what is under way, and forget it.
struct hang_up {
  line_id line{};
};

/// Transitions that a node has applied, in order.
struct transitions_applied {
  std::vector<transition> applied;
};

struct subscribe {
  std::function<void(const transition&)> on_transition;
};

/// The sender wants to hear `membership_happened`, until it ends or says so.
struct subscribe_events {
  subscription_options how;
};

struct unsubscribe_events {};

/// In order; answered by `events_taken`, sooner or later.
struct membership_happened {
  std::vector<std::shared_ptr<const membership_event>> events;
};

struct events_taken {
  std::size_t count = 0;
};

/// Answered by `table_told`: what that node has applied.
struct table_request {};

struct table_told {
  nodes_view table;
};

// -- a node and the tasks of its leader ----------------------------------------------------------------------------------

/// The sender wants to hear `leadership_news`, until it ends.
struct attach_task {};

struct leadership_news {
  quorate::term leads_in{}; ///< None: it doesn't lead.
};

/// What a node's controller has refused, as much of it as is told.
struct refusals_told {
  std::vector<refusal_news> news;
};

struct subscribe_refusals {
  std::function<void(const refusal_record&, std::uint64_t)> on_refusal;
};

} // namespace quorate::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::alarm)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::want_ticks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::no_more_ticks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::open_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::store_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::write_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::close_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::node_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::node_down)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::peer_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::peer_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::link_down)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::node_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::node_call_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::way_to)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::visitor_known)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::client_requests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::client_replies)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::client_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::client_down)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::nodes_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::controller_inputs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::controller_outputs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::dismissed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::open_line)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::client_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::hang_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::transitions_applied)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::subscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::stop_node)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::subscribe_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::unsubscribe_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::membership_happened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::events_taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::table_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::table_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::attach_task)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::leadership_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::refusals_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::subscribe_refusals)
