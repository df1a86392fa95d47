// What the actors of a process need to talk to other processes.
#pragma once

#include "quorate/errc.hpp"
#include "quorate/status.hpp"
#include "quorate/types.hpp"
#include "messages/wire.hpp"
#include "actors/tls_files.hpp"
#include "runtime/wire/link.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
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

  /// A node knows its storage only when it has read it; before that it can't greet anybody.
  bool is_known() const {
    const std::lock_guard guard{mutex_};
    return what_.role != wire::peer_role::node || what_.storage;
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

/// What others did here that they may not, by the code with which it was refused.
///
/// Thread safety: all methods may be called from any thread.
class refused_peers {
public:
  void add(errc code, std::uint64_t count = 1) {
    const std::lock_guard guard{mutex_};
    counts_[code] += count;
  }

  std::vector<counter> counters() const {
    const std::lock_guard guard{mutex_};
    std::vector<counter> out;
    for (const auto& [code, count] : counts_)
      out.push_back({"connections_refused_total", std::string{to_string(code)}, count});
    return out;
  }

private:
  mutable std::mutex mutex_;
  std::map<errc, std::uint64_t> counts_;
};

/// Shared by all connections of a process.
struct network_settings {
  std::shared_ptr<own_hello> self;
  std::shared_ptr<refused_peers> refused = std::make_shared<refused_peers>();
  std::vector<std::string> addresses; ///< Where clients of this process look for the cluster.
  std::uint64_t handshake_ms = 5'000;
  std::uint64_t heartbeat_ms = 500;
  std::uint64_t timeout_ms = 3'000;
  std::size_t connections_max = 4'096; ///< That others make to this process.
  std::uint64_t seed = 0;              ///< Of the jitter of its attempts to connect.
  std::shared_ptr<tls_files> tls;      ///< Null: connections are plain.
};

} // namespace quorate::actors
