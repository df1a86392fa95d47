// Writes the input into the cluster beside everything else, and compares it afterwards.
#pragma once

#include "quorate/client.hpp"
#include "apps/quorate/input.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>

namespace quorate::app {

/// Writes every entry once, a bounded number of them at a time, in a thread of its own. What may or
/// may not have happened is written again: the value is the same.
///
/// Thread safety: construct, destroy and ask from one thread. The entries have to live longer.
class loader {
public:
  /// `already`: how many more are there, and count as done.
  loader(client into, const entries& all, std::size_t already);
  loader(const loader&) = delete;
  loader& operator=(const loader&) = delete;
  /// Gives up what isn't written yet.
  ~loader();

  std::size_t done() const noexcept {
    return done_.load();
  }
  std::size_t total() const noexcept {
    return all_.size() + already_;
  }
  /// All is written, or it stopped at an error.
  bool finished() const noexcept {
    return finished_.load();
  }
  /// Ask when it is finished. Errors: the client's, after patience with those that pass.
  const result<void>& outcome() const noexcept {
    return outcome_;
  }

private:
  void run();

  client into_;
  const entries& all_;
  result<void> outcome_; ///< Written by the thread before `finished_`.
  std::size_t already_;
  std::atomic<std::size_t> done_;
  std::atomic<bool> finished_{false};
  std::atomic<bool> stopped_{false};
  std::thread thread_; // Last: it uses the others.
};

/// What the store has of some entries.
struct comparison {
  std::size_t keys = 0;  ///< That have a value.
  std::size_t equal = 0; ///< And the same one.
  entries missing;       ///< That have none.
};

/// By linearizable reads. `between` is called now and then. Errors: the client's.
result<comparison> compare(client from, const entries& all, const std::function<void()>& between);

/// Whether the same request may succeed a moment later, or has to be repeated to be sure.
bool passes(errc code) noexcept;

} // namespace quorate::app
