#include "actors/subscription_actor.hpp"

#include "actors/process.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <utility>

namespace quorate::actors {

subscription_actor::subscription_actor(caf::actor_config& config,
                                       caf::actor_clock::time_point start)
  : caf::event_based_actor(config),
    start_(start) {
  // nop
}

const char* subscription_actor::name() const {
  return "subscription";
}

caf::behavior subscription_actor::make_behavior() {
  return {
    [this](transitions_applied& x) {
      std::vector<transition> ready;
      for (auto& one : x.applied)
        order_.add(std::move(one), now_ms(), ready);
      deliver(ready);
    },
    [this](subscribe& x) { subscribers_.push_back(std::move(x.on_transition)); },
    [this](alarm) {
      alarm_ms_.reset();
      std::vector<transition> ready;
      order_.tick(now_ms(), ready);
      deliver(ready);
    },
  };
}

void subscription_actor::deliver(const std::vector<transition>& ready) {
  for (const auto& x : ready)
    for (const auto& tell : subscribers_)
      tell(x);
  const auto due_ms = order_.next_due_ms();
  if (!due_ms || alarm_ms_)
    return;
  alarm_ms_ = due_ms;
  const auto now = now_ms();
  delayed_send(this, std::chrono::milliseconds{*due_ms > now ? *due_ms - now : 0}, alarm{});
}

std::uint64_t subscription_actor::now_ms() const {
  process time;
  time.start = start_;
  return time.now_ms(clock());
}

void subscription_actor::on_exit() {
  subscribers_.clear();
}

} // namespace quorate::actors
