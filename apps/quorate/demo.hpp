// `quorate demo`: a whole life of a cluster in one process, and a verdict on it.
#pragma once

#include "apps/quorate/command/exit_codes.hpp"
#include "apps/quorate/settings.hpp"

namespace quorate::app {

/// Runs it with settings that nobody objects to; says everything on standard output, except that an
/// input that can't be read is a sentence on standard error.
int run_demo(const demo_settings& settings);

} // namespace quorate::app
