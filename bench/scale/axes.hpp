// What can be varied, one thing at a time, and the sizes that are looked at.
#pragma once

#include "bench/scale/point.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::scale {

struct axis {
  std::string_view name;
  std::vector<std::uint32_t> sizes; ///< Rising. The last one isn't measured unless asked for, if
                                    ///< it is beyond `usual_max`.
  std::uint32_t usual_max = 0;
  void (*set)(conditions& to, std::uint32_t size);
};

const std::vector<axis>& axes();

/// None: there is no such axis.
const axis* find_axis(std::string_view name);

/// Up to `max`, or to the usual end.
std::vector<std::uint32_t> sizes_of(const axis& which, std::optional<std::uint32_t> max);

} // namespace quorate::scale
