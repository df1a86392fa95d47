// Runs scenario files: compares their outcomes, or writes them anew.
//
// Thread safety: none; `run_file` moves one world. Complexity: linear in the commands.
#pragma once

#include "tests/scenarios/script.hpp"

#include <string>
#include <vector>

namespace quorate::raft::scenarios {

/// The names of the files in `folder`, without `.txt`, sorted.
std::vector<std::string> files_in(const std::string& folder);

std::string read_file(const std::string& path);

/// What each block does, in a world of its own. Throws `malformed`.
std::vector<outcome> run_all(const script& what);

/// Where the outcomes differ from what is expected, as `-` and `+` lines under `file:line`. Empty:
/// nowhere.
std::string differences(const script& what, const std::vector<outcome>& outcomes);

/// Writes the outcomes into the file. Returns whether that changed it. Throws `malformed`.
bool regenerate(const std::string& path);

} // namespace quorate::raft::scenarios
