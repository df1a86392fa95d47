#include "tests/sim/knobs.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>
#include <iterator>

namespace quorate::sim {

namespace {

constexpr std::uint64_t day_ms = 86'400'000;

/// One knob that has to be refused.
void spoil(base::random& draw, policy_change& change, const membership_policy& now) {
  switch (draw.below(6)) {
  case 0:
    change.target_members = draw.chance(50) ? 10 : 4;
    change.allow_even = false;
    break;
  case 1:
    change.warm_spares = 10;
    break;
  case 2:
    change.min_members = 9;
    break;
  case 3:
    change.transition_timeout_ms = 0;
    break;
  case 4:
    change.eviction_window_ms = 31 * day_ms;
    break;
  default:
    change.lease_ms = now.lease_ms + 100;
    break;
  }
}

/// As `draw_policy` of a seed has them, so that what they wait for comes within it.
policy_change draw_change(base::random& draw, const membership_policy& now) {
  constexpr std::uint32_t targets[] = {1, 3, 3, 5};
  policy_change change;
  if (draw.chance(20))
    change.target_members = targets[draw.below(4)];
  if (draw.chance(20))
    change.min_members = draw.chance(50) ? 1 : 0;
  if (draw.chance(30))
    change.warm_spares = static_cast<std::uint32_t>(draw.below(3));
  if (draw.chance(30))
    change.stabilization_ms = draw.between(50, 600);
  if (draw.chance(30))
    change.pairing_wait_ms = draw.between(0, 800);
  if (draw.chance(30))
    change.replace_after_ms = draw.chance(70) ? draw.between(800, 3'000) : 0;
  if (draw.chance(30))
    change.leader_settle_ms = draw.between(100, 1'000);
  if (draw.chance(30))
    change.eviction_budget = static_cast<std::uint32_t>(draw.between(1, 3));
  if (draw.chance(30))
    change.eviction_window_ms = draw.between(1'000, 4'000);
  if (draw.chance(30))
    change.transition_timeout_ms = draw.between(600, 2'000);
  if (draw.chance(20))
    spoil(draw, change, now);
  return change;
}

bool same_pause(const automation_pause& a, const automation_pause& b) {
  return a.since_ms == b.since_ms && a.until_ms == b.until_ms && a.by == b.by;
}

void require_valid(const membership_policy& x) {
  require(x.target_members >= 1 && x.target_members <= 9
            && (x.target_members % 2 == 1 || x.allow_even) && x.min_members <= x.target_members,
          "a policy in force has a target in range", x.target_members, "min_members",
          x.min_members);
  const auto longest = std::max({x.stabilization_ms, x.pairing_wait_ms, x.replace_after_ms,
                                 x.leader_settle_ms, x.eviction_window_ms,
                                 x.transition_timeout_ms});
  require(x.warm_spares <= 9 && x.eviction_budget <= 1'000 && x.transition_timeout_ms >= 1
            && longest <= 30 * day_ms && x.lease_ms <= 60'000,
          "a policy in force has its knobs in range", x.warm_spares, "timeout",
          x.transition_timeout_ms, "longest", longest);
}

} // namespace

membership::intent draw_knob(base::random& draw, const membership::nodes_config& nodes) {
  const bool paused = nodes.pause().until_ms > nodes.log_time_ms();
  if (draw.chance(paused ? 40 : 5))
    return membership::resume_intent{};
  if (draw.chance(50))
    return membership::pause_intent{draw.chance(5) ? 0 : draw.between(300, 4'000), "the operator"};
  return membership::set_policy_intent{draw_change(draw, nodes.policy())};
}

ops::question draw_question_of_the_past(base::random& draw, const std::vector<op_id>& ops,
                                        const membership::nodes_config& nodes) {
  const auto kind = draw.below(4);
  if (kind == 0)
    return ops::refusals_request{};
  if (kind == 1 || ops.empty()) {
    ops::history_request asked;
    if (draw.chance(50) && !nodes.rows().empty())
      asked.wanted.node = std::next(nodes.rows().begin(),
                                    static_cast<std::ptrdiff_t>(draw.below(nodes.rows().size())))
                            ->first;
    asked.wanted.registrations = draw.chance(50);
    asked.wanted.count_max = draw.between(1, 256);
    return asked;
  }
  return ops::op_request{ops[draw.below(ops.size())]};
}

void knob_checks::applied(const membership::nodes_config& before,
                          const membership::nodes_config& after, const membership::delta& change,
                          const raft::entry& in) {
  const auto event = change.op.event;
  const bool by_operator = change.op.by == initiator::operator_;
  require_valid(after.policy());
  if (!(before.policy() == after.policy()))
    require(by_operator
              && (event == lifecycle_event::provision || event == lifecycle_event::set_target
                  || event == lifecycle_event::set_policy),
            "only an operator changes the policy", to_string(event));
  if (!before.members().empty())
    require(before.policy().lease_ms == after.policy().lease_ms, "a lease is as it was founded",
            before.policy().lease_ms, "and then", after.policy().lease_ms);
  if (!same_pause(before.pause(), after.pause()))
    require(by_operator && (event == lifecycle_event::pause || event == lifecycle_event::resume),
            "only an operator pauses automation", to_string(event));
  require(after.pause().until_ms - after.pause().since_ms <= day_ms, "a pause ends within a day",
          after.pause().since_ms, "until", after.pause().until_ms);
  // Whoever leads is never ahead of the log time that it stamps.
  if (change.op.by == initiator::policy && event != lifecycle_event::leave)
    require(change.log_time_ms >= before.pause().until_ms,
            "the policy moves nobody while automation is paused", to_string(event), "at",
            change.log_time_ms, "until", before.pause().until_ms);
  count(before, change, in);
}

void knob_checks::count(const membership::nodes_config& before, const membership::delta& change,
                        const raft::entry& in) {
  switch (change.op.event) {
  case lifecycle_event::set_policy:
    situations_.hit(situation::policy_set);
    break;
  case lifecycle_event::pause:
    situations_.hit(situation::automation_paused);
    paused_in_ = in.entry_term;
    return;
  case lifecycle_event::resume:
    situations_.hit(situation::automation_resumed);
    break;
  default:
    break;
  }
  if (change.log_time_ms >= before.pause().until_ms)
    return;
  if (change.op.by == initiator::operator_)
    situations_.hit(situation::intent_while_paused);
  if (in.entry_term != paused_in_)
    situations_.hit(situation::paused_under_another_leader);
}

} // namespace quorate::sim
