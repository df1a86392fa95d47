// Random choices of a process, and where they begin.
#pragma once

#include <cstdint>
#include <random>

namespace quorate::actors {

/// Of the system, and different each time.
inline std::uint64_t draw_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

} // namespace quorate::actors
