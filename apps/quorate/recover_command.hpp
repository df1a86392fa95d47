// The command line of `quorate recover`.
#pragma once

namespace quorate::app {

/// `argv[0]` is the verb itself. Returns the exit code.
int recover_command(int argc, const char* const* argv);

} // namespace quorate::app
