// What is in a frame: each kind is one message, in the encoding of runtime/base/encoder.hpp.
//
//   std::string buffer;
//   frame_writer out{buffer, peer_takes};
//   result<void> done = write(out, node_mail{...});
//   result<message> got = read(frame);
//
// Thread safety: free functions without shared state.
#pragma once

#include "quorate/result.hpp"
#include "quorate/status.hpp"
#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"
#include "messages/wire.hpp"
#include "runtime/wire/frame.hpp"

#include <variant>

namespace quorate::wire {

/// Every message that travels between processes.
using message = std::variant<
  hello, hello_ack, heartbeat, closing, node_mail, call_refused, call<kv::request>, call<kv::reply>,
  call<membership::reconfigure_request>, call<membership::reconfigure_reply>,
  call<membership::provision_request>, call<ops::provision_reply>, call<ops::status_request>,
  call<node_status>, call<ops::joined_request>, call<ops::joined_reply>, call<ops::question>,
  call<ops::question_reply>, call<ops::nodes_request>, call<ops::nodes_reply>,
  call<ops::transfer_request>, call<ops::transfer_reply>>;

/// Which frames a message stands in.
kind kind_of(const message& x) noexcept;

/// Appends a frame with `x`, which is one of the alternatives of `message`. Errors, of which
/// nothing is left in the buffer: `invalid_argument` if it is longer than the peer takes.
/// Complexity: linear in the bytes appended.
template <class T>
result<void> write(frame_writer& to, const T& x);
result<void> write(frame_writer& to, const message& x);

/// The message in a frame. Takes any frame. Errors: `malformed`, with a sentence that says where.
///
/// What it says is well formed by its type; whether it makes sense is for those to judge whom it is
/// for. Only a `hello` is judged here (`check`), because everything rests on it.
///
/// Byte strings of calls share the frame's payload. Those of `node_mail` are copies: a log and a
/// store keep single entries and values for long, and each would keep a whole append in memory.
///
/// Complexity: linear in the payload.
result<message> read(const frame& x);

/// Whether a `hello` says what its role has to say, within bounds. Errors: `malformed`.
result<void> check(const hello& x);

} // namespace quorate::wire
