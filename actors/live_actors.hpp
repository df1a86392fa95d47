// How many actors of one `system` haven't ended yet.
#pragma once

#include <caf/actor.hpp>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace quorate::actors {

/// Lets a system wait for its own actors in an actor system where others live, too. Whoever spawns
/// an actor adds it, while it is itself one of those that are waited for: so the count is never
/// zero before the last has ended.
///
/// Thread safety: copies count together; all methods may be called from any thread.
class live_actors {
public:
  /// Of an actor that runs, or may have ended already.
  void add(const caf::actor& x) const {
    {
      const std::lock_guard guard{state_->mutex};
      ++state_->count;
    }
    // Runs behind the actor's own `on_exit`, which gives back what it held.
    x->attach_functor([state = state_] {
      const std::lock_guard guard{state->mutex};
      if (--state->count == 0)
        state->none_left.notify_all();
    });
  }

  /// Until all have ended.
  void wait() const {
    std::unique_lock guard{state_->mutex};
    state_->none_left.wait(guard, [this] { return state_->count == 0; });
  }

private:
  struct shared_count {
    std::mutex mutex;
    std::condition_variable none_left;
    std::size_t count = 0;
  };

  std::shared_ptr<shared_count> state_ = std::make_shared<shared_count>();
};

} // namespace quorate::actors
