// What a driver wants done, taken after any number of events.
#pragma once

#include "messages/controller.hpp"
#include "messages/kv.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"
#include "messages/storage.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace quorate::driver {

using membership::request_token;

using reply_body = std::variant<kv::reply, membership::reconfigure_reply, ops::question_reply,
                                ops::provision_reply, ops::joined_reply, ops::transfer_reply>;

/// The answer to one caller. Each token is answered exactly once.
struct reply {
  request_token token{};
  reply_body body;
  /// A read by lease is true until then, by this node's clock; whoever delivers it looks at the
  /// clock first (`expire`). Zero: it stays true.
  std::uint64_t not_after_ms = 0;
};

/// A lease may have ended between the answer and its delivery: the process stood still. Then the
/// caller is told to ask again.
void expire(reply& late, std::uint64_t now_ms);

/// Writes first: they are started before anything is sent, because what is sent may be about them
/// only in ways that the core has already gated. The rest in any order.
struct effects {
  std::vector<storage::write_batch> writes;
  std::vector<node_mail> mail;
  std::vector<reply> replies;
  std::vector<membership::controller_input> controller; ///< Kept in order.
  /// Transitions that this node has applied: for subscribers and the log.
  std::vector<transition> transitions;
  /// Refusals of the controller, for the log.
  std::vector<membership::refused> refusals;

  bool empty() const noexcept {
    return writes.empty() && mail.empty() && replies.empty() && controller.empty()
           && transitions.empty() && refusals.empty();
  }
};

} // namespace quorate::driver
