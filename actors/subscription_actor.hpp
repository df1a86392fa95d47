// Tells subscribers of every transition of the cluster, once and in order.
#pragma once

#include "actors/signals.hpp"
#include "actors/transition_order.hpp"

#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace quorate::actors {

/// Hears `transitions_applied` of all nodes and `subscribe`; calls the subscribers, with what is
/// delivered after they subscribed. Order and gaps: `transition_order`. Subscribers must not block
/// or throw.
class subscription_actor final : public caf::event_based_actor {
public:
  subscription_actor(caf::actor_config& config, caf::actor_clock::time_point start);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  std::uint64_t now_ms() const;
  void deliver(const std::vector<transition>& ready);

  caf::actor_clock::time_point start_;
  transition_order order_;
  std::vector<std::function<void(const transition&)>> subscribers_;
  std::optional<std::uint64_t> alarm_ms_;
};

} // namespace quorate::actors
