// What a storage holds after a list of writes, in memory: the meaning of `write_batch`, in one
// place.
#pragma once

#include <quorate/export.hpp>
#include <quorate/storage.hpp>

#include <deque>
#include <optional>

namespace quorate::storage {

/// The content of one node's storage. Applies batches in the order of their fields, and aborts on
/// one that no correct node writes:
///
/// - entries are consecutive, follow the log's end, and their terms never fall;
/// - terms and floors never fall, nobody votes twice in a term, and the term is at least that
///   of the last entry;
/// - nothing is cut off at or below the snapshot, nothing compacted above it;
/// - the storage id never changes, and boots never fall.
///
/// Thread safety: none. Complexity: `apply` is linear in the batch and in the entries that go.
class QUORATE_EXPORT image {
public:
  image() = default;
  /// What was found, undamaged, when a life began. O(entries).
  explicit image(const recovered& from);

  void apply(const write_batch& batch);

  /// A copy; payloads are shared. O(entries).
  recovered content() const;

  const std::optional<marker>& identity() const noexcept {
    return identity_;
  }
  const hard_state& state() const noexcept {
    return state_;
  }
  const storage::floor& lowest() const noexcept {
    return lowest_;
  }
  /// The newest snapshot, or null.
  const std::shared_ptr<const raft::snapshot>& snapshot() const noexcept {
    return snapshot_;
  }
  const std::deque<raft::entry>& entries() const noexcept {
    return entries_;
  }

  /// Of the last entry, or of what stands in for a log without entries. O(1).
  raft::log_position last() const noexcept;

  /// The entry, or null if it isn't in the log. O(1).
  const raft::entry* find(log_index index) const noexcept;

private:
  void set_identity(const marker& x);
  void drop_log(const storage::floor& x);
  void set_state(const hard_state& x);
  void set_snapshot(const write_batch& batch);
  void truncate(log_index from);
  void append(const raft::entry& x);
  void compact(log_index to);

  std::optional<marker> identity_;
  storage::floor lowest_;
  hard_state state_;
  std::shared_ptr<const raft::snapshot> snapshot_;
  raft::log_position before_; ///< Right before the first entry.
  std::deque<raft::entry> entries_;
};

} // namespace quorate::storage
