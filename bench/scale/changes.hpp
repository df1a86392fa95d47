// What a change of the nodes table costs, with those who watch it.
#pragma once

#include "quorate/local_cluster.hpp"
#include "bench/scale/point.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace quorate::scale {

/// Subscriptions that remember what they have heard.
class watchers {
public:
  watchers(local_cluster& of, std::uint32_t count);

  /// Whether all of them have heard of that version.
  bool have_heard(config_version version) const;

private:
  struct one {
    std::shared_ptr<std::atomic<std::uint64_t>> heard;
    membership_subscription subscription;
  };

  std::vector<one> all_;
};

/// Parks and activates an outsider in turn, until all watchers have heard of it and the cluster is
/// idle again: whoever delivers has work behind that. `idle`: processors that it uses by itself.
/// Errors: the cluster's; `deadline_exceeded` if a watcher doesn't hear of it.
result<cost> measure_changes(local_cluster& cluster, const watchers& who, const conditions& with,
                             double idle);

} // namespace quorate::scale
