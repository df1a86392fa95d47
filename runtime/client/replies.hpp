// What a reply says to the caller that asked.
//
// Thread safety: free functions without shared state.
#pragma once

#include "runtime/client/caller.hpp"

namespace quorate::client_side {

/// The error inside a reply, if it is one: the node's own, or that of the operation.
const error* error_in(const reply_content& reply);

/// What the user gets of it.
answer answer_from(reply_content reply);

/// Codes with which a node, or the connection to it, says that it passed this attempt on to nobody.
bool did_nothing(errc code);

} // namespace quorate::client_side
