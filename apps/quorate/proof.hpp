// Gathers what the verdict depends on from the cluster as it stands at the end.
#pragma once

#include "apps/quorate/acts.hpp"
#include "apps/quorate/settings.hpp"
#include "apps/quorate/stage.hpp"
#include "apps/quorate/verdict.hpp"

namespace quorate::app {

/// Adds it to what is known of how it went until then.
evidence gather(stage& on, const demo_settings& settings, const cast& who, evidence so_far);

} // namespace quorate::app
