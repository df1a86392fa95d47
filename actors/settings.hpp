// What the public options mean for the parts. Pure.
#pragma once

#include "quorate/node_options.hpp"
#include "quorate/options.hpp"
#include "runtime/client/caller.hpp"
#include "runtime/driver/options.hpp"
#include "runtime/membership/controller.hpp"

#include <cstdint>

namespace quorate::actors {

/// Without name, address and seeds. `Options`: `local_cluster_options` or `node_options`.
template <class Options>
driver::options driver_options(const Options& from);

template <class Options>
membership::controller_settings controller_settings(const Options& from);

/// Without nodes.
template <class Options>
client_side::caller_options caller_options(const Options& from);
client_side::caller_options caller_options(const remote_options& from);

} // namespace quorate::actors
