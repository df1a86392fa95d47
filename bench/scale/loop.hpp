// Clients that put or read in closed loops.
#pragma once

#include "quorate/client.hpp"
#include "quorate/result.hpp"
#include "bench/kv_load/histogram.hpp"
#include "bench/scale/point.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace quorate::scale {

enum class operation { put, get };

/// Each client starts its next operation when the one before is answered, on a thread of the
/// cluster, each with a key drawn from all.
///
/// Thread safety: one thread runs it.
class loop {
public:
  loop(std::vector<client> clients, const conditions& with, operation what);
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  /// For so many seconds, and until the last operation is answered. `idle`: processors that the
  /// cluster uses by itself. Errors: the first operation's that failed.
  result<cost> run(double seconds, double idle);

private:
  struct one {
    client cluster;
    std::uint64_t drawn; ///< The state of a generator.
    std::chrono::steady_clock::time_point began;
    bench::histogram took;
  };

  void next(one& by);
  void answered(one& by, const error* failure);

  const conditions& with_;
  operation what_;
  std::string value_;
  std::deque<one> all_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> under_way_{0};
  std::mutex mutex_;
  error failure_;
};

} // namespace quorate::scale
