#include "actors/controller_actor.hpp"

#include <caf/all.hpp>

#include <utility>

namespace quorate::actors {

controller_actor::controller_actor(caf::actor_config& config, caf::actor node,
                                   membership::controller_settings options)
  : caf::event_based_actor(config),
    node_(std::move(node)),
    controller_(options) {
  // nop
}

const char* controller_actor::name() const {
  return "controller";
}

caf::behavior controller_actor::make_behavior() {
  return {
    [this](const controller_inputs& heard) {
      controller_outputs said;
      for (const auto& input : heard.inputs)
        controller_.handle(input, said.outputs);
      if (!said.outputs.empty())
        send(node_, std::move(said));
    },
    [this](dismissed) { quit(); },
  };
}

void controller_actor::on_exit() {
  node_ = nullptr;
}

} // namespace quorate::actors
