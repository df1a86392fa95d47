#include "actors/ticker_actor.hpp"

#include <caf/all.hpp>

namespace quorate::actors {

ticker_actor::ticker_actor(caf::actor_config& config, ticker_options options)
  : caf::event_based_actor(config),
    options_(options),
    slow_(options.beats_per_slow_tick) {
  // nop
}

const char* ticker_actor::name() const {
  return "ticker";
}

caf::behavior ticker_actor::make_behavior() {
  delayed_send(this, options_.tick, alarm{});
  return {
    [this](const want_ticks& x) {
      const auto id = current_sender()->id();
      forget(id);
      (x.every ? fast_ : turn_of(id)).emplace(id, caf::actor_cast<caf::actor>(current_sender()));
    },
    [this](no_more_ticks) { forget(current_sender()->id()); },
    [this](alarm) {
      delayed_send(this, options_.tick, alarm{});
      beat();
    },
  };
}

void ticker_actor::beat() {
  for (const auto& [id, node] : fast_)
    send(node, tick{});
  for (const auto& [id, node] : turn_of(beats_++))
    send(node, tick{});
}

void ticker_actor::forget(caf::actor_id node) {
  fast_.erase(node);
  turn_of(node).erase(node);
}

void ticker_actor::on_exit() {
  fast_.clear();
  slow_.clear();
}

} // namespace quorate::actors
