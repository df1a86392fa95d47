// Hashes that replicas compare: equal on every machine and in every release.
//
// Thread safety: none; plain values.
#pragma once

#include "runtime/base/codec.hpp"

#include <cstdint>
#include <string_view>

namespace quorate::base {

/// FNV-1a with 64 bits (Fowler, Noll, Vo), and SplitMix64's finalizer over its result, because sums
/// and differences of bare FNV values cancel out too easily. Finds accidents and bugs; doesn't
/// withstand somebody who looks for collisions.
class hasher {
public:
  /// With their length in front, so that ("ab", "c") and ("a", "bc") differ. O(bytes).
  void add(std::string_view bytes) {
    add(static_cast<std::uint64_t>(bytes.size()));
    for (char c : bytes)
      mix(static_cast<std::uint8_t>(c));
  }

  /// As 8 bytes, lowest first.
  void add(std::uint64_t x) {
    for (int shift = 0; shift < 64; shift += 8)
      mix(static_cast<std::uint8_t>(x >> shift));
  }

  /// Of all that was added so far; more can be added afterwards.
  std::uint64_t value() const noexcept {
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

private:
  void mix(std::uint8_t byte) {
    state_ = (state_ ^ byte) * 0x00000100000001B3ULL;
  }

  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

/// Of the encoding of a message.
template <class T>
std::uint64_t hash_of(const T& x) {
  hasher sum;
  sum.add(encode(x));
  return sum.value();
}

} // namespace quorate::base
