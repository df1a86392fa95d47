// In place of the acts: what a run does on a data directory that has nodes in it, whenever and
// however the run before it ended.
#pragma once

#include "apps/quorate/input.hpp"
#include "apps/quorate/settings.hpp"
#include "apps/quorate/stage.hpp"
#include "apps/quorate/verdict.hpp"

namespace quorate::app {

/// The nodes run already, on their disks. Founds the cluster if the run before didn't get that far;
/// starts more nodes if more are wanted; counts the keys that are there, and begins to load those
/// that aren't, which it leaves in `missing`: they have to live as long as the stage. Returns when
/// there are as many members as wanted, and each node is in the table or knows that it was removed.
continuation go_on(stage& on, const demo_settings& settings, const entries& all, entries& missing);

} // namespace quorate::app
