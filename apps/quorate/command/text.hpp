// What the library tells, as lines for people. Pure.
#pragma once

#include "quorate/explain.hpp"
#include "quorate/history.hpp"
#include "quorate/membership.hpp"
#include "quorate/status.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::app {

/// Cells in columns, a line each; bytes that could upset a terminal are replaced.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

std::string text_of(const change_preview& x);
std::string text_of(const explanation& x);
std::string text_of(const membership_plan& x);
std::string text_of(const op_report& x);
/// `now_ms`: the log time at which they are looked at; it counts from the founding of the cluster,
/// so only ages mean something to people.
std::string text_of(const std::vector<transition>& x, std::uint64_t now_ms);
std::string text_of(const refusal_log& x, std::uint64_t now_ms);

/// `n1, n2 and n3`; `none`.
std::string list_text(const std::vector<node_id>& x);

/// `4s`, `12m`, `3h` or `9d`: rounded down, for what is some time ago or yet to come.
std::string rough_time(std::uint64_t ms);

} // namespace quorate::app
