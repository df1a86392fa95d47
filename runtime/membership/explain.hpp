// The lifecycle made visible: pure functions of config and observations, over the guards by which
// the controller decides. So an explanation can't disagree with the decision.
//
// Thread safety: none needed; nothing is kept. Complexity: O(members + learners) each, `next_steps`
// O(rows) where there is room to admit.
#pragma once

#include "quorate/explain.hpp"
#include "quorate/result.hpp"
#include "messages/ops.hpp"
#include "runtime/membership/guards.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/observations.hpp"
#include "runtime/membership/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace quorate::membership {

/// The moves of a context against the table: every guard, not only the first that fails. Its
/// `refusal` is the code with which `check_moves` refuses. Refers to nothing afterwards.
transition_report report_moves(const guard_context& context, table_view table = {});

/// A proposal against the table, and what its policy waits for beside it. `first` is what the
/// policy does next of all, if it does anything: whatever else it could do, too, waits for its
/// turn.
transition_report report_proposal(const nodes_config& config, const observations& seen,
                                  const proposal& want, const std::optional<proposal>& first);

/// Why the node is where it is. Refused: `unknown_node`. With `busy`, something is in flight, in
/// words, and nothing else is possible meanwhile.
result<explanation> explain(const nodes_config& config, const observations& seen, node_id node,
                            const std::string& busy = {});

/// `caught_up: log 12 entries behind; …`, of all guards that fail.
std::string failing_text(const transition_report& x);

/// What the policy does next of all; none in a joint change, which is left first.
std::optional<proposal> first_choice(const nodes_config& config, const observations& seen);

/// What might come next for a node where it stands, what is wanted most first.
std::vector<proposal> prospects(const nodes_config& config, const observations& seen, node_id node);

/// What the policy does now, or what it waits for. The controller adds what is under way.
membership_plan next_steps(const nodes_config& config, const observations& seen);

/// What an intent would do now, or the refusal that it would get.
result<intent_preview> dry_run(const nodes_config& config, const observations& seen,
                               const reconfigure_request& request);

/// A change that isn't applied yet. Without moves if it is.
change_preview preview(const nodes_config& config, const delta& change, node_id hands_over_to);

/// `this leader hasn't heard of n2 and n3 yet; …`: why an intent is held.
std::string ignorance_text(const nodes_config& config, const observations& seen);

/// The reply to a question that isn't answered.
ops::question_reply turn_down(const ops::question& what, error why);

} // namespace quorate::membership
