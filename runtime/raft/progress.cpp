#include "runtime/raft/progress.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

// -- inflight_window ------------------------------------------------------------------------------

inflight_window::inflight_window(bounds most) : most_(most) {
  QUORATE_CHECK(most_.messages_max > 0 && most_.bytes_max > 0);
}

void inflight_window::add(log_index last, std::size_t bytes) {
  QUORATE_CHECK(!full(), "size", sent_.size(), "bytes", bytes_);
  QUORATE_CHECK(sent_.empty() || sent_.back().last < last, "last", last.value);
  sent_.push_back({last, bytes});
  bytes_ += bytes;
}

void inflight_window::free_to(log_index match) {
  while (!sent_.empty() && sent_.front().last <= match) {
    bytes_ -= sent_.front().bytes;
    sent_.pop_front();
  }
}

// -- progress -------------------------------------------------------------------------------------

progress::progress(replica peer, const beginning& from)
  : peer_(peer),
    next_(from.next),
    born_(from.round),
    last_contact_(from.now),
    window_(from.inflight),
    round_end_(from.last),
    round_start_(from.now) {
  QUORATE_CHECK(next_.value > 0);
}

bool progress::may_send_entries() const noexcept {
  switch (state_) {
  case progress_state::probe:
    return !probe_sent_;
  case progress_state::replicate:
    return !window_.full();
  case progress_state::snapshot:
    return false;
  }
  return false;
}

void progress::append_sent(log_index last, log_index commit, std::size_t bytes) {
  QUORATE_CHECK(state_ != progress_state::snapshot, describe());
  nudged_ = false;
  commit_sent(commit);
  if (state_ == progress_state::probe) {
    probe_sent_ = true;
  } else if (bytes != 0) {
    QUORATE_CHECK(last >= next_, "last", last.value, describe());
    window_.add(last, bytes);
    next_.value = last.value + 1;
  }
}

void progress::commit_sent(log_index commit) noexcept {
  sent_commit_ = std::max(sent_commit_, commit);
}

void progress::begin_snapshot(snapshot_sender image) {
  state_ = progress_state::snapshot;
  sending_ = std::move(image);
  nudged_ = false;
  probe_sent_ = false;
  window_.clear();
}

void progress::heard(std::uint64_t now, std::uint64_t round) noexcept {
  contacted_ = true;
  last_contact_ = now;
  acked_round_ = std::max(acked_round_, round);
}

void progress::accepted(log_index match, log_index first) {
  match_ = std::max(match_, match);
  next_ = std::max(next_, log_index{match_.value + 1});
  window_.free_to(match_);
  if (state_ == progress_state::probe && match == match_) {
    state_ = progress_state::replicate;
    next_.value = match_.value + 1;
    window_.clear();
  } else if (state_ == progress_state::snapshot && match_.value + 1 >= first.value) {
    // The log reaches back to where the peer is, by this image or by itself.
    state_ = progress_state::replicate;
    next_.value = match_.value + 1;
    sending_.reset();
  } else if (state_ == progress_state::snapshot && match_ >= sending_->last().index) {
    // It has the image, but the log was compacted further in the meantime.
    become_probe();
  }
}

bool progress::rejected(log_index previous, log_index agreement) {
  // A delayed rejection says nothing any more; acting on it would repeat or skip (CCF #5991,
  // openraft #1500).
  bool current = (state_ == progress_state::probe && previous.value + 1 == next_.value)
                 || (state_ == progress_state::replicate && previous > match_);
  if (base::mutated(base::mutant::match_moves_down)) {
    match_ = std::min(match_, agreement);
    current = state_ != progress_state::snapshot;
  }
  if (!current)
    return false;
  auto retry_from = std::max(match_.value + 1, std::min(previous.value, agreement.value + 1));
  // No step back: the peer contradicts what it has said. Asking at once would go on at the speed of
  // the network.
  if (state_ == progress_state::probe && retry_from >= next_.value)
    return false;
  become_probe();
  next_.value = retry_from;
  return true;
}

void progress::nudge() noexcept {
  probe_sent_ = false;
  nudged_ = true;
}

void progress::unreachable() noexcept {
  if (state_ == progress_state::replicate || state_ == progress_state::snapshot)
    become_probe();
}

void progress::become_probe() noexcept {
  state_ = progress_state::probe;
  next_.value = match_.value + 1;
  probe_sent_ = false;
  sending_.reset();
  if (!base::mutated(base::mutant::window_not_freed))
    window_.clear();
}

void progress::measure_round(log_index last, std::uint64_t now) noexcept {
  if (match_ < round_end_)
    return;
  last_round_ticks_ = now - round_start_;
  round_end_ = last;
  round_start_ = now;
}

bool progress::caught_up(log_index last, std::uint64_t now, std::uint64_t election_ticks,
                         std::uint64_t lag_max) const noexcept {
  if (!contacted_ || ticks_since_contact(now) >= election_ticks || match_.value == 0)
    return false;
  if (last.value - match_.value <= lag_max)
    return true;
  // The last whole round was fast, and the one under way isn't slow so far.
  return last_round_ticks_ < election_ticks && now - round_start_ < election_ticks;
}

std::string progress::describe() const {
  static constexpr const char* names[] = {"", "probe", "replicate", "snapshot"};
  auto text = to_string(peer_.id) + ' ' + names[static_cast<std::size_t>(state_)] + " match "
              + std::to_string(match_.value) + " next " + std::to_string(next_.value);
  if (window_.size() != 0)
    text += " inflight " + std::to_string(window_.size());
  if (sending_)
    text += " image " + sending_->describe();
  return text;
}

} // namespace quorate::raft
