#include "bench/kv_load/pacer.hpp"

namespace quorate::bench {

pacer::~pacer() {
  {
    const std::lock_guard guard{mutex_};
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void pacer::at(clock::time_point when, std::function<void()> what) {
  bool first = false;
  {
    const std::lock_guard guard{mutex_};
    first = waiting_.empty() || when < waiting_.top().when;
    waiting_.push({when, std::move(what)});
  }
  if (first)
    changed_.notify_one();
}

void pacer::run() {
  std::unique_lock lock{mutex_};
  while (!ends_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    if (clock::now() < waiting_.top().when) {
      changed_.wait_until(lock, waiting_.top().when);
      continue;
    }
    const auto what = waiting_.top().what;
    waiting_.pop();
    lock.unlock();
    what();
    lock.lock();
  }
}

} // namespace quorate::bench
