// A user's end of a subscription, and the actor that calls the user.
#pragma once

#include "quorate/events.hpp"
#include "actors/signals.hpp"

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>
#include <memory>
#include <mutex>

namespace quorate {

/// Between the user, who may end it at any time, and the actor. Whichever ends first leaves the
/// other nothing to call.
///
/// Thread safety: all methods may be called from any thread.
class membership_subscription::state {
public:
  explicit state(std::function<void(const membership_event&)> on_event);

  /// Calls the user, unless it has ended.
  void tell(const membership_event& x);
  void attach(caf::actor listener);
  void detach();
  void end();

private:
  std::recursive_mutex mutex_; ///< Also of the call: it may end the subscription.
  std::function<void(const membership_event&)> on_event_;
  bool ended_ = false;
  caf::actor listener_; ///< None: it has ended.
};

namespace actors {

/// A subscriber like any other actor: hears `membership_happened`, calls the user for each event,
/// and says so. Ends when the user has had enough, or with the subscriptions of the process.
class listener_actor final : public caf::event_based_actor {
public:
  listener_actor(caf::actor_config& config, caf::actor subscription, subscription_options how,
                 std::shared_ptr<membership_subscription::state> user);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  caf::actor subscription_;
  subscription_options how_;
  std::shared_ptr<membership_subscription::state> user_;
};

} // namespace actors

} // namespace quorate
