#include "actors/host.hpp"

#include "quorate/caf.hpp"

#include <caf/all.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/scheduler/test_coordinator.hpp>

namespace quorate {

void prepare(caf::actor_system_config& config) {
  config.load<caf::io::middleman>();
}

namespace actors {

result<void> can_host(caf::actor_system& host) {
  if (!host.has_middleman())
    return make_error(errc::invalid_argument, "the actor system has no I/O module: call "
                                              "quorate::prepare on its configuration.");
  // Connections are made for this multiplexer, and by its own thread (docs/adr/0017).
  using caf::io::network::default_multiplexer;
  if (dynamic_cast<default_multiplexer*>(&host.middleman().backend()) == nullptr
      || caf::get_or(host.config(), "middleman.manual-multiplexing", false))
    return make_error(errc::invalid_argument, "the actor system's I/O module has to be CAF's own, "
                                              "and to run in its own thread.");
  if (dynamic_cast<caf::scheduler::test_coordinator*>(&host.scheduler()) != nullptr)
    return make_error(errc::invalid_argument,
                      "the actor system is run by hand, and its nodes would never begin.");
  return {};
}

} // namespace actors
} // namespace quorate
