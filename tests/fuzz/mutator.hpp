// Spoils good inputs at random: flips, cuts, repeats, and pieces of other inputs.
#pragma once

#include "runtime/base/random.hpp"

#include <string>
#include <vector>

namespace quorate::fuzz {

/// A few changes of one of `corpus`, which isn't empty. Thread safety: pure. Complexity: O(bytes).
std::string mutate(const std::vector<std::string>& corpus, base::random& draw);

} // namespace quorate::fuzz
