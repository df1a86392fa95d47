// Which write was the last that was acknowledged as durable, outside of the engine's own log: by
// it, a torn end that nobody was promised is told from damage to what was (recovery.hpp). Each
// write has a number, which the table keeps with it; a table that ends before the mark has lost
// something, be it an entry, a vote, or a suffix that was written anew.
//
// It has to be true whatever is lost, and it must not cost a sync for each write. So it is written
// behind each write and seldom synced: after a power failure it may lag. And there are two slots,
// of which the one that is synced isn't written, so that a torn write loses the newer mark only.
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

/// A write, and where the log ended then.
struct write_mark {
  std::uint64_t number = 0; ///< From 1 on, through all lives.
  log_index log_end{};
};

/// What a slot holds: 24 bytes, with eight of XXH3 over the others.
std::string encode(const write_mark& x);
/// None: torn, damaged, or never written.
std::optional<write_mark> decode_mark(std::string_view bytes);

/// So far apart that no disk tears both.
inline constexpr std::size_t mark_slot_bytes = 4'096;

class durable_mark {
public:
  /// Takes a file as it is; begins it with the table, which is `fresh` as long as nothing was
  /// written to it. Errors: `storage_corrupt` if neither slot is whole; those of the engine.
  static result<durable_mark> load(rocksdb_engine& from, bool fresh);

  const write_mark& newest() const noexcept {
    return newest_;
  }

  /// That write is durable. Errors: `storage_failed`.
  result<void> raise(const write_mark& to);
  /// Durable as it is. Errors: `storage_failed`.
  result<void> sync();

private:
  explicit durable_mark(rocksdb_engine& on) : engine_(&on) {
    // nop
  }
  result<void> write(bool synced);

  rocksdb_engine* engine_;
  write_mark newest_;
  std::size_t kept_slot_ = 1; ///< It isn't written.
  std::size_t raised_ = 0;    ///< Times, since the last sync.
};

} // namespace quorate::storage
