// The shell of a `membership::controller`: one for each node that has a log, its own.
#pragma once

#include "actors/signals.hpp"
#include "runtime/membership/controller.hpp"

#include <caf/event_based_actor.hpp>

namespace quorate::actors {

/// Hears `controller_inputs` and says `controller_outputs`, both in batches and in order, to its
/// node only. Ends when it is `dismissed`, after all that was said before, or with its node.
class controller_actor final : public caf::event_based_actor {
public:
  controller_actor(caf::actor_config& config, caf::actor node,
                   membership::controller_settings options);

  const char* name() const override;

  const membership::controller& pure() const noexcept {
    return controller_;
  }

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  caf::actor node_;
  membership::controller controller_;
};

} // namespace quorate::actors
