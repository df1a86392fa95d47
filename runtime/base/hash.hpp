// Hashes that replicas compare: equal on every machine and in every release.
//
// Thread safety: none; plain values.
#pragma once

#include "runtime/base/codec.hpp"

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace quorate::base {

/// XXH3 with 64 bits, whose values are fixed since xxHash 0.8.0; each part is the seed of the next
/// one's, so ("ab", "c") and ("a", "bc") differ. Finds accidents and bugs; doesn't withstand
/// somebody who looks for collisions.
class hasher {
public:
  /// O(bytes).
  void add(std::string_view bytes) {
    state_ = XXH3_64bits_withSeed(bytes.data(), bytes.size(), state_);
  }

  /// As 8 bytes, lowest first, on every machine.
  void add(std::uint64_t x) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; ++i)
      bytes[i] = static_cast<unsigned char>(x >> (8 * i));
    state_ = XXH3_64bits_withSeed(bytes, sizeof bytes, state_);
  }

  /// Of all that was added so far; more can be added afterwards.
  std::uint64_t value() const noexcept {
    return state_;
  }

private:
  std::uint64_t state_ = 0;
};

/// The same as `hasher` after one `add`, of bytes that come in pieces, however they are cut.
class stream_hasher {
public:
  stream_hasher() {
    XXH3_64bits_reset(&state_);
  }

  /// O(bytes).
  void add(std::string_view piece) {
    XXH3_64bits_update(&state_, piece.data(), piece.size());
  }
  std::uint64_t value() const noexcept {
    return XXH3_64bits_digest(&state_);
  }

private:
  XXH3_state_t state_{};
};

/// Of the encoding of a message.
template <class T>
std::uint64_t hash_of(const T& x) {
  hasher sum;
  sum.add(encode(x));
  return sum.value();
}

} // namespace quorate::base
