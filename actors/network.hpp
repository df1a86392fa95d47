// What the actors of a process need to talk to other processes.
#pragma once

#include "quorate/types.hpp"
#include "messages/wire.hpp"
#include "actors/tls_files.hpp"
#include "runtime/wire/link.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace quorate::actors {

/// What this process says of itself to others. Its node adds what it knows: its storage, its life,
/// and its cluster as soon as it has one.
///
/// Thread safety: all methods may be called from any thread.
class own_hello {
public:
  explicit own_hello(wire::hello at_first) : what_(std::move(at_first)) {
    // nop
  }

  wire::hello get() const {
    const std::lock_guard guard{mutex_};
    return what_;
  }

  void is(storage_id storage, boot_number boot, fingerprint cluster) {
    const std::lock_guard guard{mutex_};
    what_.storage = storage;
    what_.boot = boot;
    what_.cluster = cluster;
  }

private:
  mutable std::mutex mutex_;
  wire::hello what_;
};

/// Shared by all connections of a process.
struct network_settings {
  std::shared_ptr<own_hello> self;
  std::vector<std::string> addresses; ///< Where clients of this process look for the cluster.
  std::uint64_t handshake_ms = 5'000;
  std::uint64_t heartbeat_ms = 500;
  std::uint64_t timeout_ms = 3'000;
  std::size_t connections_max = 4'096; ///< That others make to this process.
  std::uint64_t seed = 0;              ///< Of the jitter of its attempts to connect.
  std::shared_ptr<tls_files> tls;      ///< Null: connections are plain.
};

} // namespace quorate::actors
