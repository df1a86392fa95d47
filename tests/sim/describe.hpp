// What stands in traces.
#pragma once

#include "messages/controller.hpp"
#include "messages/node.hpp"
#include "messages/storage.hpp"
#include "runtime/driver/effects.hpp"
#include "tests/sim/world.hpp"

#include <string>

namespace quorate::sim {

std::string describe(const node_mail& mail);
std::string describe(const storage::write_batch& batch);
std::string describe(const world::question& what);
std::string describe(const driver::reply_body& what);
std::string describe(const membership::controller_output& what);
std::string describe(const membership::delta& change);

} // namespace quorate::sim
