// Up to where the log was acknowledged as durable, outside of the engine's own log: by it, a torn
// end that nobody was promised is told from damage to what was (recovery.hpp).
//
// It has to be true whatever is lost, and it must not cost a sync for each write. So:
//
// - Raising it is written and not synced: after a power failure it may lag.
// - Lowering it, because a suffix of the log is about to be cut off, is synced before that happens.
// - Two slots. The one that is synced isn't written, so that a torn write loses the newer mark
// only.
//
// Thread safety: none.
#pragma once

#include "quorate/result.hpp"
#include "quorate/types.hpp"
#include "runtime/storage/rocksdb_engine.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::storage {

/// What a slot holds: 24 bytes, with eight of XXH3 over the others.
struct mark_slot {
  std::uint64_t turn = 0; ///< Counts the writes from 1 on: the slot with the higher one counts.
  log_index at{};
};

std::string encode(const mark_slot& x);
/// None: torn, damaged, or never written.
std::optional<mark_slot> decode_mark(std::string_view bytes);

/// So far apart that no disk tears both.
inline constexpr std::size_t mark_slot_bytes = 4'096;

class durable_mark {
public:
  /// Takes a file as it is, and begins one that is empty. Errors: `storage_corrupt` if the file is
  /// gone or neither slot is whole; those of the engine.
  static result<durable_mark> load(rocksdb_engine& from);

  log_index at() const noexcept {
    return newest_.at;
  }

  /// Nothing if it is that high. Errors: `storage_failed`.
  result<void> raise(log_index to);
  /// Durable when it returns. Nothing if it is that low. Errors: `storage_failed`.
  result<void> lower(log_index to);
  /// Durable as it is. Errors: `storage_failed`.
  result<void> sync();

private:
  explicit durable_mark(rocksdb_engine& on) : engine_(&on) {
    // nop
  }
  result<void> write(log_index at, bool synced);

  rocksdb_engine* engine_;
  mark_slot newest_;
  std::size_t kept_slot_ = 1; ///< It isn't written.
  std::size_t raised_ = 0;    ///< Times, since the last sync.
};

} // namespace quorate::storage
