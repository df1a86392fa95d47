#include "actors/transition_order.hpp"

#include <utility>

namespace quorate::actors {

void transition_order::add(transition x, std::uint64_t now_ms, std::vector<transition>& out) {
  if (x.version < next_)
    return;
  held_.emplace(x.version, std::move(x));
  release(now_ms, out);
  if (held_.size() > held_max)
    skip_gap(now_ms, out);
}

void transition_order::tick(std::uint64_t now_ms, std::vector<transition>& out) {
  if (due_ms_ && now_ms >= *due_ms_)
    skip_gap(now_ms, out);
}

void transition_order::release(std::uint64_t now_ms, std::vector<transition>& out) {
  const auto before = next_;
  while (!held_.empty() && held_.begin()->first == next_) {
    out.push_back(std::move(held_.begin()->second));
    held_.erase(held_.begin());
    next_ = config_version{next_.value + 1};
  }
  if (held_.empty())
    due_ms_.reset();
  else if (!due_ms_ || next_ != before)
    due_ms_ = now_ms + gap_ms_max;
}

void transition_order::skip_gap(std::uint64_t now_ms, std::vector<transition>& out) {
  next_ = held_.begin()->first;
  release(now_ms, out);
}

} // namespace quorate::actors
