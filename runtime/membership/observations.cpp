#include "runtime/membership/observations.hpp"

#include "runtime/base/check.hpp"

#include <algorithm>

namespace quorate::membership {

namespace {

/// One may be lost, and each is jittered by a quarter.
constexpr std::uint64_t heartbeats_missed_max = 3;

} // namespace

void observations::begin(node_id leader, std::uint64_t now_ms, std::uint64_t live_window_ms,
                         std::uint64_t log_time_ms) {
  QUORATE_CHECK(leader);
  leader_ = leader;
  began_ms_ = now_ms;
  log_time_began_ms_ = log_time_ms;
  log_time_ahead_ms_ = 0;
  now_ms_ = now_ms;
  live_window_ms_ = live_window_ms;
  heartbeat_ms_ = 0;
  last_ = log_index{};
  nodes_.clear();
  appeared_ms_.clear();
}

void observations::advance(std::uint64_t now_ms) {
  now_ms_ = std::max(now_ms_, now_ms);
}

void observations::stamp(std::uint64_t log_time_ms) {
  const auto known_ms = this->log_time_ms();
  log_time_ahead_ms_ += log_time_ms > known_ms ? log_time_ms - known_ms : 0;
}

observation& observations::touch(node_id id, std::uint64_t contact_ms, std::uint64_t window_ms) {
  appeared_ms_.erase(id);
  auto& node = nodes_[id];
  if (!node.contacted || node.gone || contact_ms > node.last_contact_ms + node.window_ms)
    node.healthy_since_ms = contact_ms;
  node.gone = false;
  node.window_ms = window_ms;
  if (!node.contacted)
    node.progressed_ms = contact_ms;
  node.contacted = true;
  node.last_contact_ms = std::max(node.last_contact_ms, contact_ms);
  return node;
}

void observations::add(const nodes_seen& report) {
  advance(report.now_ms);
  last_ = std::max(last_, report.last);
  heartbeat_ms_ = report.heartbeat_ms;
  for (const auto& replica : report.replicas) {
    if (replica.id == leader_)
      continue;
    if (!replica.contacted) { // Its record has begun anew, because it restarted: so has its
                              // catching up.
      if (auto found = nodes_.find(replica.id); found != nodes_.end())
        found->second.caught_up = false;
      continue;
    }
    const auto contact_ms = now_ms_ - std::min(now_ms_ - began_ms_, replica.silent_ms);
    auto& node = touch(replica.id, contact_ms, live_window_ms_);
    if (replica.match > node.match)
      node.snapshot_bytes = 0;
    // An image takes its time; but one that begins again and again is no progress.
    if (replica.match > node.match || replica.snapshot_bytes > node.snapshot_bytes
        || replica.caught_up)
      node.progressed_ms = now_ms_;
    node.snapshot_bytes = std::max(node.snapshot_bytes, replica.snapshot_bytes);
    node.match = std::max(node.match, replica.match);
    if (replica.caught_up && !node.caught_up)
      node.caught_up_since_ms = now_ms_;
    node.caught_up = replica.caught_up;
  }
  for (const auto& outsider : report.outsiders) {
    auto& node = touch(outsider.id, now_ms_,
                       std::max(live_window_ms_, heartbeats_missed_max * outsider.heartbeat_ms));
    node.known = outsider.known;
    node.wants_join = outsider.wants_join;
  }
  for (auto id : report.gone) {
    const auto* known = find(id);
    const auto& parting = report.parting;
    if (known != nullptr && known->gone
        && std::find(parting.begin(), parting.end(), id) == parting.end())
      continue;
    auto& node = touch(id, now_ms_, known != nullptr ? known->window_ms : live_window_ms_);
    node.gone = true;
    node.caught_up = false;
  }
}

void observations::forget(node_id id) {
  nodes_.erase(id);
  appeared_ms_.erase(id);
}

void observations::appeared(node_id id) {
  appeared_ms_[id] = now_ms_;
}

void observations::restart(node_id id) {
  auto found = nodes_.find(id);
  if (found == nodes_.end())
    return;
  auto& node = found->second;
  node.caught_up = false;
  node.match = log_index{};
  node.snapshot_bytes = 0;
  node.progressed_ms = now_ms_;
}

const observation* observations::find(node_id id) const {
  auto found = nodes_.find(id);
  return found != nodes_.end() ? &found->second : nullptr;
}

bool observations::live(node_id id) const {
  if (id == leader_)
    return true;
  const auto* node = find(id);
  return node != nullptr && !node->gone && !silent(id);
}

bool observations::silent(node_id id) const {
  if (id == leader_)
    return false;
  const auto* node = find(id);
  return node == nullptr || !node->contacted || now_ms_ > node->last_contact_ms + node->window_ms;
}

bool observations::heard_lately(node_id id) const {
  return live(id) && silent_ms(id) <= live_window_ms_;
}

bool observations::gone(node_id id) const {
  const auto patience_ms = std::max(live_window_ms_, heartbeats_missed_max * heartbeat_ms_);
  const auto appeared = appeared_ms_.find(id);
  const auto silent = appeared != appeared_ms_.end() ? now_ms_ - appeared->second : silent_ms(id);
  return !live(id) && silent >= patience_ms;
}

std::uint64_t observations::silent_ms(node_id id) const {
  if (id == leader_)
    return 0;
  const auto* node = find(id);
  return now_ms_ - (node != nullptr && node->contacted ? node->last_contact_ms : began_ms_);
}

std::uint64_t observations::healthy_ms(node_id id) const {
  if (id == leader_)
    return settled_ms();
  return live(id) ? now_ms_ - find(id)->healthy_since_ms : 0;
}

bool observations::caught_up(node_id id) const {
  if (id == leader_)
    return true;
  const auto* node = find(id);
  return node != nullptr && node->caught_up && live(id);
}

std::uint64_t observations::caught_up_ms(node_id id) const {
  return caught_up(id) && id != leader_ ? now_ms_ - find(id)->caught_up_since_ms : 0;
}

std::uint64_t observations::entries_behind(node_id id) const {
  const auto* node = find(id);
  const auto match = node != nullptr ? node->match : log_index{};
  return last_ > match ? last_.value - match.value : 0;
}

std::uint64_t observations::stuck_ms(node_id id) const {
  if (caught_up(id))
    return 0;
  const auto* node = find(id);
  return now_ms_ - (node != nullptr && node->contacted ? node->progressed_ms : began_ms_);
}

} // namespace quorate::membership
