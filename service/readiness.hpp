// Whether a node lives, and whether it is ready for work: a few named checks of its status.
//
// Thread safety: pure functions and plain values.
#pragma once

#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::service {

/// One thing that has to hold.
struct check {
  std::string name;
  bool ok = false;
  std::string detail; ///< What was looked at, in a few words.
};

struct health {
  bool ok = false; ///< All checks are.
  std::vector<check> checks;
};

struct readiness_options {
  /// The node was started as a spare, so it is ready while it is parked.
  bool parked = false;
  /// Committed entries that it may be behind with; while a store is busy, a few always are.
  std::uint64_t applied_lag_max = 1'000;
};

/// Only a node that halted isn't alive: it stays as it is until its process ends. One that doesn't
/// say how it is may be busy, and a restart wouldn't help it, so that counts as alive.
health liveness_of(const result<node_status>& status);

/// The checks are `answers`, `not_halted`, `joined`, `knows_leader`, `applied_is_current` and
/// `not_parked`. What can't be known, because the node doesn't answer, isn't ok.
health readiness_of(const result<node_status>& status, const readiness_options& options);

/// docs/schemas/http-health.json.
std::string health_json(const health& x);

} // namespace quorate::service
