// What `kill_child` says, line by line, and who reads it. A line is one write to a pipe, which
// survives the process; so all that was acknowledged to a client is in what the parent reads.
//
//   S client op key value pre expect ns     an operation is about to start
//   A client outcome revision value ns why  it was answered
//   R                                       every key was read: the cluster goes on
//   F name applied hash revision keys       a replica at the end, all at the same index
//   E sentence                              what may not happen
//
// Words are those of a history (tests/history/reader.cpp); `-` stands for no value. Times are
// nanoseconds of the machine's monotonic clock, the same in every process.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace quorate::processes {

/// Clients of one life; a client's number is the life's times this and its own.
inline constexpr std::uint32_t clients_max = 16;

inline std::int64_t now_ns() {
  return std::chrono::nanoseconds{std::chrono::steady_clock::now().time_since_epoch()}.count();
}

/// Keys that clients count in, each writing the number after the one that it read.
inline const std::string counter_prefix = "counter";

inline bool is_counter(const std::string& key) {
  return key.compare(0, counter_prefix.size(), counter_prefix) == 0;
}

} // namespace quorate::processes
