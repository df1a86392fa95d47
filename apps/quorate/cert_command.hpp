// The command line of `quorate cert`: makes a cluster's authority and the certificates for its
// connections, and shows what is in one.
#pragma once

namespace quorate::app {

/// `argv[0]` is the verb itself. Returns the exit code.
int cert_command(int argc, const char* const* argv);

} // namespace quorate::app
