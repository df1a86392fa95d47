// What the controller does by itself: compares what is with what is wanted, and names the next
// transition.
#pragma once

#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/observations.hpp"
#include "runtime/membership/plan.hpp"

#include <optional>
#include <vector>

namespace quorate::membership {

/// The next transition toward the target, or none. A pure function of config, observations and
/// their time. In order: release, replace, promote, give up, admit. O(rows) at most, O(members +
/// learners) where nothing is to be admitted.
std::optional<proposal> next_transition(const nodes_config& config, const observations& seen);

/// Learners that could vote at once, the one that has waited longest first.
std::vector<node_id> candidates(const nodes_config& config, const observations& seen);

/// Whether a lone candidate waits for a second one, because alone it would make the members even.
bool waits_for_a_second(const nodes_config& config, const observations& seen,
                        const std::vector<node_id>& ready);

} // namespace quorate::membership
