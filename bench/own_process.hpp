// What load programs that measure several sizes have in common: a process for each, and what it
// has used.
#pragma once

#include <nlohmann/json.hpp>

#include <functional>

namespace quorate::bench {

/// What `work` returns, done in a process of its own, so that no size inherits another one's
/// memory. An object with the member `error` if that process ends early. The caller has no threads
/// yet. Throws `std::runtime_error` if there can't be another process.
nlohmann::ordered_json in_own_process(const std::function<nlohmann::ordered_json()>& work);

/// Of all threads of this process, user and system.
double cpu_seconds();

} // namespace quorate::bench
