// The identifiers that the whole of quorate shares. Each is a type of its own, so that two of them
// can't be swapped by accident; all are plain values, cheap to copy, totally ordered and hashable.
//
// Thread safety: values without shared state.
#pragma once

#include <quorate/export.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace quorate {

/// A number that means one thing only. `Tag` tells the kinds apart and is never defined.
template <class Tag, class Rep>
struct strong {
  Rep value{};

  constexpr strong() = default;
  constexpr explicit strong(Rep v) : value(v) {
    // nop
  }

  /// False for the zero value, which never names anything.
  constexpr explicit operator bool() const {
    return value != Rep{};
  }

  friend constexpr bool operator==(strong a, strong b) {
    return a.value == b.value;
  }
  friend constexpr bool operator!=(strong a, strong b) {
    return a.value != b.value;
  }
  friend constexpr bool operator<(strong a, strong b) {
    return a.value < b.value;
  }
  friend constexpr bool operator<=(strong a, strong b) {
    return a.value <= b.value;
  }
  friend constexpr bool operator>(strong a, strong b) {
    return a.value > b.value;
  }
  friend constexpr bool operator>=(strong a, strong b) {
    return a.value >= b.value;
  }
};

/// 128 random bits that mean one thing only. All zero: none.
template <class Tag>
struct strong128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr explicit operator bool() const {
    return high != 0 || low != 0;
  }

  friend constexpr bool operator==(const strong128& a, const strong128& b) {
    return a.high == b.high && a.low == b.low;
  }
  friend constexpr bool operator!=(const strong128& a, const strong128& b) {
    return !(a == b);
  }
  friend constexpr bool operator<(const strong128& a, const strong128& b) {
    return a.high != b.high ? a.high < b.high : a.low < b.low;
  }
};

/// Names a node within its cluster. Given by the cluster at registration, rising, never used twice,
/// also not after removal. Zero: no node.
using node_id = strong<struct node_id_tag, std::uint32_t>;

/// Names the storage of a node, drawn once when the storage was empty. A lost disk shows as a new
/// one.
using storage_id = strong128<struct storage_id_tag>;

/// Names a cluster, drawn at provisioning. Two clusters of the same name differ in it.
using fingerprint = strong128<struct fingerprint_tag>;

/// Names one operator's intent, drawn by whoever asks, so that a retry is recognised.
using op_id = strong128<struct op_id_tag>;

/// Counts the committed writes of the key-value store. Zero: before the first.
using revision = strong<struct revision_tag, std::uint64_t>;

/// Counts the entries that changed the nodes config. Zero: no cluster yet.
using config_version = strong<struct config_version_tag, std::uint64_t>;

/// A Raft term.
using term = strong<struct term_tag, std::uint64_t>;

/// A position in the Raft log. The first entry has index 1; zero is before it.
using log_index = strong<struct log_index_tag, std::uint64_t>;

/// `n3`, or `-` for none.
QUORATE_EXPORT std::string to_string(node_id id);

/// 32 hexadecimal digits.
template <class Tag>
std::string to_string(const strong128<Tag>& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(32);
  for (auto half : {id.high, id.low})
    for (int shift = 60; shift >= 0; shift -= 4)
      text += digits[(half >> shift) & 0xF];
  return text;
}

} // namespace quorate

template <class Tag, class Rep>
struct std::hash<quorate::strong<Tag, Rep>> {
  std::size_t operator()(quorate::strong<Tag, Rep> x) const noexcept {
    return std::hash<Rep>{}(x.value);
  }
};

template <class Tag>
struct std::hash<quorate::strong128<Tag>> {
  std::size_t operator()(const quorate::strong128<Tag>& x) const noexcept {
    return static_cast<std::size_t>(x.high ^ (x.low * 0x9E3779B97F4A7C15ULL));
  }
};
