#include "runtime/storage/rocksdb_engine.hpp"

#include "runtime/base/check.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <utility>

namespace quorate::storage {

namespace {

constexpr auto lock_name = "lock";
constexpr auto mark_name = "durable_mark";
constexpr auto table_name = "table";

const rocksdb::IOOptions plain;

rocksdb::Slice slice(std::string_view x) {
  return {x.data(), x.size()};
}

std::string_view view(const rocksdb::Slice& x) {
  return {x.data(), x.size()};
}

template <class Status>
error unreadable(const std::string& what, const Status& why) {
  return make_error(why.IsCorruption() ? errc::storage_corrupt : errc::storage_unreadable,
                    what + " can't be read: " + why.ToString());
}

template <class Status>
error failed(const std::string& what, const Status& why) {
  return make_error(errc::storage_failed, what + " failed: " + why.ToString()
                                            + ". The node has stopped; nothing is tried again.");
}

/// Its own log file would be one more that fills up and fails, and version 7.8 aborts the process
/// at the next line after a failed one. What matters is in what its calls return.
class no_log final : public rocksdb::Logger {
public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {
    // nop
  }
};

/// As docs/adr/0013 says, setting by setting.
rocksdb::Options options_of(const rocksdb_engine::settings& how, rocksdb::Env* env) {
  rocksdb::Options o;
  o.env = env;
  o.create_if_missing = true;
  // The log is written once, read once, and cut off in front: small buffers, few files.
  o.write_buffer_size = how.buffer_bytes;
  o.max_write_buffer_number = 2;
  o.max_total_wal_size = 4 * how.buffer_bytes;
  // (It would not recycle its log files: that and this recovery exclude each other.)
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  o.track_and_verify_wals_in_manifest = true;
  o.allow_concurrent_memtable_write = false; // One thread writes.
  o.avoid_flush_during_shutdown = true;      // What counts was synced.
  o.max_background_jobs = 2;
  o.max_open_files = 64;
  o.bytes_per_sync = std::uint64_t{1} << 20;
  o.compression = rocksdb::kNoCompression;
  o.max_manifest_file_size = std::size_t{4} << 20;
  o.keep_log_file_num = 2;
  o.max_log_file_size = std::size_t{1} << 20;
  o.info_log = std::make_shared<no_log>();
  o.stats_dump_period_sec = 0;
  o.stats_persist_period_sec = 0;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(std::size_t{4} << 20);
  table.checksum = rocksdb::kXXH3;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return o;
}

} // namespace

class rocksdb_engine::parts {
public:
  parts(const settings& how, std::shared_ptr<rocksdb::FileSystem> on)
    : directory(how.directory),
      files(std::move(on)) {
    // nop
  }
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;
  ~parts() {
    writing.reset();
    mark.reset();
    table.reset();
    if (lock != nullptr)
      files->UnlockFile(lock, plain, nullptr).PermitUncheckedError();
  }

  std::string path(const std::string& name) const {
    return directory + '/' + name;
  }

  bool exists(const std::string& name) const {
    return files->FileExists(path(name), plain, nullptr).ok();
  }

  result<void> take_directory() {
    if (auto s = files->CreateDirIfMissing(directory, plain, nullptr); !s.ok())
      return make_error(errc::storage_unreadable,
                        "the data directory " + directory
                          + " can't be made or opened; is what it lies in there, and may this "
                            "process write to it? "
                          + s.ToString());
    if (auto s = try_writing(); !s.ok())
      return make_error(errc::storage_unreadable, "the data directory " + directory
                                                    + " can't be written to: " + s.ToString());
    if (auto s = files->LockFile(path(lock_name), plain, &lock, nullptr); !s.ok())
      return make_error(errc::storage_locked, "the data directory " + directory
                                                + " is used by another process, or may not be "
                                                  "locked: "
                                                + s.ToString());
    return {};
  }

  /// In a file that says nothing: the lock's own, once closed here, would free the lock of whoever
  /// has it in this process.
  rocksdb::IOStatus try_writing() {
    constexpr auto probe = "probe";
    std::unique_ptr<rocksdb::FSWritableFile> made;
    if (auto s = files->NewWritableFile(path(probe), {}, &made, nullptr); !s.ok())
      return s;
    made.reset();
    return files->DeleteFile(path(probe), plain, nullptr);
  }

