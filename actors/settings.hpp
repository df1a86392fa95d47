// What the public options mean for the parts. Pure.
#pragma once

#include "quorate/options.hpp"
#include "runtime/client/caller.hpp"
#include "runtime/driver/options.hpp"
#include "runtime/membership/controller.hpp"

#include <cstdint>

namespace quorate::actors {

/// Without name, address and seeds.
driver::options driver_options(const local_cluster_options& from);

membership::controller_settings controller_settings(const local_cluster_options& from);

/// Without nodes.
client_side::caller_options caller_options(const local_cluster_options& from);

} // namespace quorate::actors
