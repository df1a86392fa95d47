#include "runtime/driver/joining.hpp"

#include <algorithm>

namespace quorate::driver {

namespace {

/// Requests without an answer before somebody else is asked: one may be lost.
constexpr std::uint32_t unanswered_max = 2;

} // namespace

joining::joining(const options& from, base::random rng)
  : options_(from),
    rng_(rng),
    backoff_ms_(from.join_backoff_ms_min) {
  // nop
}

std::optional<std::string> joining::due(std::uint64_t now_ms, bool registered) {
  if (now_ms < due_ms_)
    return std::nullopt;
  if (registered) {
    due_ms_ = now_ms + jittered(options_.heartbeat_ms);
  } else {
    due_ms_ = now_ms + jittered(backoff_ms_);
    backoff_ms_ = std::min(backoff_ms_ * 2, options_.join_backoff_ms_max);
  }
  if (unanswered_ >= unanswered_max)
    on_silence();
  auto target = preferred_.empty() ? next_target() : preferred_;
  if (target.empty())
    return std::nullopt;
  ++unanswered_;
  return target;
}

void joining::hurry(std::uint64_t now_ms) {
  due_ms_ = std::min(due_ms_, now_ms);
}

void joining::on_hint(const std::string& leader_address, std::uint64_t now_ms) {
  if (leader_address.empty() || leader_address == options_.address)
    return on_silence();
  if (leader_address == preferred_)
    return; // It was asked already, and may not know yet that it leads: wait for the next turn.
  preferred_ = leader_address;
  unanswered_ = 0;
  // A hint is followed soon, but two nodes that point at each other must not make a storm.
  due_ms_ = std::min(due_ms_, now_ms + options_.tick_ms);
}

void joining::on_answer(const std::string& from, std::uint64_t now_ms, std::uint64_t heartbeat_ms) {
  preferred_ = from;
  unanswered_ = 0;
  backoff_ms_ = options_.join_backoff_ms_min;
  if (heartbeat_ms > options_.heartbeat_ms)
    due_ms_ = std::max(due_ms_, now_ms + jittered(heartbeat_ms));
}

void joining::on_silence() {
  preferred_.clear();
  unanswered_ = 0;
}

void joining::on_view(const membership::view& newest) {
  members_.clear();
  for (const auto& row : newest.members)
    if (row.address != options_.address)
      members_.push_back(row.address);
}

std::string joining::next_target() {
  const auto& seeds = options_.seeds;
  const auto count = seeds.size() + members_.size();
  for (std::size_t tried = 0; tried < count; ++tried) {
    const auto at = next_++ % count;
    const auto& target = at < members_.size() ? members_[at] : seeds[at - members_.size()];
    if (target != options_.address)
      return target;
  }
  return {};
}

std::uint64_t joining::jittered(std::uint64_t ms) {
  return ms < 4 ? ms : ms - ms / 4 + rng_.below(ms / 2 + 1);
}

} // namespace quorate::driver
