// Knobs and pauses of the simulated cluster: what operators ask for, and what may come of it, by
// rules written apart from the transition table.
//
// Thread safety: none.
#pragma once

#include "messages/membership.hpp"
#include "messages/ops.hpp"
#include "messages/raft.hpp"
#include "runtime/base/random.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "tests/sim/coverage.hpp"

#include <vector>

namespace quorate::sim {

/// A policy within the times of a seed, a pause of some seconds or its end; sometimes what has to
/// be refused.
membership::intent draw_knob(base::random& draw, const membership::nodes_config& nodes);

/// About one of these op ids, about transitions or about refusals.
ops::question draw_question_of_the_past(base::random& draw, const std::vector<op_id>& ops,
                                        const membership::nodes_config& nodes);

class knob_checks {
public:
  explicit knob_checks(coverage& situations) : situations_(situations) {
    // nop
  }

  /// A committed change, before and after it.
  void applied(const membership::nodes_config& before, const membership::nodes_config& after,
               const membership::delta& change, const raft::entry& in);

private:
  void count(const membership::nodes_config& before, const membership::delta& change,
             const raft::entry& in);

  coverage& situations_;
  quorate::term paused_in_{}; ///< The term of the leader that paused automation last.
};

} // namespace quorate::sim
