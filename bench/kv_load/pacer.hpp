// Wakes clients at the times at which their next operation is to begin.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

namespace quorate::bench {

/// One thread, which calls what is due, in order.
///
/// Thread safety: `at` may be called from any thread, also by what it calls.
class pacer {
public:
  using clock = std::chrono::steady_clock;

  pacer() : thread_([this] { run(); }) {
    // nop
  }
  pacer(const pacer&) = delete;
  pacer& operator=(const pacer&) = delete;
  /// What is left isn't called any more.
  ~pacer();

  void at(clock::time_point when, std::function<void()> what);

private:
  struct due {
    clock::time_point when;
    std::function<void()> what;

    bool operator<(const due& x) const {
      return when > x.when; // The first is on top.
    }
  };

  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::priority_queue<due> waiting_;
  bool ends_ = false;
  std::thread thread_;
};

} // namespace quorate::bench
