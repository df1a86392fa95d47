// quorate in a service that has an actor system of its own. The only public header that includes
// CAF: link `quorate::caf`.
//
//   caf::actor_system_config config;
//   quorate::prepare(config);
//   caf::actor_system host{config};
//   auto node = quorate::node::start(options, host);
//
// The node's actors then run on the host's threads, beside the service's own. docs/embedding.md
// says what follows from that for the order of the end.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <quorate/export.hpp>
#include <quorate/node.hpp>

namespace quorate {

/// Loads into a configuration what nodes need of the actor system that is made of it: CAF's I/O
/// module, which opens no port by itself. A service that loads the module anyway doesn't call it.
QUORATE_EXPORT void prepare(caf::actor_system_config& config);

} // namespace quorate
