// How much room a disk has, by the bytes that are free and a reserve.
#pragma once

#include "quorate/status.hpp"

#include <cstdint>

namespace quorate::storage {

/// Turns what a file system says into three words, with a distance between turning and turning
/// back: what is written or removed at the border must not make a cluster change its mind with each
/// sync.
///
/// Thread safety: none.
class room_gauge {
public:
  /// Zero: there is always enough.
  explicit room_gauge(std::uint64_t reserve_bytes) : reserve_bytes_(reserve_bytes) {
    // nop
  }

  /// `wanted_bytes`: will be needed at once at some time, on top of the reserve.
  disk_room read(std::uint64_t free_bytes, std::uint64_t wanted_bytes);

  disk_room last() const noexcept {
    return last_;
  }

private:
  std::uint64_t reserve_bytes_;
  disk_room last_ = disk_room::enough;
};

} // namespace quorate::storage
