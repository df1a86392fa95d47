// A file system of its own for one test, small enough to be filled: seen by this process alone, and
// gone with it.
#pragma once

#include "tests/storage/temporary_directory.hpp"

#include <cstdint>
#include <string>

namespace quorate::processes {

/// Thread safety: one owner; what is in it belongs to whoever uses it.
class small_file_system {
public:
  small_file_system() = default;
  small_file_system(const small_file_system&) = delete;
  small_file_system& operator=(const small_file_system&) = delete;
  /// Unmounts it, also if it is in use.
  ~small_file_system();

  /// In memory. False: this process may not mount anything; `why_not` says why.
  bool mount_in_memory(std::uint64_t bytes);
  /// An ext4 on a loop device, which turns read-only at its first error.
  bool mount_on_loop(std::uint64_t bytes);
  const std::string& why_not() const noexcept {
    return why_not_;
  }

  std::string operator/(const std::string& name) const {
    return mounted_at() + '/' + name;
  }

  /// Takes so many bytes away, in a file, or gives them back.
  void fill(std::uint64_t bytes);
  void clear();
  std::uint64_t free_bytes() const;

  /// Nothing may be open for writing in it.
  bool remount(bool read_only);
  /// On a loop only: an error of the file system, as a bad disk makes one. It is read-only at once,
  /// whoever writes to it.
  bool break_down();
  /// It is checked and mounted anew.
  bool repair();

private:
  std::string mounted_at() const {
    return where_ / "disk";
  }
  bool enter_own_namespace();
  bool failed(const std::string& what);
  bool mount_image();

  temporary_directory where_;
  bool mounted_ = false;
  std::string why_not_;
};

} // namespace quorate::processes
