// One run: a cluster, its clients, a warm-up, the measured time, and the end of all of them.
#pragma once

#include "quorate/result.hpp"
#include "bench/kv_load/options.hpp"
#include "bench/kv_load/report.hpp"

#include <ostream>

namespace quorate::bench {

/// Blocks until it is over. Writes the history, if there is one, to `history`. Errors: the
/// cluster's, before the load began.
result<run_report> run(const load_options& asked, std::ostream& history);

} // namespace quorate::bench
