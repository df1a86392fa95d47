// Asks the system what an address stands for, on a thread of its own if that may take long.
#pragma once

#include "quorate/result.hpp"
#include "actors/live_actors.hpp"
#include "actors/sockets.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>

#include <string>
#include <vector>

namespace quorate::actors {

struct resolved_address {
  result<std::vector<socket_address>> found;
};

/// Sends `resolved_address` to `who`: at once for numbers, else from an actor with a thread of its
/// own, which ends with that.
void resolve(caf::actor_system& system, const std::string& address, const caf::actor& who,
             const live_actors& alive);

} // namespace quorate::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::actors::resolved_address)
