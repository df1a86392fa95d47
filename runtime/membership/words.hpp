// What guards say to people: the current value against the one that is needed.
#pragma once

#include "runtime/membership/guards.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::membership {

/// `healthy for 4 s of 10 s`. With `seen`, as every guard that is explained has it. O(members).
std::string value_of(guard g, const move& subject, const guard_context& context);

/// `120 ms`, `4.2 s`, `4 min 59 s`: rounded down, so that it never says what hasn't come yet.
std::string duration_text(std::uint64_t ms);

/// `automation is paused for another 4 min (by rack 7 is moved)`; empty if it isn't.
std::string pause_text(const nodes_config& config, const observations& seen);

/// `1,200`.
std::string number_text(std::uint64_t x);

/// `n3 (name)`, or `n3` without a row.
std::string name_text(const nodes_config& config, node_id id);

/// `n2, n3 and n5`.
std::string list_text(const std::vector<node_id>& ids);

/// `1 member`, `3 members`.
std::string count_text(std::size_t count, std::string_view what);

} // namespace quorate::membership
