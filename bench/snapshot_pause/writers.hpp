// Clients that write in closed loops, and note when and for how long.
#pragma once

#include "quorate/client.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace quorate::snapshot_pause {

using clock = std::chrono::steady_clock;

/// One put: when it began, how long it took, and whether it was acknowledged.
struct sample {
  clock::time_point begin;
  clock::duration took;
  bool acknowledged = true;
};

struct shape {
  std::uint32_t keys = 1'000'000;
  std::uint32_t value_bytes = 100;
};

std::string key_of(std::uint32_t number);

/// Every key once. Errors: the client's.
result<void> fill(const client& into, const shape& of);

/// Each client starts its next put when the one before is answered, on a thread of the cluster.
///
/// Thread safety: one thread starts, stops and reads; `samples` once it is stopped.
class writers {
public:
  writers(std::vector<client> clients, const shape& of);
  writers(const writers&) = delete;
  writers& operator=(const writers&) = delete;

  void start();
  /// Waits until nothing is under way. False: something failed meanwhile.
  bool stop();
  std::vector<sample> samples() const;

private:
  struct one {
    client cluster;
    std::uint32_t next = 0;
    clock::time_point began;
    std::vector<sample> done;
  };

  void put(one& by);

  shape shape_;
  std::string value_;
  std::deque<one> all_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> under_way_{0};
  std::atomic<std::size_t> failed_{0};
};

} // namespace quorate::snapshot_pause
