// The files that make connections private, and that they are renewed.
#pragma once

#include "quorate/result.hpp"
#include "quorate/tls.hpp"
#include "runtime/tls/credentials.hpp"

#include <sys/stat.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

namespace quorate::actors {

/// What the three files hold, as of now or a few seconds ago.
///
/// Thread safety: all methods may be called from any thread. The files are read by whoever asks
/// first after they have changed: a few kilobytes, at most every `look_again`.
class tls_files {
public:
  /// Reads them. Errors: `tls_unusable`, with the file and what is wrong with it: it isn't there,
  /// can't be read, is longer than `limits::pem_bytes_max`; a key that others can read; and all
  /// that `tls::credentials::make` finds.
  static result<std::shared_ptr<tls_files>> open(const tls_options& where);

  tls_files(const tls_files&) = delete;
  tls_files& operator=(const tls_files&) = delete;

  /// For the next connection. Files that have changed and can't be used, or that are somebody
  /// else's, are left: the ones before stay in use.
  std::shared_ptr<const tls::credentials> current();

  /// Why the newest files aren't used; `none` if they are.
  error failure() const;

  /// For tests: the time has come.
  void look_again_now();

  static constexpr std::chrono::seconds look_again{10};

private:
  /// Tells whether a file is still the same.
  struct stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t changed_ns = 0;

    bool operator!=(const stamp& x) const {
      return device != x.device || inode != x.inode || size != x.size || changed_ns != x.changed_ns;
    }
  };
  using stamps = std::array<stamp, 3>;

  explicit tls_files(tls_options where);
  static stamp stamp_of(const std::string& path);
  stamps stamps_now() const;
  result<std::shared_ptr<const tls::credentials>> read() const;

  const tls_options where_;
  mutable std::mutex mutex_; ///< Of what follows.
  std::shared_ptr<const tls::credentials> current_;
  stamps seen_;
  std::chrono::steady_clock::time_point looked_;
  error failure_;
};

} // namespace quorate::actors
