// `quorate demo`: a whole life of a cluster in one process, and a verdict on it.
#pragma once

#include "apps/quorate/settings.hpp"

namespace quorate::app {

/// The exit codes of the command.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1; ///< Something that had to hold didn't.
inline constexpr int exit_usage = 2;  ///< Options or input that can't be used.

/// Runs it with settings that nobody objects to; says everything on standard output, except that an
/// input that can't be read is a sentence on standard error.
int run_demo(const demo_settings& settings);

} // namespace quorate::app
