// How the benchmarks of the pure rooms are registered: each of them runs for as long as its time
// needs, or a fixed number of times, for those who count instructions.
#pragma once

#include "quorate/bytes.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <initializer_list>
#include <string>

namespace quorate::micro {

/// What all of them write.
inline shared_bytes payload_of(std::size_t bytes = 256) {
  return std::string(bytes, 'x');
}

class registry {
public:
  explicit registry(bool counting) : counting_(counting) {
    // nop
  }

  /// Adds a benchmark, or one for each size. `counted`: how often each runs while instructions are
  /// counted; the script that does so says what one run costs.
  void add(const char* name, void (*run)(benchmark::State&), std::int64_t counted,
           std::initializer_list<std::int64_t> sizes = {}) {
    auto* added = benchmark::RegisterBenchmark(name, run);
    for (const auto size : sizes)
      added->Arg(size);
    if (counting_)
      added->Iterations(counted);
  }

private:
  bool counting_;
};

void add_kv(registry& to);
void add_membership(registry& to);
void add_raft(registry& to);
void add_storage(registry& to);
void add_wire(registry& to);

} // namespace quorate::micro
