// The cluster under load: in this process, or in others.
#pragma once

#include "quorate/client.hpp"
#include "quorate/local_cluster.hpp"
#include "quorate/remote_cluster.hpp"
#include "bench/kv_load/options.hpp"

#include <cstdint>
#include <optional>

namespace quorate::bench {

/// Thread safety: as `local_cluster` and `remote_cluster`.
class target {
public:
  /// Starts a cluster and waits until it has grown; with `--remote`, only connects to one. Errors:
  /// the cluster's.
  static result<target> open(const load_options& options);

  quorate::client client();
  /// Null: it is in other processes.
  local_cluster* local() noexcept {
    return local_ ? &*local_ : nullptr;
  }
  /// Of the one that leads now; nothing if nobody does, or it is in other processes.
  std::uint64_t leader_syncs();

private:
  target() = default;

  std::optional<local_cluster> local_;
  std::optional<remote_cluster> remote_;
};

} // namespace quorate::bench
