// The node's table of counters: one place, exported by later layers under these names.
#pragma once

#include "quorate/errc.hpp"
#include "quorate/membership.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"

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
  /// A message that is on its way: its bytes, and what it is about.
  void count_mailed(const node_message& message);

  /// `transitions_total{event}`, `refusals_total{code}`, `bytes_total` that were encoded (entries
  /// and snapshots), handed to storage and mailed, and the plain ones, ascending by name and label.
  std::vector<ops::counter> table() const;

private:
  std::map<lifecycle_event, std::uint64_t> transitions_;
  std::map<errc, std::uint64_t> refusals_;
  std::uint64_t messages_dropped_ = 0;
  std::uint64_t logs_retired_ = 0;
  std::uint64_t bytes_encoded_ = 0;
  std::uint64_t bytes_mailed_ = 0;
  std::uint64_t bytes_stored_ = 0;
  std::uint64_t heartbeats_sent_ = 0; ///< Of a node outside of consensus.
  std::uint64_t registrations_sent_ = 0;
  std::uint64_t views_sent_ = 0;
};

} // namespace quorate::driver
