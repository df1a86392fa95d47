#include "actors/resolver.hpp"

#include <caf/all.hpp>

#include <utility>

namespace quorate::actors {

void resolve(caf::actor_system& system, const std::string& address, const caf::actor& who,
             const live_actors& alive) {
  auto at_once = addresses_of(address, false);
  if (at_once)
    return caf::anon_send(who, resolved_address{std::move(at_once)});
  const auto worker = system.spawn<caf::detached>(
    [address, weak = caf::actor_cast<caf::actor_addr>(who)] {
      auto found = addresses_of(address, true);
      if (const auto asker = caf::actor_cast<caf::actor>(weak))
        caf::anon_send(asker, resolved_address{std::move(found)});
    });
  alive.add(worker);
}

} // namespace quorate::actors
