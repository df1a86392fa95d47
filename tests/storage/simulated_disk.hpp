// A disk with files and directories that forgets what disks forget: whatever wasn't synced may be
// gone after a power failure, in any part and any order of its sectors. It fails and stops on
// demand, too.
#pragma once

#include "runtime/base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::storage {

/// A file by itself: its names are the directory's.
struct simulated_file {
  struct change {
    std::uint64_t offset = 0;
    std::string bytes;
    std::optional<std::uint64_t> truncate; ///< Instead of bytes.
  };
  std::string content;          ///< As processes see it.
  std::string durable;          ///< As of its last sync.
  std::vector<change> unsynced; ///< Since then, in order.
};
using file_ptr = std::shared_ptr<simulated_file>;

/// What an operation came to.
enum class disk_answer : std::uint8_t { done, missing, io_error, no_space, stopped };

/// Thread safety: all methods may be called from any thread; the engine has some of its own.
class simulated_disk {
public:
  // -- files and names ----------------------------------------------------------------------------

  disk_answer make(const std::string& path, file_ptr& out); ///< Or empties it.
  file_ptr find(const std::string& path) const;
  disk_answer write(simulated_file& to, std::uint64_t offset, std::string_view bytes);
  disk_answer truncate(simulated_file& what, std::uint64_t size);
  disk_answer sync(simulated_file& what);
  disk_answer rename(const std::string& from, const std::string& to);
  disk_answer remove(const std::string& path);
  disk_answer make_directory(const std::string& path);
  disk_answer sync_directory(const std::string& path);
  bool is_directory(const std::string& path) const;
  std::vector<std::string> names_in(const std::string& directory) const;
  std::string content(const simulated_file& of) const;
  bool lock(const std::string& path);
  void unlock(const std::string& path);

  // -- what goes wrong ----------------------------------------------------------------------------

  /// The n-th change from now on, counted from 1, fails once; a write has a part of itself written.
  void fail_at(std::uint64_t n, disk_answer how);
  /// Writes beyond that fail for lack of space. At first it is without end.
  void set_capacity(std::uint64_t bytes);
  std::uint64_t free_bytes() const;
  /// From the n-th change on nothing happens any more, and everything fails: the machine stands.
  void stop_at(std::uint64_t n);
  /// Changes so far: writes, syncs, and those of names.
  std::uint64_t changes() const;

  enum class loss : std::uint8_t { everything, something };
  /// What wasn't synced is lost, all or in part. Nothing is open any more.
  void power_failure(base::random& draw, loss what);
  /// Only the process has ended.
  void process_death();

  /// The paths of all files.
  std::vector<std::string> files() const;
  /// A durable byte changes. False: the file is empty.
  bool flip_bit(const std::string& path, base::random& draw);

private:
  disk_answer admit(bool& partly);
  std::uint64_t used_bytes() const;
  static void apply(std::string& to, const simulated_file::change& x);
  static void lose(simulated_file& of, base::random& draw, loss what);
  void end_faults();

  mutable std::mutex mutex_;
  std::map<std::string, file_ptr> names_;
  std::map<std::string, file_ptr> durable_names_;
  std::set<std::string> directories_{"/"};
  std::set<std::string> locks_;
  std::uint64_t changes_ = 0;
  std::uint64_t fails_at_ = 0; ///< By `changes_`; 0: never.
  disk_answer fails_how_ = disk_answer::io_error;
  std::uint64_t stops_at_ = 0;
  std::uint64_t capacity_bytes_ = UINT64_MAX / 2;
};

} // namespace quorate::storage
