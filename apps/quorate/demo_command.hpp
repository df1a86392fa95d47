// The command line of `quorate demo`.
#pragma once

namespace quorate::app {

/// `argv[0]` is the verb itself. Returns the exit code.
int demo_command(int argc, const char* const* argv);

} // namespace quorate::app
