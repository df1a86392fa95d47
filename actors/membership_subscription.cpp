#include "actors/membership_subscription.hpp"

#include <caf/all.hpp>

#include <utility>

namespace quorate {

// -- the user's end -------------------------------------------------------------------------------

membership_subscription::state::state(std::function<void(const membership_event&)> on_event)
  : on_event_(std::move(on_event)) {
  // nop
}

void membership_subscription::state::tell(const membership_event& x) {
  const std::lock_guard guard{mutex_};
  if (!ended_)
    on_event_(x);
}

void membership_subscription::state::attach(caf::actor listener) {
  const std::lock_guard guard{mutex_};
  listener_ = std::move(listener);
}

void membership_subscription::state::detach() {
  const std::lock_guard guard{mutex_};
  listener_ = nullptr;
}

void membership_subscription::state::end() {
  const std::lock_guard guard{mutex_};
  ended_ = true;
  if (listener_)
    caf::anon_send(std::exchange(listener_, nullptr), actors::dismissed{});
}

membership_subscription::membership_subscription(std::shared_ptr<state> from)
  : state_(std::move(from)) {
  // nop
}

membership_subscription::membership_subscription(membership_subscription&&) noexcept = default;

membership_subscription& membership_subscription::operator=(
  membership_subscription&& other) noexcept {
  if (this != &other) {
    end();
    state_ = std::move(other.state_);
  }
  return *this;
}

membership_subscription::~membership_subscription() {
  end();
}

void membership_subscription::end() {
  if (state_)
    state_->end();
}

// -- the actor ------------------------------------------------------------------------------------

namespace actors {

listener_actor::listener_actor(caf::actor_config& config, caf::actor subscription,
                               subscription_options how,
                               std::shared_ptr<membership_subscription::state> user)
  : caf::event_based_actor(config),
    subscription_(std::move(subscription)),
    how_(how),
    user_(std::move(user)) {
  // nop
}

const char* listener_actor::name() const {
  return "listener";
}

caf::behavior listener_actor::make_behavior() {
  set_down_handler([this](const caf::down_msg&) { quit(); });
  monitor(subscription_);
  send(subscription_, subscribe_events{how_});
  return {
    [this](const membership_happened& x) {
      for (const auto& event : x.events)
        user_->tell(*event);
      send(subscription_, events_taken{x.events.size()});
    },
    [this](dismissed) { quit(); },
  };
}

void listener_actor::on_exit() {
  user_->detach();
  subscription_ = nullptr;
}

} // namespace actors

} // namespace quorate
