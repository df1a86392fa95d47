// The knobs of a policy by their names. Pure.
#pragma once

#include "quorate/membership.hpp"
#include "quorate/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace quorate::app {

/// Turns one knob: `KNOB=VALUE`, as people write it. Errors: `invalid_argument`, with the nearest
/// knob there is. Whether a value is in its range is for the cluster to say.
result<void> turn(policy_change& change, std::string_view assignment);

/// A line for each knob: its name, its value, and what it is for.
std::vector<std::vector<std::string>> knob_rows(const membership_policy& policy);

} // namespace quorate::app
