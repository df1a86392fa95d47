// What a node needs from a disk, as a contract that every implementation is tested against
// (tests/storage/conformance.hpp).
#pragma once

#include "quorate/result.hpp"
#include "messages/storage.hpp"

#include <optional>

namespace quorate::storage {

/// The durable part of one node. Writes are accepted in order and become durable in order, each as
/// a whole or not at all (but see `work`); `sync` makes durable all that were accepted. So after a
/// crash the storage holds what was synced, and possibly a further prefix of the accepted writes.
///
/// A batch that no correct node writes (a gap in the log, a second vote in a term) is a broken
/// invariant and aborts: implementations check it before anything reaches the disk.
///
/// Thread safety: none. One thread at a time calls, the owner's storage thread.
/// Errors: `storage_failed` is final. Nothing after it succeeds; what was accepted and not synced
/// may be durable or not. The node stops and never retries, because a disk that lost a write says
/// so once at most.
class store {
public:
  virtual ~store() = default;

  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// What the storage holds. Called once in each life of the node, before anything else. Everything
  /// that it returns is durable. Errors: `storage_failed`, `malformed`.
  virtual result<recovered> load() = 0;

  /// Accepts a batch; nothing is durable yet. Sequences rise within one life. Errors:
  /// `storage_failed`.
  virtual result<void> write(write_batch batch) = 0;

  /// Makes durable all that was accepted, and returns the highest sequence of it; zero if nothing
  /// was accepted in this life. Without news it returns the same again. Errors: `storage_failed`.
  virtual result<write_sequence> sync() = 0;

  /// Does a bounded part of what was put off: a snapshot that the node took itself, and the
  /// compaction that it allows, may become durable later than what was accepted behind them,
  /// because nothing waits for them and the log goes on. True: some is left. Called between syncs,
  /// and while there is nothing else to do. Errors: `storage_failed`.
  virtual result<bool> work() {
    return false;
  }

  /// What there is room for at the moment. Asked after each sync, and about once a second. None: as
  /// much as it may ask for; it isn't asked again.
  virtual std::optional<disk_room> room() {
    return std::nullopt;
  }
};

} // namespace quorate::storage
