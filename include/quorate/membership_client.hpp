// An operator's hands: what changes membership, and what shows it.
#pragma once

#include <quorate/explain.hpp>
#include <quorate/export.hpp>
#include <quorate/history.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>
#include <quorate/types.hpp>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace quorate {

/// What became of an intent.
struct membership_change {
  bool changed = false;     ///< False: it was so already.
  config_version version{}; ///< The nodes config in which it is so.
  op_id op{};               ///< The intent's; see `membership_client::op`.
};

/// Who leads, after a handover that was asked for.
struct leadership_change {
  bool changed = false; ///< False: it was so already.
  node_id leader{};     ///< Who leads now; of a dry run: who would be asked to.
};

/// What a replaced member becomes.
enum class replaced_becomes { standby, auto_join, removed };

class membership_dry_run;

/// Sends intents to the leader's controller, follows hints and retries until the deadline; a retry
/// carries the same op id, so that an intent takes effect once. Each call blocks until its
/// transition is applied, refused, or the deadline has passed.
///
/// Thread safety: all methods may be called from any thread.
///
/// Errors: the refusal of the guard that fails, one code each (`errc`, 150 to 249),
/// `deadline_exceeded` (nothing happened), `outcome_unknown` (it may have happened; asking again
/// tells). Whoever wants to ask later what became of an intent that was answered so draws its op id
/// first (`draw_op`) and hands it over; without one, an intent gets one of its own.
class QUORATE_EXPORT membership_client {
public:
  class QUORATE_LOCAL state;
  explicit membership_client(std::shared_ptr<state> from);

  /// Parks a node as `standby`. A member's place is taken in the same change by a caught-up
  /// learner, if there is one; without one it isn't parked below `min_members` unless forced.
  result<membership_change> park(node_id node, bool force = false, op_id op = {});
  /// A parked node wants to be a member again.
  result<membership_change> activate(node_id node, op_id op = {});
  /// Takes a node out for good; its id is never used again.
  result<membership_change> remove(node_id node, bool force = false, op_id op = {});
  /// Puts a caught-up learner in a member's place, in one change.
  result<membership_change> replace(node_id old_member, node_id new_member,
                                    replaced_becomes fate = replaced_becomes::standby,
                                    op_id op = {});
  /// Makes exactly these nodes the members. Members left out become `auto_join`; nodes that aren't
  /// named and aren't members stay as they are. Unless forced, it takes no member away below
  /// `min_members`.
  result<membership_change> reconfigure(std::vector<node_id> members, bool force = false,
                                        op_id op = {});
  /// 1 to 9; even only with `allow_even`.
  result<membership_change> set_target(std::uint32_t target_members, bool allow_even = false,
                                       op_id op = {});
  /// Turns the knobs that are given; the others stay as they are when the leader decides. A whole
  /// policy: `policy_change::to`. Units and ranges: `membership_policy`. Errors:
  /// `target_out_of_range`, `target_even`, `policy_out_of_range` (the sentence names knob and
  /// range), `lease_fixed` if `lease_ms` would change.
  result<membership_change> set_policy(const policy_change& change, op_id op = {});
  /// Automation stands still for so long of log time, 1 ms to 24 h, whoever leads meanwhile:
  /// nobody is admitted, promoted, replaced, released or given up. Operators, registrations and the
  /// end of a joint change go on. Replaces a pause that is on. `by` says in own words who asks for
  /// it, in 255 bytes at most; `plan` and `explain` repeat it. Errors: `pause_out_of_range`.
  result<membership_change> pause(std::chrono::milliseconds lasts = std::chrono::hours{1},
                                  std::string by = {}, op_id op = {});
  /// Ends a pause before its time.
  result<membership_change> resume(op_id op = {});

  /// Somebody else is to lead: `to`, or whoever has most of the leader's log. What is under way
  /// goes on; the leader takes nothing new until the other one leads, for an election timeout at
  /// most. Nothing to do if `to` leads already. Errors: `unknown_node`; `no_successor` if it isn't
  /// a member, doesn't answer or doesn't take over, and everything stays as it was.
  result<leadership_change> transfer_leadership(node_id to = {});

  /// A new op id, for one intent.
  op_id draw_op();

  /// The leader's table, as applied.
  result<nodes_view> nodes();

  // -- questions ----------------------------------------------------------------------------------
  // Nothing is changed by them. The leader's controller answers at once, by the guards by which it
  // decides; docs/membership.md shows what the answers look like. A question that finds no leader
  // in time is `deadline_exceeded`, never `outcome_unknown`. The futures of the `async_` forms
  // don't block when they are dropped.

  /// Why the node is where it is, and what it waits for. A removed node is explained, too;
  /// `unknown_node` if there was never one with that id.
  result<explanation> explain(node_id node);
  std::future<result<explanation>> async_explain(node_id node);
  /// What the leader's controller would do now, or waits for, and what is under way.
  result<membership_plan> plan();
  std::future<result<membership_plan>> async_plan();
  /// The intents as questions: `dry_run().park(node)` tells what `park(node)` would do now.
  membership_dry_run dry_run();
  /// What has become of an intent, whoever asked for it. After a change of leader, too: what was
  /// done is replicated, as long as no 256 transitions have come since. `unknown` is no proof that
  /// it won't happen: it may be on its way, or the answer that of a leader that was just deposed.
  /// Only a retry with the same op id makes sure. Errors: `invalid_argument` for no op id.
  result<op_report> op(op_id which);
  /// Committed transitions, oldest first.
  result<std::vector<transition>> history(const history_filter& wanted = {});
  /// What the present leader has refused, and to whom.
  result<refusal_log> refusals();

private:
  std::shared_ptr<state> state_;
};

/// The intents of a `membership_client` as questions: each method says what its namesake would do
/// now, and nothing is proposed. Where a joint change or a new leader's ignorance comes first, the
/// preview says so in `waits_for` and nothing else.
///
/// Thread safety: all methods may be called from any thread.
///
/// Errors: the refusal that the intent would get, or `deadline_exceeded`.
class QUORATE_EXPORT membership_dry_run {
public:
  explicit membership_dry_run(std::shared_ptr<membership_client::state> from);

  result<intent_preview> park(node_id node, bool force = false);
  result<intent_preview> activate(node_id node);
  result<intent_preview> remove(node_id node, bool force = false);
  result<intent_preview> replace(node_id old_member, node_id new_member,
                                 replaced_becomes fate = replaced_becomes::standby);
  result<intent_preview> reconfigure(std::vector<node_id> members, bool force = false);
  result<intent_preview> set_target(std::uint32_t target_members, bool allow_even = false);
  result<intent_preview> set_policy(const policy_change& change);
  result<intent_preview> pause(std::chrono::milliseconds lasts = std::chrono::hours{1},
                               std::string by = {});
  result<intent_preview> resume();
  result<leadership_change> transfer_leadership(node_id to = {});

private:
  std::shared_ptr<membership_client::state> state_;
};

} // namespace quorate
