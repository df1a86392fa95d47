#include "actors/ticker_actor.hpp"

#include "actors/process.hpp"

#include <caf/all.hpp>

namespace quorate::actors {

ticker_actor::ticker_actor(caf::actor_config& config, ticker_options options,
                           caf::actor_clock::time_point start)
  : caf::event_based_actor(config),
    options_(options),
    start_(start) {
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
      auto node = caf::actor_cast<caf::actor>(current_sender());
      forget(id);
      if (x.at_ms == 0) {
        awake_.emplace(id, std::move(node));
      } else {
        sleepers_.emplace(id, sleeper{std::move(node), x.at_ms});
        due_.emplace(x.at_ms, id);
      }
    },
    [this](no_more_ticks) { forget(current_sender()->id()); },
    [this](alarm) {
      delayed_send(this, options_.tick, alarm{});
      beat();
    },
  };
}

void ticker_actor::beat() {
  for (const auto& [id, node] : awake_)
    send(node, tick{});
  process time;
  time.start = start_;
  const auto now_ms = time.now_ms(clock());
  while (!due_.empty() && due_.begin()->first <= now_ms) {
    const auto found = sleepers_.find(due_.begin()->second);
    send(found->second.node, tick{});
    sleepers_.erase(found);
    due_.erase(due_.begin());
  }
}

void ticker_actor::forget(caf::actor_id node) {
  awake_.erase(node);
  if (const auto found = sleepers_.find(node); found != sleepers_.end()) {
    due_.erase({found->second.at_ms, node});
    sleepers_.erase(found);
  }
}

void ticker_actor::on_exit() {
  awake_.clear();
  sleepers_.clear();
  due_.clear();
}

} // namespace quorate::actors