  result<void> sync_directory() {
    std::unique_ptr<rocksdb::FSDirectory> opened;
    if (auto s = files->NewDirectory(directory, plain, &opened, nullptr); !s.ok())
      return failed("opening " + directory, s);
    if (auto s = opened->Fsync(plain, nullptr); !s.ok())
      return failed("syncing " + directory, s);
    return {};
  }

  /// Before the table, and durable before it: a table without a mark has lost it. One that is there
  /// already may be of a life that ended before it was synced.
  result<void> open_mark() {
    const bool fresh = !exists(std::string{table_name} + "/CURRENT");
    if (!exists(mark_name) && !fresh)
      return make_error(errc::storage_corrupt,
                        "the durable mark in " + directory
                          + " is missing, so nothing tells whether the end of the log is, too: "
                            "remove this node, and start it with empty storage.");
    std::unique_ptr<rocksdb::FSWritableFile> made;
    if (!exists(mark_name))
      if (auto s = files->NewWritableFile(path(mark_name), {}, &made, nullptr); !s.ok())
        return failed("making the durable mark", s);
    made.reset();
    if (auto s = files->NewRandomRWFile(path(mark_name), {}, &mark, nullptr); !s.ok())
      return unreadable("the durable mark of " + directory, s);
    if (!fresh)
      return {};
    if (auto s = mark->Fsync(plain, nullptr); !s.ok())
      return failed("syncing the durable mark", s);
    return sync_directory();
  }

  result<void> open_table(const settings& how) {
    env = rocksdb::NewCompositeEnv(files);
    rocksdb::DB* opened = nullptr;
    if (auto s = rocksdb::DB::Open(options_of(how, env.get()), path(table_name), &opened); !s.ok())
      return unreadable("the table in " + directory, s);
    table.reset(opened);
    return {};
  }

