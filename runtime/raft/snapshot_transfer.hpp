// A snapshot on its way, in parts: what the sender knows of it, and what the receiver has gathered.
//
// A large image as one message would hold up every heartbeat behind it. So it goes in chunks, a few
// in flight at a time; what was lost is asked for at the offset where it is missing, and nothing of
// it counts before all of it is there, agrees with its checksum and is durable (thesis, 5.1 and
// 5.4).
//
//   sender                        receiver
//   offset 0, 1, 2, 3  ────────►  takes what continues what it has
//                      ◄────────  next_offset 1, 2, …; or `gap`: go on here
//   the last one       ────────►  complete: written, then append_accepted
//
// Thread safety: none; owned by the core. Complexity: O(bytes) once on each side, for the checksum;
// a chunk isn't copied by the sender.
#pragma once

#include "messages/raft.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace quorate::raft {

/// One image to one peer. Holds the image, so that newer ones can be taken meanwhile.
class snapshot_sender {
public:
  struct flow {
    std::size_t chunk_bytes = 1;
    std::size_t chunks_in_flight_max = 1;
  };

  snapshot_sender(std::shared_ptr<const snapshot> image, flow limits, std::uint64_t now);

  log_position last() const noexcept {
    return image_->last;
  }
  /// Bytes that the peer has.
  std::uint64_t acknowledged() const noexcept {
    return acknowledged_;
  }
  /// Whether something is left to send and the window is open.
  bool may_send() const noexcept;
  install_snapshot next_chunk(std::uint64_t round);

  /// The peer has all before `offset`. With `gap` it has nothing of what was sent behind that; with
  /// a gap at 0 nothing at all, because what it had was damaged. It may have begun anew meanwhile,
  /// and have less than it once said: `round`, that of the chunk which it answers, tells the newer
  /// word from one that was late.
  void acknowledged(std::uint64_t offset, bool gap, std::uint64_t round,
                    std::uint64_t now) noexcept;
  /// Takes what is in flight for lost if there was no progress for an election timeout, doubled
  /// with each time in vain: the peer's disk may take long.
  void retry_if_silent(std::uint64_t now, std::uint64_t election_ticks) noexcept;

  std::string describe() const;

private:
  std::uint64_t total() const noexcept {
    return image_->image.size();
  }
  void go_back_to(std::uint64_t offset) noexcept;

  std::shared_ptr<const snapshot> image_;
  std::shared_ptr<const configuration> config_;
  std::uint64_t checksum_ = 0;
  flow limits_;
  std::uint64_t sent_ = 0;         ///< Bytes.
  std::uint64_t acknowledged_ = 0; ///< Bytes.
  std::uint64_t answered_ = 0;     ///< The newest round that was answered.
  bool all_sent_ = false;          ///< An empty image is sent, too.
  std::uint64_t progress_at_ = 0;  ///< In ticks.
  std::uint64_t went_back_to_ = 0; ///< Bytes; where the last gap was.
  std::uint64_t went_back_at_ = 0; ///< In ticks.
  std::uint32_t tries_ = 0;        ///< Since the last progress.
};

/// One image from whichever leaders send it.
class snapshot_receiver {
public:
  enum class result : std::uint8_t {
    taken = 1,    ///< It continues what was there.
    repeated = 2, ///< It was there already.
    gap = 3,      ///< Something before it is missing.
    complete = 4, ///< It was the last one.
    damaged = 5,  ///< It was the last one, and the whole isn't what its sender announced.
  };

  /// Begins with what `first` announces, and with nothing of it.
  explicit snapshot_receiver(const install_snapshot& first);

  /// Whether `x` is a part of this image.
  bool is_of(const install_snapshot& x) const noexcept;
  result take(const install_snapshot& x);
  std::uint64_t size() const noexcept {
    return whole_.empty() ? gathered_.size() : whole_.size();
  }
  log_position last() const noexcept {
    return last_;
  }
  /// Once it is complete: all of it.
  std::shared_ptr<const snapshot> finish();

private:
  log_position last_;
  std::shared_ptr<const configuration> config_;
  std::uint64_t total_bytes_ = 0;
  std::uint64_t checksum_ = 0;
  std::string gathered_;
  shared_bytes whole_; ///< Of an image that came in one part.
};

/// What a correct leader sends.
bool well_formed(const install_snapshot& x, term sender_term) noexcept;

} // namespace quorate::raft
