// A node's storage on a disk: its log, term and vote, snapshot and identity, in one directory
// (docs/storage_format.md).
//
// - All that was accepted becomes durable by one write and one sync.
// - A snapshot is a file beside the table. One that the node took itself is written in pieces,
//   between syncs, while the log goes on.
// - What is found after a crash is judged by recovery.hpp, with the durable mark.
#pragma once

#include "quorate/storage.hpp"
#include "runtime/storage/rocksdb_engine.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace quorate::storage {

/// Thread safety: none; the engine has threads of its own, which stay in it. Memory: the engine's
/// two buffers, and about 100 bytes for each entry of the log.
class rocksdb_store final : public store {
public:
  struct options {
    rocksdb_engine::settings engine;
    /// Of an image, in one go: bounds how long an append waits for it.
    std::size_t image_piece_bytes = std::size_t{256} << 10;
    /// Of the file system. What was proposed and isn't committed yet may still come when it is
    /// touched (`limits::uncommitted_bytes_max`), and the engine writes its buffers. Zero: none.
    std::uint64_t reserve_bytes = std::uint64_t{128} << 20;
  };

  /// Touches no file before `load`.
  explicit rocksdb_store(options how);
  ~rocksdb_store() override;

  /// Errors: as for every storage; those of `rocksdb_engine::open`; `storage_format_newer`.
  result<recovered> load() override;
  result<void> write(write_batch batch) override;
  result<write_sequence> sync() override;
  result<bool> work() override;
  std::optional<disk_room> room() override;

  void abandon() override;

  /// Ends a life in order: what was accepted is durable, and the directory free for another.
  result<void> close();

private:
  class life;

  options options_;
  std::unique_ptr<life> life_; ///< From `load` on.
};

} // namespace quorate::storage