  std::string directory;
  std::shared_ptr<rocksdb::FileSystem> files;
  std::unique_ptr<rocksdb::Env> env;
  rocksdb::FileLock* lock = nullptr;
  std::unique_ptr<rocksdb::DB> table;
  std::unique_ptr<rocksdb::FSRandomRWFile> mark;
  std::unique_ptr<rocksdb::FSWritableFile> writing;
  rocksdb::WriteBatch batch;
};

// -- its life -------------------------------------------------------------------------------------

rocksdb_engine::rocksdb_engine(std::unique_ptr<parts> from) : parts_(std::move(from)) {
  // nop
}

rocksdb_engine::~rocksdb_engine() = default;

result<std::unique_ptr<rocksdb_engine>> rocksdb_engine::open(const settings& how) {
  auto opened = std::make_unique<parts>(how,
                                        how.files ? how.files : rocksdb::FileSystem::Default());
  if (auto done = opened->take_directory(); !done)
    return done.error();
  if (auto done = opened->open_mark(); !done)
    return done.error();
  if (auto done = opened->open_table(how); !done)
    return done.error();
  return std::unique_ptr<rocksdb_engine>{new rocksdb_engine{std::move(opened)}};
}

std::optional<std::uint64_t> rocksdb_engine::free_bytes() const {
  std::uint64_t out = 0;
  if (!parts_->files->GetFreeSpace(parts_->directory, plain, &out, nullptr).ok())
    return std::nullopt;
  return out;
}

// -- the table ------------------------------------------------------------------------------------

result<std::optional<std::string>> rocksdb_engine::get(std::string_view key) const {
  std::string value;
  const auto s = parts_->table->Get({}, slice(key), &value);
  if (s.IsNotFound())
    return std::optional<std::string>{};
  if (!s.ok())
    return unreadable("a record", s);
  return std::optional{std::move(value)};
}

result<void> rocksdb_engine::scan(
  std::string_view from, std::string_view to,
  const std::function<bool(std::string_view key, std::string_view value)>& visit) const {
  rocksdb::ReadOptions how;
  const auto end = slice(to);
  how.iterate_upper_bound = &end;
  how.fill_cache = false;
  how.readahead_size = std::size_t{1} << 20;
  const std::unique_ptr<rocksdb::Iterator> at{parts_->table->NewIterator(how)};
  for (at->Seek(slice(from)); at->Valid(); at->Next())
    if (!visit(view(at->key()), view(at->value())))
      return {};
  if (!at->status().ok())
    return unreadable("a record", at->status());
  return {};
}

// What is gathered is in memory: it can't fail.
void rocksdb_engine::put(std::string_view key, std::string_view value) {
  const auto s = parts_->batch.Put(slice(key), slice(value));
  QUORATE_CHECK(s.ok(), s.ToString());
}

void rocksdb_engine::erase(std::string_view key) {
  const auto s = parts_->batch.Delete(slice(key));
  QUORATE_CHECK(s.ok(), s.ToString());
}

void rocksdb_engine::erase_range(std::string_view from, std::string_view to) {
  const auto s = parts_->batch.DeleteRange(slice(from), slice(to));
  QUORATE_CHECK(s.ok(), s.ToString());
}

bool rocksdb_engine::gathered() const {
  return parts_->batch.Count() != 0;
}

result<void> rocksdb_engine::commit() {
  rocksdb::WriteOptions how;
  how.sync = true;
  const auto s = parts_->table->Write(how, &parts_->batch);
  parts_->batch.Clear();
  if (!s.ok())
    return failed("a write to " + parts_->directory, s);
  return {};
}

void rocksdb_engine::discard() {
  parts_->batch.Clear();
}

// -- plain files ----------------------------------------------------------------------------------

result<void> rocksdb_engine::make_file(const std::string& name) {
  const auto s = parts_->files->NewWritableFile(parts_->path(name), {}, &parts_->writing, nullptr);
  if (!s.ok())
    return failed("making " + parts_->path(name), s);
  return {};
}

result<void> rocksdb_engine::reuse_file(const std::string& name, const std::string& old) {
  const auto s = parts_->files->ReuseWritableFile(parts_->path(name), parts_->path(old), {},
                                                  &parts_->writing, nullptr);
  if (!s.ok())
    return failed("making " + parts_->path(name), s);
  return {};
}

result<void> rocksdb_engine::append_file(std::string_view bytes) {
  QUORATE_CHECK(parts_->writing != nullptr);
  if (auto s = parts_->writing->Append(slice(bytes), plain, nullptr); !s.ok())
    return failed("writing a file in " + parts_->directory, s);
  return {};
}

result<void> rocksdb_engine::sync_file() {
  QUORATE_CHECK(parts_->writing != nullptr);
  if (auto s = parts_->writing->Sync(plain, nullptr); !s.ok())
    return failed("syncing a file in " + parts_->directory, s);
  return {};
}

result<void> rocksdb_engine::finish_file() {
  QUORATE_CHECK(parts_->writing != nullptr);
  if (auto s = parts_->writing->Fsync(plain, nullptr); !s.ok())
    return failed("syncing a file in " + parts_->directory, s);
  if (auto s = std::exchange(parts_->writing, nullptr)->Close(plain, nullptr); !s.ok())
    return failed("closing a file in " + parts_->directory, s);
  return parts_->sync_directory();
}

void rocksdb_engine::drop_file() {
  parts_->writing.reset();
}

result<std::string> rocksdb_engine::read_file(const std::string& name) const {
  std::string out;
  if (auto s = rocksdb::ReadFileToString(parts_->files.get(), parts_->path(name), &out); !s.ok())
    return unreadable(parts_->path(name), s);
  return out;
}

result<std::vector<std::string>> rocksdb_engine::list_files() const {
  std::vector<std::string> out;
  if (auto s = parts_->files->GetChildren(parts_->directory, plain, &out, nullptr); !s.ok())
    return unreadable(parts_->directory, s);
  return out;
}

std::uint64_t rocksdb_engine::file_bytes(const std::string& name) const {
  std::uint64_t out = 0;
  parts_->files->GetFileSize(parts_->path(name), plain, &out, nullptr).PermitUncheckedError();
  return out;
}

void rocksdb_engine::remove_file(const std::string& name) {
  parts_->files->DeleteFile(parts_->path(name), plain, nullptr).PermitUncheckedError();
}

// -- the durable mark -----------------------------------------------------------------------------

result<std::string> rocksdb_engine::read_mark() const {
  constexpr std::size_t bytes_max = 8'192; // Two slots, and more would be a mistake.
  std::string out(bytes_max, '\0');
  rocksdb::Slice found;
  if (auto s = parts_->mark->Read(0, out.size(), plain, &found, out.data(), nullptr); !s.ok())
    return unreadable("the durable mark", s);
  return std::string{view(found)};
}

result<void> rocksdb_engine::write_mark(std::uint64_t offset, std::string_view bytes, bool synced) {
  if (auto s = parts_->mark->Write(offset, slice(bytes), plain, nullptr); !s.ok())
    return failed("writing the durable mark", s);
  if (!synced)
    return {};
  if (auto s = parts_->mark->Sync(plain, nullptr); !s.ok())
    return failed("syncing the durable mark", s);
  return {};
}

} // namespace quorate::storage
