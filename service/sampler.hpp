// What a node said of itself a moment ago: asks it on a thread of its own, so that neither many who
// look nor a node that is slow to answer hold anybody up.
#pragma once

#include <quorate/errc.hpp>
#include <quorate/result.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace quorate::service {

struct sampler_options {
  /// Asks anew at least so often, also if nobody looks. 0: only for those who look.
  std::chrono::milliseconds period{0};
  /// Whoever looks waits for an answer at most so long, counted from when the node was asked.
  std::chrono::milliseconds patience{1'000};
};

/// Thread safety: all methods may be called from any thread, except the destructor.
///
/// At most one question is under way. Whoever comes while one is overdue isn't kept waiting: so a
/// node that hangs costs its askers the patience once, not each of them.
template <class T>
class sampler {
public:
  using sample = std::shared_ptr<const result<T>>;
  using clock = std::chrono::steady_clock;

  /// `on_sample` hears of each answer, on the sampler's thread.
  sampler(std::function<result<T>()> ask, sampler_options options,
          std::function<void(const result<T>&)> on_sample = {})
    : ask_(std::move(ask)),
      options_(options),
      on_sample_(std::move(on_sample)),
      thread_([this] { run(); }) {
    // nop
  }

  sampler(const sampler&) = delete;
  sampler& operator=(const sampler&) = delete;

  /// Waits for the question that is under way.
  ~sampler() {
    {
      std::lock_guard<std::mutex> guard{mutex_};
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  /// An answer that is at most so old, or `deadline_exceeded`. Never null.
  sample get(std::chrono::milliseconds age_max) {
    std::unique_lock<std::mutex> guard{mutex_};
    if (newest_ && clock::now() - asked_newest_ <= age_max)
      return newest_;
    if (!asked_at_) {
      asked_at_ = clock::now();
      changed_.notify_all();
    }
    const auto question = questions_;
    const auto until = *asked_at_ + options_.patience;
    changed_.wait_until(guard, until, [&] { return questions_ != question || ended_; });
    if (questions_ != question)
      return newest_;
    return std::make_shared<const result<T>>(
      make_error(errc::deadline_exceeded, "The node hasn't said how it is in time."));
  }

  /// The newest answer, however old; null if there is none yet. Doesn't wait.
  sample newest() const {
    std::lock_guard<std::mutex> guard{mutex_};
    return newest_;
  }

private:
  void run() {
    std::unique_lock<std::mutex> guard{mutex_};
    while (wait_for_question(guard)) {
      const auto asked = *asked_at_;
      guard.unlock();
      auto answer = std::make_shared<const result<T>>(ask_());
      if (on_sample_)
        on_sample_(*answer);
      guard.lock();
      newest_ = std::move(answer);
      asked_newest_ = asked;
      asked_at_.reset();
      ++questions_;
      changed_.notify_all();
    }
  }

  /// False: it ends.
  bool wait_for_question(std::unique_lock<std::mutex>& guard) {
    const auto is_due = [this] { return ended_ || asked_at_; };
    if (options_.period.count() == 0)
      changed_.wait(guard, is_due);
    else if (!changed_.wait_for(guard, options_.period, is_due))
      asked_at_ = clock::now();
    return !ended_;
  }

  const std::function<result<T>()> ask_;
  const sampler_options options_;
  const std::function<void(const result<T>&)> on_sample_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::optional<clock::time_point> asked_at_; ///< Of the question that waits or is under way.
  std::uint64_t questions_ = 0;               ///< Answered so far.
  clock::time_point asked_newest_;
  sample newest_;
  std::thread thread_; ///< Last: it uses all of the above.
};

} // namespace quorate::service
