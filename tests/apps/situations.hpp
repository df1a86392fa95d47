// Tables and transitions for the tests of what the command says.
#pragma once

#include "quorate/status.hpp"

#include <string>

namespace quorate::app {

node_row row_of(std::uint32_t id, std::string name, node_state state, node_role role);

/// n1 leads, n2 is a member, n3 a warm spare and n4 parked, at version 9 of a target of 3.
nodes_view four_nodes();

/// n2 was parked, and n4 took its place.
transition parked_with_substitute();

} // namespace quorate::app
