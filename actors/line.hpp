// A user's end of a `clients_actor`: outlives the actor system without touching it.
#pragma once

#include "actors/signals.hpp"

#include <caf/actor.hpp>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

namespace quorate::actors {

/// Closed by its user, or by the actor system before it ends, whichever comes first; until then it
/// keeps the actor, which serves other lines, too.
///
/// Every call that is submitted is answered exactly once: by the actor, or, once the line is
/// closed, at once with `shutting_down`. Because the line is closed before the actor is told to
/// hang up, no call can get lost between.
///
/// Thread safety: all methods may be called from any thread. The lock is held for one enqueue at
/// most.
class line {
public:
  line(caf::actor clients, line_id id);

  line(const line&) = delete;
  line& operator=(const line&) = delete;

  void submit(client_side::call what, std::function<void(client_side::answer)> done);

  /// No call gets through any more; those before are answered. Idempotent.
  void close();

  bool closed() const;

private:
  mutable std::mutex mutex_;
  caf::actor clients_; ///< None: closed.
  line_id id_;
};

/// A promise that keeps itself: whoever waits for it gets `shutting_down` if it is dropped.
template <class T>
class answer_promise {
public:
  answer_promise() : state_(std::make_shared<state>()) {
    // nop
  }

  std::future<result<T>> future() {
    return state_->promise.get_future();
  }

  void operator()(result<T> answer) const {
    state_->kept = true;
    state_->promise.set_value(std::move(answer));
  }

private:
  struct state {
    std::promise<result<T>> promise;
    bool kept = false;

    ~state() {
      if (!kept)
        promise.set_value(make_error(errc::shutting_down));
    }
  };

  std::shared_ptr<state> state_;
};

} // namespace quorate::actors
