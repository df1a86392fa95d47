// Where the nodes of a process keep their data: one directory for each, named after it.
#pragma once

#include "quorate/result.hpp"
#include "actors/signals.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quorate::actors {

/// The node's name, with every byte but letters, digits, `.`, `_` and `-` as `%` and two
/// hexadecimal digits; a leading `.` too.
std::string directory_of(const std::string& name);
/// None if no node is kept there.
std::optional<std::string> node_in(const std::string& directory);

/// Makes the directory if it isn't there, and says which nodes have data in it: by length, then by
/// bytes, so n2 comes before n10. Errors: `storage_unreadable`.
result<std::vector<std::string>> nodes_in(const std::string& data_dir);

/// That node's disk. Nothing is touched before it is opened. Errors: `invalid_argument` if the name
/// is too long for a directory, or if quorate was built without storage on disk.
result<disk> disk_of(const std::string& data_dir, const std::string& name,
                     std::uint64_t reserve_bytes);

/// The disk of a node that has this directory for itself.
result<disk> disk_at(const std::string& directory, std::uint64_t reserve_bytes);

} // namespace quorate::actors
