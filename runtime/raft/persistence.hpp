// What has to become durable, what already is, and which messages wait for it.
//
// All changes since the last `take` are one *open* write with the next sequence number. A message
// that promises something waits for the write behind the promise: a vote for {term, vote}, an
// acknowledgement for its entries, and every message for the term that it carries.
//
// `durable` is about the log as it is now: an entry that was overwritten in memory isn't durable,
// whatever a late acknowledgement of its write says (etcd #1690, the ABA of entries: sequence
// numbers decide, not indexes).
//
// Thread safety: none; owned by the core.
#pragma once

#include "messages/raft.hpp"
#include "messages/storage.hpp"
#include "runtime/raft/log.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace quorate::raft {

class persistence {
public:
  /// Everything up to `durable` is on disk, by writes up to `last`.
  persistence(storage::write_sequence last, log_index durable, std::size_t writes_in_flight_max);

  // -- changes ------------------------------------------------------------------------------------

  void state_changed() noexcept;
  void entries_appended() noexcept {
    log_changed_ = true;
  }
  /// The log was truncated in memory: what was acknowledged and not yet sent isn't true any more.
  void log_truncated(log_index from);
  void image_taken(std::shared_ptr<const snapshot> image);
  /// Replaces the log on disk. The log in memory stands still until this is durable.
  void image_received(std::shared_ptr<const snapshot> image);
  void log_compacted(log_index to) noexcept;

  /// What is to be written, if anything is and storage isn't busy with too many.
  std::optional<storage::write_batch> take(const log& entries, const storage::hard_state& state);

  // -- progress of the disk -----------------------------------------------------------------------

  struct completed {
    std::shared_ptr<const snapshot> received; ///< A received image is durable.
    std::shared_ptr<const snapshot> taken;    ///< An own image is durable.
  };

  completed persisted(storage::write_sequence sequence);

  /// The log in memory is durable up to here.
  log_index durable() const noexcept {
    return durable_;
  }
  bool state_durable() const noexcept {
    return durable_sequence_ >= state_sequence_;
  }
  bool is_durable(storage::write_sequence sequence) const noexcept {
    return durable_sequence_ >= sequence;
  }

  /// The write that covers everything done so far.
  storage::write_sequence covering_all() const noexcept;
  /// The write that covers term and vote.
  storage::write_sequence covering_state() const noexcept {
    return state_sequence_;
  }
  /// A write that covers term and vote and the log up to `index`.
  storage::write_sequence covering_log(log_index index) const noexcept;

  // -- messages -----------------------------------------------------------------------------------

  /// Sends `message` once `after` is durable. Returns false if too many wait; then it counts as
  /// lost.
  bool send_after(storage::write_sequence after, envelope message);
  bool has_messages() const noexcept {
    return !outbox_.empty();
  }
  std::vector<envelope> take_messages();

  /// Whether `take` would return something.
  bool may_write() const noexcept {
    return has_write() && pending_.size() < writes_in_flight_max_;
  }
  std::size_t writes_in_flight() const noexcept {
    return pending_.size();
  }
  bool has_write() const noexcept {
    return state_changed_ || log_changed_ || truncate_from_ || image_ || compact_to_;
  }
  storage::write_sequence last_durable() const noexcept {
    return durable_sequence_;
  }
  storage::write_sequence last_taken() const noexcept {
    return taken_sequence_;
  }

private:
  /// A write that storage has been given.
  struct pending {
    storage::write_sequence sequence{};
    log_index last{}; ///< Where the log on disk ends after it.
    log_index truncate_from{};
    std::shared_ptr<const snapshot> image;
    bool received = false;
  };

  struct gated {
    storage::write_sequence after{};
    envelope message;
  };

  storage::write_sequence open_sequence() const noexcept {
    return storage::write_sequence{taken_sequence_.value + 1};
  }
  void recompute_durable(log_index last_written);
  void release_messages();

  std::size_t writes_in_flight_max_;

  // The open write.
  bool state_changed_ = false;
  bool log_changed_ = false;
  log_index truncate_from_{};
  log_index written_to_{}; ///< Entries up to here have been given to storage.
  std::shared_ptr<const snapshot> image_;
  bool image_received_ = false;
  log_index compact_to_{};

  storage::write_sequence taken_sequence_{};
  storage::write_sequence durable_sequence_{};
  storage::write_sequence state_sequence_{};
  log_index durable_{};
  log_index install_end_{}; ///< A received image that isn't durable yet ends here. Zero: none.
  std::deque<pending> pending_;
  std::deque<gated> gated_;
  std::vector<envelope> outbox_;
};

} // namespace quorate::raft
