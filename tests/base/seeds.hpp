// How many seeds or inputs a test runs that could run any number of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace quorate::base {

/// What QUORATE_SEEDS_PERCENT says: sanitized builds run fewer, a long hunt more. 100 if it isn't
/// set.
inline std::uint64_t seeds_percent() {
  const char* text = std::getenv("QUORATE_SEEDS_PERCENT");
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : 100;
}

/// That share of so many, at least one.
inline std::uint64_t scaled(std::uint64_t count) {
  return std::max<std::uint64_t>(1, count * seeds_percent() / 100);
}

} // namespace quorate::base
