// The guards of the transition table as code: one predicate each.
#pragma once

#include "quorate/result.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/observations.hpp"
#include "runtime/membership/transitions.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quorate::membership {

/// All that a guard may look at.
struct guard_context {
  const nodes_config* config = nullptr;
  const std::vector<move>* moves = nullptr;
  const operation* op = nullptr;
  std::set<node_id> members_after;
  std::set<node_id> learners_after;
  const std::vector<node_record>* new_rows = nullptr; ///< Rows as the change writes them, where it
                                                      ///< writes more than a place.
  const membership_policy* new_policy = nullptr; ///< With `set_target`, `set_policy`, `provision`.
  const automation_pause* new_pause = nullptr;   ///< With `pause`, `resume`.
  const observations* seen = nullptr;            ///< Null: structural guards only.
  const register_request* request = nullptr; ///< Of a node that registers, where the request is at
                                             ///< hand.
};

/// For these moves, with the sets that they lead to. Refers to its arguments.
guard_context context_of(const nodes_config& config, const std::vector<move>& moves,
                         const operation& op);

/// The row of the table that is about this move, or the refusal because there is none that is open.
struct table_row {
  const transition_rule* rule = nullptr;
  errc refusal = errc::none;
};
table_row row_for(const move& subject, const guard_context& context, table_view table);

/// Whether the guard holds for this move.
bool holds(guard g, const move& subject, const guard_context& context);

/// Checks every move against the table: its row exists, for this initiator, and all guards hold.
/// The error names the node's place, what was asked, and what would be legal.
result<void> check_moves(const guard_context& context, table_view table);

/// How many of these voters are live, lost disks apart. O(voters).
std::size_t live_among(const std::set<node_id>& voters, const nodes_config& config,
                       const observations& seen);

/// The members (first) and learners after the moves. O(members + learners + moves).
void resulting_sets(const nodes_config& config, const std::vector<move>& moves,
                    std::set<node_id>& members, std::set<node_id>& learners);

/// How many more members the policy may replace at the moment. The window moves on also while
/// nothing is logged.
std::uint32_t budget_left(const nodes_config& config, const observations& seen);

/// Log time, as far as config and leader know it.
std::uint64_t log_time_ms(const nodes_config& config, const observations& seen);

/// For how long of log time automation is paused yet; 0: it isn't.
std::uint64_t paused_ms(const nodes_config& config, const observations& seen);

/// Those who vote or learn and haven't been heard of in this leadership, as long as they may be
/// live all the same: none once a live window has passed since it began. O(members + learners).
std::vector<node_id> unheard(const nodes_config& config, const observations& seen);

/// Whether a new leader may refuse for that reason only because it hasn't heard of a node yet.
bool may_be_ignorance(errc refusal);

/// The events that are legal for a node at this place, for error messages: `park, remove`.
std::string legal_events(position from, initiator by, table_view table);

} // namespace quorate::membership
