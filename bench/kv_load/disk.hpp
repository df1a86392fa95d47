// What the disk itself costs: measured in the same run, because a figure of another day says
// nothing about this one.
#pragma once

#include "quorate/result.hpp"

#include <cstddef>
#include <string>

namespace quorate::bench {

/// Of appends of 512 bytes with an fdatasync each, one after the other, to a file of that directory
/// which has its blocks already: what a log does.
struct sync_latency {
  double p50_us = 0;
  double p99_us = 0;
};

/// With `files` threads at once, each with a file of its own, as the nodes of one process have.
/// Takes half a second. Errors: `storage_unreadable`.
result<sync_latency> measure_syncs(const std::string& directory, std::size_t files);

/// By itself, and as often at once as there are nodes.
struct disk_latency {
  sync_latency alone;
  sync_latency together;
};

result<disk_latency> measure_disk(const std::string& directory, std::size_t nodes);

/// Of a run: the mean of what was measured before and after it.
disk_latency mean(const disk_latency& a, const disk_latency& b) noexcept;

/// Makes the directory if it isn't there. Errors: `invalid_argument` if something is in it already,
/// `storage_unreadable`.
result<void> take_empty_directory(const std::string& path);

} // namespace quorate::bench
