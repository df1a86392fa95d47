// The cluster that the options name, in other processes.
#pragma once

#include "apps/quorate/command/access.hpp"

namespace quorate::app {

/// Errors: those of `remote_cluster::connect`.
result<std::unique_ptr<cluster_access>> connect_remotely(const connection_options& options);

} // namespace quorate::app
