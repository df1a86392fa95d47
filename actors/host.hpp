// An actor system that isn't ours, and whether nodes can live in it.
#pragma once

#include "quorate/result.hpp"

#include <caf/fwd.hpp>

namespace quorate::actors {

/// Errors: `invalid_argument`, if its actors or its sockets don't run by themselves, or if it has
/// no sockets.
result<void> can_host(caf::actor_system& host);

} // namespace quorate::actors
