// The storage engine, as much of it as a node's storage needs: an ordered table whose changes
// become durable as a whole, and a few plain files beside it. The one place that knows RocksDB.
#pragma once

#include "quorate/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rocksdb { // NOLINT: its own name
class FileSystem;
}

namespace quorate::storage {

/// Thread safety: none. Errors: a failed read is `storage_corrupt` if a checksum disagrees, else
/// `storage_unreadable`; a failed write or sync is `storage_failed`. Each has the engine's own
/// words behind ours. Nothing is retried.
class rocksdb_engine {
public:
  struct settings {
    std::string directory; ///< Made if it isn't there; what it lies in has to be.
    /// What the files are on. Null: the operating system's. Tests put faults there.
    std::shared_ptr<rocksdb::FileSystem> files;
    /// Written entries that are held in memory before they go to a table file, for each of two such
    /// buffers.
    std::size_t buffer_bytes = std::size_t{16} << 20;
  };

  /// Locks the directory, and opens or makes what is in it. Errors: `storage_locked`,
  /// `storage_unreadable`, `storage_corrupt`.
  static result<std::unique_ptr<rocksdb_engine>> open(const settings& how);

  rocksdb_engine(const rocksdb_engine&) = delete;
  rocksdb_engine& operator=(const rocksdb_engine&) = delete;
  ~rocksdb_engine();

  // -- the table ----------------------------------------------------------------------------------

  result<std::optional<std::string>> get(std::string_view key) const;

  /// In ascending order of bytes, from `from` on and before `to`, until `visit` says false.
  result<void> scan(
    std::string_view from, std::string_view to,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) const;

  // Changes gather, in order, until `commit`.
  void put(std::string_view key, std::string_view value);
  void erase(std::string_view key);
  /// O(1), however many there are.
  void erase_range(std::string_view from, std::string_view to);
  bool gathered() const;
  /// All that was gathered is durable, by one write and one sync; or none of it.
  result<void> commit();
  /// Forgets what was gathered.
  void discard();

  // -- plain files in the directory, by name ------------------------------------------------------

  /// Made or emptied; `append_file` goes to the one that was made last.
  result<void> make_file(const std::string& name);
  /// The old file gets the new name and is written from its beginning, over what is there; what
  /// isn't reached stays. Neither space is given back for it nor taken.
  result<void> reuse_file(const std::string& name, const std::string& old);
  result<void> append_file(std::string_view bytes);
  /// The content of that file is durable.
  result<void> sync_file();
  /// It is whole and durable, its name too.
  result<void> finish_file();
  void drop_file(); ///< Not to be finished: closed as it is.

  result<std::string> read_file(const std::string& name) const;
  result<std::vector<std::string>> list_files() const;
  /// Zero if it isn't there.
  std::uint64_t file_bytes(const std::string& name) const;
  /// Best effort: what can't be removed now is found by the next life.
  void remove_file(const std::string& name);

  // -- the durable mark: a small file that is written in place -------------------------------------

  result<std::string> read_mark() const;
  result<void> write_mark(std::uint64_t offset, std::string_view bytes, bool synced);

  /// None if the system doesn't say.
  std::optional<std::uint64_t> free_bytes() const;

private:
  class parts;
  explicit rocksdb_engine(std::unique_ptr<parts> from);

  std::unique_ptr<parts> parts_;
};

} // namespace quorate::storage
