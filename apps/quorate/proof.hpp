// Gathers what the verdict depends on from the cluster as it stands at the end.
#pragma once

#include "apps/quorate/acts.hpp"
#include "apps/quorate/settings.hpp"
#include "apps/quorate/stage.hpp"
#include "apps/quorate/verdict.hpp"

#include <vector>

namespace quorate::app {

evidence gather(stage& on, const demo_settings& settings, const cast& who,
                std::vector<act_outcome> acts);

} // namespace quorate::app
