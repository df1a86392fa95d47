// A user's end of a leader task, and the actor that calls the user.
#pragma once

#include "quorate/leader_task.hpp"
#include "actors/signals.hpp"
#include "runtime/driver/leader_calls.hpp"

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

namespace quorate {

/// Between the user, who may stop it at any time, and the actor.
///
/// Thread safety: all methods may be called from any thread; `call` from the actor's only.
class leader_task::state {
public:
  explicit state(leader_callbacks user);

  /// Calls the user, and returns when that returns.
  void call(const driver::leader_calls::call& what);
  void attach(caf::actor actor);
  /// The actor ends: nothing is called any more.
  void detach();
  /// Doesn't wait.
  void ask_to_end();
  void stop();

  std::optional<fencing_token> token() const;

private:
  leader_callbacks user_;
  std::atomic<std::uint64_t> token_{0};
  std::mutex mutex_; ///< Of what follows.
  std::condition_variable news_;
  caf::actor actor_;       ///< None: it has ended.
  std::thread::id caller_; ///< The thread that is within a call.
};

namespace actors {

/// Hears `leadership_news` of one node, in each of its lives; makes the calls that `leader_calls`
/// says, one with each turn, so that what happened meanwhile is heard first. Ends by `dismissed`,
/// after a last call if that is due.
class leader_task_actor final : public caf::event_based_actor {
public:
  leader_task_actor(caf::actor_config& config, std::shared_ptr<leader_task::state> user);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  void later();
  void act();

  driver::leader_calls calls_;
  std::shared_ptr<leader_task::state> user_;
  bool acts_later_ = false;
  bool dismissed_ = false;
};

} // namespace actors

} // namespace quorate
