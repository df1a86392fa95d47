// Two processes on copies of one disk, and a disk that is rolled back: what no consensus survives.
// So from here on the run is about detection, and no promise is watched any more.
#pragma once

#include "runtime/base/random.hpp"
#include "tests/sim/world.hpp"

namespace quorate::sim {

/// Copies the disk of a node of the healed cluster `in`, or rolls it back, and requires that it is
/// noticed and said. Without effect if there is nobody to notice.
void require_notices_copies(world& in, base::random draw);

} // namespace quorate::sim
