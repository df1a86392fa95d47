// Nodes, writes and entries in few words; messages and configurations describe themselves.
//
// Thread safety: pure functions.
#pragma once

#include "tests/scenarios/world.hpp"

#include <string>
#include <vector>

namespace quorate::raft::scenarios {

/// `7@3`: index and term.
std::string position_text(log_position at);
/// `2@2 noop, 3@2 x`.
std::string entries_text(const std::vector<entry>& entries);
/// What a write changes; term and vote only if they differ from `before`.
std::string write_text(const storage::write_batch& write, const storage::hard_state& before);
std::string error_text(const quorate::error& err);

/// `n1 is leader in term 2, leader n1`.
std::string role_line(const node& x);
/// One node on one line.
std::string status_line(const node& x);
std::string timer_line(const node& x);
std::string hard_state_line(const node& x);
std::string config_line(const node& x);
/// The log in memory, and the one on disk.
std::string log_line(const node& x);
std::string disk_line(const node& x);
/// Whether this leader may answer reads alone, and on whose word of when.
std::string lease_line(const node& x);
std::string counters_line(const node& x);
/// What a leader knows of its peers, a line each.
std::vector<std::string> progress_lines(const node& x);

} // namespace quorate::raft::scenarios
