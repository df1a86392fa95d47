// Random small histories: of a correct store, and with something changed afterwards.
#pragma once

#include "tests/history/history.hpp"

#include <cstdint>
#include <random>

namespace quorate::history {

using random_source = std::mt19937_64;

struct shape {
  std::uint64_t operations = 8;
  std::uint64_t keys = 2;
  std::uint64_t ticks = 12; ///< How long it takes; few ticks are much concurrency.
  std::uint64_t percent_unknown = 25;
  std::uint64_t percent_effective = 60; ///< Of the unknown ones.
  std::uint64_t percent_gets = 35;
};

/// Draws a shape with at most `operations_max` operations.
shape random_shape(random_source& draw, std::uint64_t operations_max);

/// Linearizable.
history simulate(random_source& draw, const shape& of);

/// Clients that send one operation after the other, and crashes that leave all of them without an
/// answer. Times are microseconds.
struct load {
  std::uint64_t clients = 64;
  std::uint64_t operations_each = 1000;
  std::uint64_t keys = 1000;
  std::uint64_t crash_every = 100'000;
  std::uint64_t percent_effective = 50; ///< Of the writes that a crash left unknown.
  std::uint64_t percent_gets = 50;
};

/// Linearizable, and as long as of a real load.
history simulate(random_source& draw, const load& of);

/// Changes one thing somewhere; the history may still be linearizable.
void mutate(random_source& draw, history& what);

} // namespace quorate::history
