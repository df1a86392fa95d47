// The command line of `quorate serve`: one node, in this process, until it is told to end.
#pragma once

namespace quorate::app {

/// `argv[0]` is the verb itself. Returns the exit code.
int serve_command(int argc, const char* const* argv);

} // namespace quorate::app
