#include "tests/storage/simulated_files.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace quorate::storage {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using disk_ptr = std::shared_ptr<simulated_disk>;

IOStatus status_of(disk_answer x) {
  switch (x) {
  case disk_answer::done:
    return IOStatus::OK();
  case disk_answer::missing:
    return IOStatus::PathNotFound("simulated");
  case disk_answer::no_space:
    return IOStatus::NoSpace("simulated");
  case disk_answer::io_error:
    return IOStatus::IOError("simulated");
  case disk_answer::stopped:
    return IOStatus::IOError("simulated: the machine stands");
  }
  return IOStatus::IOError("unknown");
}

Slice copied(const std::string& from, std::uint64_t offset, std::size_t n, char* scratch) {
  const auto at = std::min<std::uint64_t>(offset, from.size());
  const auto count = std::min<std::uint64_t>(n, from.size() - at);
  std::memcpy(scratch, from.data() + at, count);
  return {scratch, count};
}

class reading : public rocksdb::FSSequentialFile, public rocksdb::FSRandomAccessFile {
public:
  explicit reading(std::string content) : content_(std::move(content)) {
    // nop
  }
  IOStatus Read(size_t n, const IOOptions&, Slice* out, char* scratch, IODebugContext*) override {
    *out = copied(content_, at_, n, scratch);
    at_ += out->size();
    return IOStatus::OK();
  }
  IOStatus Skip(uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }
  IOStatus Read(uint64_t offset, size_t n, const IOOptions&, Slice* out, char* scratch,
                IODebugContext*) const override {
    *out = copied(content_, offset, n, scratch);
    return IOStatus::OK();
  }
  bool use_direct_io() const override {
    return false;
  }
  size_t GetRequiredBufferAlignment() const override {
    return 1;
  }
  IOStatus InvalidateCache(size_t, size_t) override {
    return IOStatus::OK();
  }
  rocksdb::Temperature GetTemperature() const override {
    return rocksdb::Temperature::kUnknown;
  }

private:
  std::string content_; ///< As it was when it was opened: the engine reads finished files only.
  std::uint64_t at_ = 0;
};

class writing : public rocksdb::FSWritableFile {
public:
  writing(disk_ptr disk, file_ptr file) : disk_(std::move(disk)), file_(std::move(file)) {
    // nop
  }
  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    const auto how = disk_->write(*file_, at_, {data.data(), data.size()});
    at_ += how == disk_answer::done ? data.size() : 0;
    return status_of(how);
  }
  IOStatus Append(const Slice& data, const IOOptions& o, const rocksdb::DataVerificationInfo&,
                  IODebugContext* d) override {
    return Append(data, o, d);
  }
  IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override {
    return status_of(disk_->truncate(*file_, size));
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return status_of(disk_->sync(*file_));
  }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    return at_;
  }

private:
  disk_ptr disk_;
  file_ptr file_;
  std::uint64_t at_ = 0;
};

class in_place : public rocksdb::FSRandomRWFile {
public:
  in_place(disk_ptr disk, file_ptr file) : disk_(std::move(disk)), file_(std::move(file)) {
    // nop
  }
  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions&, IODebugContext*) override {
    return status_of(disk_->write(*file_, offset, {data.data(), data.size()}));
  }
  IOStatus Read(uint64_t offset, size_t n, const IOOptions&, Slice* out, char* scratch,
                IODebugContext*) const override {
    *out = copied(disk_->content(*file_), offset, n, scratch);
    return IOStatus::OK();
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return status_of(disk_->sync(*file_));
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

private:
  disk_ptr disk_;
  file_ptr file_;
};

class directory : public rocksdb::FSDirectory {
public:
  directory(disk_ptr disk, std::string path) : disk_(std::move(disk)), path_(std::move(path)) {
    // nop
  }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return status_of(disk_->sync_directory(path_));
  }

private:
  disk_ptr disk_;
  std::string path_;
};

class held_lock : public rocksdb::FileLock {
public:
  explicit held_lock(std::string of) : path(std::move(of)) {
    // nop
  }
  const std::string path;
};

class mute : public rocksdb::Logger {
public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {
    // The engine's own log is nobody's business here.
  }
  size_t GetLogFileSize() const override {
    return 0;
  }
};

