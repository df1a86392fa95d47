// What a leader knows of one peer's log, and what it may send it (thesis, 10.2.1; etcd calls it the
// same).
//
//             accepted                     window full: waits for answers
//   probe ───────────────► replicate ◄──┐
//     ▲ ▲                     │  │      │ accepted, from where the log is still kept
//     │ └── rejected, ────────┘  │      │
//     │     unreachable          │      │
//     │                          ▼      │
//     └── unreachable ───────  snapshot ┘   (entered when the log doesn't reach back far enough)
//
// - probe: where the logs agree is unknown. One append at a time; a heartbeat's answer permits the
//   next.
// - replicate: `next` runs ahead optimistically, at most a window of appends is unanswered.
// - snapshot: an image is on its way, part by part (`snapshot_sender`); no appends until the whole
// is
//   answered.
//
// `match` is a fact about the peer's disk and never falls. A peer that restarts, or is taken in
// again, gets a new record: it may have dropped its log in between (`storage::floor`). `born` is
// the round in which a record was made: answers to older rounds speak of that earlier time and
// don't count.
//
// Thread safety: none; one owner.
#pragma once

#include "messages/raft.hpp"
#include "runtime/raft/snapshot_transfer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace quorate::raft {

enum class progress_state : std::uint8_t { probe = 1, replicate = 2, snapshot = 3 };

/// The appends that a peer hasn't answered, oldest first. Bounded in number and bytes.
class inflight_window {
public:
  struct bounds {
    std::size_t messages_max = 1;
    std::size_t bytes_max = SIZE_MAX;
  };

  explicit inflight_window(bounds most);

  /// An append with entries up to `last`.
  void add(log_index last, std::size_t bytes);
  /// Everything up to `match` has arrived.
  void free_to(log_index match);
  void clear() noexcept {
    sent_.clear();
    bytes_ = 0;
  }
  bool full() const noexcept {
    return sent_.size() >= most_.messages_max || bytes_ >= most_.bytes_max;
  }
  std::size_t size() const noexcept {
    return sent_.size();
  }
  std::size_t bytes() const noexcept {
    return bytes_;
  }

private:
  struct unanswered {
    log_index last{};
    std::size_t bytes = 0;
  };

  bounds most_;
  std::deque<unanswered> sent_;
  std::size_t bytes_ = 0; ///< Of all in it.
};

class progress {
public:
  /// What a record begins with.
  struct beginning {
    log_index next{};        ///< Where to try first.
    log_index last{};        ///< Of the leader's log: the end of the first round of catching up.
    std::uint64_t now = 0;   ///< In ticks.
    std::uint64_t round = 0; ///< The oldest round whose answers count.
    inflight_window::bounds inflight;
  };

  progress(replica peer, const beginning& from);

  // -- what is known ------------------------------------------------------------------------------

  const replica& peer() const noexcept {
    return peer_;
  }
  progress_state state() const noexcept {
    return state_;
  }
  log_index match() const noexcept {
    return match_;
  }
  log_index next() const noexcept {
    return next_;
  }
  log_index sent_commit() const noexcept {
    return sent_commit_;
  }
  std::uint64_t born() const noexcept {
    return born_;
  }
  std::uint64_t acked_round() const noexcept {
    return acked_round_;
  }
  /// The newest round that it answered under the leader's own configuration, and so with its
  /// promise.
  std::uint64_t promised_round() const noexcept {
    return promised_round_;
  }
  bool contacted() const noexcept {
    return contacted_;
  }
  std::uint64_t ticks_since_contact(std::uint64_t now) const noexcept {
    return now - last_contact_;
  }
  log_index pending_snapshot() const noexcept {
    return sending_ ? sending_->last().index : log_index{};
  }
  std::uint64_t snapshot_bytes() const noexcept {
    return sending_ ? sending_->acknowledged() : 0;
  }
  const inflight_window& inflight() const noexcept {
    return window_;
  }
  bool nudged() const noexcept {
    return nudged_;
  }

  // -- what may be sent ---------------------------------------------------------------------------

  /// Whether an append with entries may go now.
  bool may_send_entries() const noexcept;
  /// `bytes` of entries up to `last`; zero: none.
  void append_sent(log_index last, log_index commit, std::size_t bytes);
  void commit_sent(log_index commit) noexcept;
  /// From here on `image` is sent.
  void begin_snapshot(snapshot_sender image);
  /// Of the image that is on its way; in the state `snapshot` only.
  snapshot_sender& sending() noexcept {
    return *sending_;
  }

  // -- what came back -----------------------------------------------------------------------------

  /// An answer of any kind to `round`.
  void heard(std::uint64_t now, std::uint64_t round) noexcept;
  /// The answer to `round` came with the promise of the present configuration.
  void promised(std::uint64_t round) noexcept {
    promised_round_ = std::max(promised_round_, round);
  }
  /// The peer's durable log agrees up to `match`. `first` is the oldest entry that the leader still
  /// has.
  void accepted(log_index match, log_index first);
  /// An append after `previous` was refused; the logs can't agree beyond `agreement`. Returns false
  /// if that is old news.
  bool rejected(log_index previous, log_index agreement);
  /// The peer lives: permits the next probe, and one append that finds out what was lost.
  void nudge() noexcept;
  /// What was in flight is probably lost.
  void unreachable() noexcept;

  // -- catching up (thesis, 4.2.1) ----------------------------------------------------------------

  /// A round of catching up ends when the peer has what the log had when the round began.
  void measure_round(log_index last, std::uint64_t now) noexcept;
  bool caught_up(log_index last, std::uint64_t now, std::uint64_t election_ticks,
                 std::uint64_t lag_max) const noexcept;

  std::string describe() const;

private:
  void become_probe() noexcept;

  replica peer_;
  progress_state state_ = progress_state::probe;
  log_index match_{};
  log_index next_{};
  log_index sent_commit_{};
  std::uint64_t born_ = 0;
  std::uint64_t acked_round_ = 0;
  std::uint64_t promised_round_ = 0;
  std::uint64_t last_contact_ = 0;
  bool contacted_ = false;
  bool probe_sent_ = false;
  bool nudged_ = false;
  inflight_window window_;
  std::optional<snapshot_sender> sending_; ///< Set exactly in the state `snapshot`.
  log_index round_end_{};
  std::uint64_t round_start_ = 0;
  std::uint64_t last_round_ticks_ = UINT64_MAX;
};

} // namespace quorate::raft
