// How far a node has come that stops in order.
#pragma once

#include <cstdint>

namespace quorate::driver {

/// Times are those in which the node was awake: a clock that leaps must not cut them short.
///
/// Thread safety: a plain value.
struct driver_stop {
  std::uint64_t hand_over_until_ms = 0; ///< Then it goes, whoever leads.
  std::uint64_t until_ms = 0;           ///< Then it ends, whatever its disk does.
  bool led = false;                     ///< It led when it was asked, or since.
  bool departed = false;                ///< It has said goodbye.
};

} // namespace quorate::driver
