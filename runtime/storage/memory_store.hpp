// Storage without a disk: for nodes that may forget everything, and for tests that want a disk to
// crash and fail at will.
#pragma once

#include "quorate/storage.hpp"
#include "quorate/storage_image.hpp"
#include "runtime/base/random.hpp"
#include "runtime/storage/recovery.hpp"

#include <deque>
#include <set>

namespace quorate::storage {

/// Keeps the durable image and the writes that aren't synced. The object stands for the disk and
/// outlives the node: each of `reopen`, `crash` and `forget_unsynced` ends one life of the node,
/// and the next begins with `load`.
///
/// Thread safety: none. Errors: only those asked for by `fail_next_sync` and `spoil`. Complexity:
/// each write is applied when synced, which checks it; `load` is O(entries).
class memory_store final : public store {
public:
  result<recovered> load() override;
  result<void> write(write_batch batch) override;
  result<write_sequence> sync() override;
  void abandon() override {
    forget_unsynced();
  }
  /// Enough, unless a test says something else.
  std::optional<disk_room> room() override {
    return room_;
  }

  // -- how a life ends ----------------------------------------------------------------------------

  /// The process ended and the machine went on: all accepted writes survive.
  void reopen();

  /// The power failed: a prefix of the unsynced writes survives, none and all of them included,
  /// because disks keep some of what they never promised.
  void crash(base::random& draw);

  /// The power failed, and not one unsynced write survives.
  void forget_unsynced();

  /// Another disk stands there from now on: an empty one, or an old copy. Between two lives.
  void exchange(image other);

  // -- what tests ask -----------------------------------------------------------------------------

  /// The next `sync` fails, and everything after it, until this life ends.
  void fail_next_sync() noexcept {
    fail_next_sync_ = true;
  }

  void set_room(disk_room now) noexcept {
    room_ = now;
  }

  /// A durable entry becomes unreadable: a latent fault of the disk. Returns whether it is there.
  bool spoil(log_index at);
  /// The end of the log that was acknowledged last: what is behind it was never promised.
  log_index durable_mark() const noexcept {
    return durable_mark_;
  }
  /// Term and vote become unreadable.
  void spoil_state() noexcept {
    state_spoiled_ = true;
  }

  /// What would be there if the power failed now, in the worst case.
  const image& durable() const noexcept {
    return durable_;
  }

  /// How many accepted writes aren't synced.
  std::size_t unsynced() const noexcept {
    return unsynced_.size();
  }

private:
  void end_life(std::size_t survivors);
  found read() const;
  void make_durable(std::size_t count);

  image durable_;
  log_index durable_mark_{};    ///< The end of the log that was acknowledged last.
  std::set<log_index> spoiled_; ///< Unreadable entries.
  bool state_spoiled_ = false;
  bool torn_ = false; ///< The write that was under way left something unreadable.
  std::deque<write_batch> unsynced_;
  write_sequence last_{}; ///< The highest that was accepted in this life.
  bool loaded_ = false;
  bool fail_next_sync_ = false;
  bool failed_ = false;
  std::optional<disk_room> room_;
};

} // namespace quorate::storage
