// A status and a table as a busy cluster could show them, for tests of what is made from them.
#pragma once

#include <string>

#include "service/sources.hpp"

namespace quorate::service {

/// A leader of three members with something in every field.
node_status busy_status();
/// Three members (one of them lost), a learner and a parked node.
nodes_view busy_table();
transition parking();

/// Sources that say these two.
service_sources busy_sources();

/// A file of the project.
std::string text_of_file(const std::string& path);

} // namespace quorate::service
