// What a healed cluster comes to within a bounded time.
#pragma once

#include "tests/sim/world.hpp"

#include <string>

namespace quorate::sim {

/// Empty once everything is as it should be; else what is missing.
std::string unsettled(const world& in);

/// Throws unless the cluster settles in time, and then stays so.
void require_settles(world& in, micros at_most);

/// Throws if a settled cluster, of which nobody wants anything, elects or talks without end.
void require_quiet(world& in, micros window);

} // namespace quorate::sim
