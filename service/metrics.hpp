// A node's numbers in the text format of Prometheus; docs/metrics.md lists them.
//
// Nothing is counted here: each page is made from a status, and from the table of nodes if it is
// known, so that what is shown belongs together.
//
// Thread safety: pure functions.
#pragma once

#include <quorate/status.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace quorate::service {

/// What isn't in a status.
struct service_numbers {
  std::uint64_t leader_changes = 0; ///< Seen by looking at the status once a second.
  std::optional<double> certificate_expires_seconds; ///< From now; negative if it has.
  bool certificate_renewal_fails = false;            ///< With the above only.
};

/// `nodes` is null if nobody asked for the table, or nobody said what it is; then what follows from
/// it is left out. `status` is null if the node doesn't answer; then the page says so, and little
/// else.
std::string metrics_text(const node_status* status, const nodes_view* nodes,
                         const service_numbers& numbers);

/// How many voters may be down at a time while the others can still commit. A lost voter is down
/// for good; who else is, isn't known here. While a joint change is in progress, that of its
/// incoming half.
std::uint64_t failure_tolerance(const nodes_view& x);

} // namespace quorate::service
