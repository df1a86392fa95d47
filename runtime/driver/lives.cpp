#include "runtime/driver/lives.hpp"

#include <iterator>

namespace quorate::driver {

const lives::life* lives::other_than(const storage_id& whose, const boot_number& boot,
                                     const std::string& from, std::uint64_t now_ms,
                                     std::uint64_t window_ms) {
  auto found = known_.find(whose);
  if (found == known_.end()) {
    sweep(now_ms, window_ms);
    if (known_.size() < lives_max)
      known_.emplace(whose, life{boot, from, now_ms});
    return nullptr;
  }
  auto& known = found->second;
  if (boot == known.boot) {
    known.heard_ms = now_ms;
    return nullptr;
  }
  const bool restarted = from == known.address || now_ms - known.heard_ms > window_ms;
  if (boot.counter <= known.boot.counter || !restarted)
    return &known;
  known = {boot, from, now_ms};
  return nullptr;
}

/// At most once in a window, so that whoever is beyond the limit costs no more than a look.
void lives::sweep(std::uint64_t now_ms, std::uint64_t window_ms) {
  if (known_.size() < lives_max || now_ms - swept_ms_ < window_ms)
    return;
  swept_ms_ = now_ms;
  for (auto it = known_.begin(); it != known_.end();)
    it = now_ms - it->second.heard_ms > window_ms ? known_.erase(it) : std::next(it);
}

} // namespace quorate::driver
