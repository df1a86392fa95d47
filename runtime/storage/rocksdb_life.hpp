// One life of a node on its disk: what was accepted, what of it is durable, and what is put off.
#pragma once

#include "quorate/storage_image.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/storage/durable_mark.hpp"
#include "runtime/storage/records.hpp"
#include "runtime/storage/recovery.hpp"
#include "runtime/storage/rocksdb_engine.hpp"
#include "runtime/storage/rocksdb_store.hpp"
#include "runtime/storage/room_gauge.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace quorate::storage {

/// Thread safety: none. The methods are those of the store.
class rocksdb_store::life {
public:
  life(std::unique_ptr<rocksdb_engine> on, const options& how);

  result<recovered> load();
  result<void> write(const write_batch& batch);
  result<write_sequence> sync();
  result<bool> work();
  std::optional<disk_room> room();
  result<void> close();

private:
  using snapshot_ptr = std::shared_ptr<const raft::snapshot>;

  /// An image of the node's own that is being written.
  struct image_under_way {
    snapshot_ptr what;
    std::uint64_t file = 0; ///< None before the first piece.
    std::size_t written = 0;
    std::uint64_t reused = 0; ///< Bytes that its file has from before.
    base::stream_hasher sum;  ///< Of what is written.
  };

  // -- reading (rocksdb_recovery.cpp)
  result<found> read();
  result<void> read_marker(found& to);
  result<void> read_log(found& to);
  result<void> read_image(found& to);
  result<void> read_last_write(found& to);
  result<void> look_for_files();

  // -- writing
  template <class T>
  void put(std::string_view key, std::uint64_t& small, const T& content);
  void gather(const write_batch& batch);
  void gather_image(const write_batch& batch);
  void gather_compaction();
  void name_image(const raft::snapshot& x, std::uint64_t file, std::uint64_t checksum);
  void forget_image();
  result<std::uint64_t> make_file(std::uint64_t number);
  void keep_spare(std::uint64_t file);
  result<void> write_received();
  result<bool> write_piece();
  result<void> flush();
  error fail(const error& why);

  std::unique_ptr<rocksdb_engine> engine_;
  std::size_t image_piece_bytes_;
  std::optional<durable_mark> mark_;
  room_gauge room_;
  error failure_; ///< Final.

  image outline_; ///< All that was accepted, without payloads: what no correct node writes, is
                  ///< found.
  write_sequence accepted_{};
  write_sequence durable_{};
  std::uint64_t writes_ = 0; ///< Through all lives.
  small_records small_;      ///< As they are once all that is gathered is written.

  // As it will be on disk once all that is gathered is written:
  log_index begin_{1};           ///< The first entry that isn't compacted.
  log_index image_end_{};        ///< Of the newest snapshot.
  std::uint64_t image_file_ = 0; ///< Its number.
  std::uint64_t image_bytes_ = 0;

  snapshot_ptr received_;           ///< It is written before what is gathered, which names it,
  std::uint64_t received_file_ = 0; ///< with this number.
  std::optional<image_under_way> taking_;
  snapshot_ptr next_;      ///< A newer one, taken meanwhile.
  log_index compact_to_{}; ///< As far as a snapshot on disk allows.

  std::uint64_t files_made_ = 0;           ///< The highest number of an image's file.
  std::vector<std::uint64_t> stale_files_; ///< Named by nothing once what is gathered is durable.
  /// A file that nothing names, for the next image. To write over it costs no space and no
  /// bookkeeping of the file system; to remove a large one can hold up its syncs for tens of
  /// milliseconds (docs/adr/0013).
  std::uint64_t spare_file_ = 0;
  std::uint64_t spare_bytes_ = 0;
};

} // namespace quorate::storage
