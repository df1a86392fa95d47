// The node's table of counters: one place, exported by later layers under these names.
#pragma once

#include "quorate/errc.hpp"
#include "quorate/membership.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace quorate::driver {

/// Thread safety: none. Bounded: one row for each event and code.
class counters {
public:
  void count(lifecycle_event transition);
  void count(errc refusal);
  void count_message_dropped();
  void count_log_retired();
  void count_encoded(std::uint64_t bytes);
  void count_stored(std::uint64_t bytes);
  void count_sync(std::uint64_t took_us);
  /// A message that is on its way: its bytes, and what it is about.
  void count_mailed(const node_message& message);

  /// `transitions_total{event}`, `refusals_total{code}`, `bytes_total` that were encoded (entries
  /// and snapshots), handed to storage and mailed, the durations of syncs as a histogram
  /// (`storage_sync_us_bucket{le}`: how many took at most so long), and the plain ones, ascending
  /// by name and, of a histogram, by bucket.
  std::vector<ops::counter> table() const;

private:
  std::map<lifecycle_event, std::uint64_t> transitions_;
  std::map<errc, std::uint64_t> refusals_;
  std::uint64_t messages_dropped_ = 0;
  std::uint64_t logs_retired_ = 0;
  std::uint64_t bytes_encoded_ = 0;
  std::uint64_t bytes_mailed_ = 0;
  std::uint64_t bytes_stored_ = 0;
  std::array<std::uint64_t, 14> syncs_{}; ///< By bucket; the last one is for all that took longer.
  std::uint64_t sync_us_ = 0;             ///< All of them together.
  std::uint64_t heartbeats_sent_ = 0;     ///< Of a node outside of consensus.
  std::uint64_t registrations_sent_ = 0;
  std::uint64_t views_sent_ = 0;
};

} // namespace quorate::driver
