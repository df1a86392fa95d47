// Who may be talked to, and what each may say: what two ends of a connection hold against each
// other's `hello` (docs/wire.md).
//
// Thread safety: free functions without shared state.
#pragma once

#include "quorate/result.hpp"
#include "messages/node.hpp"
#include "messages/wire.hpp"
#include "runtime/tls/identity.hpp"
#include "runtime/wire/frame.hpp"

#include <string>
#include <string_view>

namespace quorate::wire {

/// What this build takes on a connection.
link_limits own_limits() noexcept;

/// Why an end that says `own` of itself has nothing to do with one that says `theirs`; `none`: it
/// does. `they_dialed`: they connected, so this end is the one that answers.
///
/// `protocol_unsupported`, `cluster_name_differs`, `foreign_cluster`; `invalid_argument` for a node
/// that has connected to itself, and for an answer by somebody who is no node.
error refusal_of(const hello& theirs, const hello& own, bool they_dialed);

/// Why an end with that certificate can't say `theirs` of itself; `none`: it can. A client needn't
/// name its cluster. `untrusted_peer`.
error refusal_of(const hello& theirs, const tls::identity& certified);

/// Why mail can't come from the node that greeted with `from`: it speaks for another one.
/// `untrusted_peer`, or `none`.
error refusal_of(const node_mail& mail, const hello& from);

/// Whether a frame of this kind asks for an answer.
bool is_request(kind what) noexcept;

/// Whether a frame of this kind may come from a peer of this role that has connected.
///
/// A node may send all requests: the service in its process uses its connections.
bool may_send(peer_role role, kind what) noexcept;

/// Whether a frame of this kind may come from a node that was connected to: replies, and what ends
/// the connection. Its mail comes on a connection that it has made.
bool may_answer(kind what) noexcept;

} // namespace quorate::wire
