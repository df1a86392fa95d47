// What became of one operation, in as few bytes as it takes: a long run has millions of them.
#pragma once

#include "bench/kv_load/workload.hpp"

#include <cstdint>
#include <string_view>

namespace quorate::bench {

enum class outcome : std::uint8_t {
  ok,
  precondition_failed, ///< The store's correct answer to a condition that doesn't hold.
  rejected,            ///< An error that says that nothing happened, or any error of a read.
  unknown,             ///< A write that may have happened.
};

std::string_view to_string(outcome x) noexcept;

/// One operation. Times are in nanoseconds since the run began.
struct record {
  std::int64_t call_ns = 0;
  std::int64_t return_ns = 0; ///< Means nothing if the outcome is unknown.
  revision expected{};
  /// Of the value that was read, or 0 if there was none; of the write; of the current value, or 0,
  /// if the precondition failed.
  revision at{};
  value_name value; ///< Put, or read; none if there was none.
  std::uint32_t key = 0;
  op_kind kind = op_kind::get;
  pre_kind pre = pre_kind::none;
  bench::outcome outcome = bench::outcome::unknown;
  /// The value that was read was put by none of the clients; `value.number` says where it is kept.
  bool strange = false;
};
static_assert(sizeof(record) == 48, "a minute of 100,000 operations a second is 290 MB");

} // namespace quorate::bench