std::string plain(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

class file_system : public rocksdb::FileSystem {
public:
  explicit file_system(disk_ptr disk) : disk_(std::move(disk)) {
    // nop
  }
  const char* Name() const override {
    return "simulated";
  }

  // -- opening
  IOStatus NewSequentialFile(const std::string& f, const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* out,
                             IODebugContext*) override {
    return open<reading>(f, out);
  }
  IOStatus NewRandomAccessFile(const std::string& f, const rocksdb::FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* out,
                               IODebugContext*) override {
    return open<reading>(f, out);
  }
  IOStatus NewWritableFile(const std::string& f, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* out,
                           IODebugContext*) override {
    file_ptr made;
    const auto how = disk_->make(f, made);
    if (how == disk_answer::done)
      *out = std::make_unique<writing>(disk_, std::move(made));
    return status_of(how);
  }
  /// Over the old bytes, as the real one does.
  IOStatus ReuseWritableFile(const std::string& f, const std::string& old,
                             const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>* out,
                             IODebugContext*) override {
    const auto how = disk_->rename(old, f);
    if (how == disk_answer::done)
      *out = std::make_unique<writing>(disk_, disk_->find(f));
    return status_of(how);
  }
  IOStatus NewRandomRWFile(const std::string& f, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* out,
                           IODebugContext*) override {
    auto found = disk_->find(f);
    if (found == nullptr)
      return status_of(disk_answer::missing);
    *out = std::make_unique<in_place>(disk_, std::move(found));
    return IOStatus::OK();
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions&,
                        std::unique_ptr<rocksdb::FSDirectory>* out, IODebugContext*) override {
    if (!disk_->is_directory(plain(name)))
      return status_of(disk_answer::missing);
    *out = std::make_unique<directory>(disk_, plain(name));
    return IOStatus::OK();
  }
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* out,
                     IODebugContext*) override {
    *out = std::make_shared<mute>();
    return IOStatus::OK();
  }

  // -- names
  IOStatus FileExists(const std::string& f, const IOOptions&, IODebugContext*) override {
    const bool there = disk_->find(f) != nullptr || disk_->is_directory(plain(f));
    return there ? IOStatus::OK() : IOStatus::NotFound("simulated");
  }
  IOStatus GetChildren(const std::string& dir, const IOOptions&, std::vector<std::string>* out,
                       IODebugContext*) override {
    if (!disk_->is_directory(plain(dir)))
      return status_of(disk_answer::missing);
    *out = disk_->names_in(plain(dir));
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& f, const IOOptions&, IODebugContext*) override {
    return status_of(disk_->remove(f));
  }
  IOStatus CreateDir(const std::string& d, const IOOptions&, IODebugContext*) override {
    return status_of(disk_->make_directory(plain(d)));
  }
  IOStatus CreateDirIfMissing(const std::string& d, const IOOptions&, IODebugContext*) override {
    return status_of(disk_->make_directory(plain(d)));
  }
  IOStatus DeleteDir(const std::string&, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("simulated");
  }
  IOStatus GetFileSize(const std::string& f, const IOOptions&, uint64_t* out,
                       IODebugContext*) override {
    const auto found = disk_->find(f);
    if (found == nullptr)
      return status_of(disk_answer::missing);
    *out = disk_->content(*found).size();
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, uint64_t* out,
                                   IODebugContext*) override {
    *out = 0;
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
    return status_of(disk_->rename(from, to));
  }
  IOStatus LockFile(const std::string& f, const IOOptions&, rocksdb::FileLock** out,
                    IODebugContext*) override {
    if (!disk_->lock(f))
      return IOStatus::IOError("lock", f);
    *out = new held_lock{f};
    return IOStatus::OK();
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
    const std::unique_ptr<held_lock> owned{static_cast<held_lock*>(lock)};
    disk_->unlock(owned->path);
    return IOStatus::OK();
  }
  IOStatus GetTestDirectory(const IOOptions&, std::string* out, IODebugContext*) override {
    *out = "/";
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* out,
                           IODebugContext*) override {
    *out = path;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* out,
                       IODebugContext*) override {
    *out = disk_->is_directory(plain(path));
    return IOStatus::OK();
  }
  IOStatus GetFreeSpace(const std::string&, const IOOptions&, uint64_t* out,
                        IODebugContext*) override {
    *out = disk_->free_bytes();
    return IOStatus::OK();
  }

private:
  template <class File, class Base>
  IOStatus open(const std::string& path, std::unique_ptr<Base>* out) {
    const auto found = disk_->find(path);
    if (found == nullptr)
      return status_of(disk_answer::missing);
    *out = std::make_unique<File>(disk_->content(*found));
    return IOStatus::OK();
  }

  disk_ptr disk_;
};

} // namespace

std::shared_ptr<rocksdb::FileSystem> files_on(std::shared_ptr<simulated_disk> disk) {
  return std::make_shared<file_system>(std::move(disk));
}

} // namespace quorate::storage
