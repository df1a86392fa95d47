// What load programs that measure several sizes have in common: a process for each, and what it
// has used.
#pragma once

#include <functional>
#include <string>

namespace quorate::bench {

/// What `work` returns, done in a process of its own, so that no size inherits another one's
/// memory. Empty or cut off if that process ends early. The caller has no threads yet. Throws
/// `std::runtime_error` if there can't be another process.
std::string in_own_process(const std::function<std::string()>& work);

/// Of all threads of this process, user and system.
double cpu_seconds();

} // namespace quorate::bench
