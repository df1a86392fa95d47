// The node's table of counters: one place, exported by later layers under these names.
#pragma once

#include "quorate/errc.hpp"
#include "quorate/membership.hpp"
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

  /// `transitions_total{event}`, `refusals_total{code}`, and the plain ones, ascending by name and
  /// label.
  std::vector<ops::counter> table() const;

private:
  std::map<lifecycle_event, std::uint64_t> transitions_;
  std::map<errc, std::uint64_t> refusals_;
  std::uint64_t messages_dropped_ = 0;
  std::uint64_t logs_retired_ = 0;
};

} // namespace quorate::driver
