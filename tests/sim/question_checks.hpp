// What a controller says of itself, and what it would do: a copy of it is asked to do it.
//
// Thread safety: none needed; nothing is kept. Complexity: O(rows), the copy.
#pragma once

#include "messages/controller.hpp"
#include "messages/ops.hpp"
#include "runtime/membership/controller.hpp"

#include <vector>

namespace quorate::sim {

/// `said` is what the controller answered to `asked`; `twin` is a copy of it from before that.
void check_answer(const membership::controller& twin, const ops::question& asked,
                  const std::vector<membership::controller_output>& said);

} // namespace quorate::sim
