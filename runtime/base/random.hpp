// A seeded source of randomness: the only kind that decisions may use, so that a seed replays a
// run.
#pragma once

#include "runtime/base/check.hpp"

#include <cstdint>

namespace quorate::base {

/// SplitMix64 (Steele, Lea, Flood 2014): tiny state, passes BigCrush, any seed is good.
///
/// Thread safety: none; each owner has its own.
class random {
public:
  explicit constexpr random(std::uint64_t seed) : state_(seed) {
    // nop
  }

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound). The bias of the modulo is below 2^-32 for every bound that is used
  /// here.
  std::uint64_t below(std::uint64_t bound) {
    QUORATE_CHECK(bound > 0);
    return next() % bound;
  }

  /// Uniform in [low, high].
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    QUORATE_CHECK(low <= high, "low", low, "high", high);
    return low + below(high - low + 1);
  }

  /// True in `percent` of 100 draws.
  bool chance(std::uint64_t percent) {
    return below(100) < percent;
  }

  /// A stream of its own, named by `label`: draws from it don't shift the draws of others.
  random fork(std::uint64_t label) const {
    random mixed{state_ ^ (label * 0xD1342543DE82EF95ULL)};
    return random{mixed.next()};
  }

private:
  std::uint64_t state_;
};

} // namespace quorate::base
