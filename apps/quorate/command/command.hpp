// The command as a function: words in, exit code out.
#pragma once

#include "apps/quorate/command/call.hpp"

#include <string>
#include <vector>

namespace quorate::app {

/// `words`: without the program's name. Returns the exit code. Throws nothing of its own.
int run_command(const std::vector<std::string>& words, const surroundings& around);

} // namespace quorate::app
