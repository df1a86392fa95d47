// What an operator's intent means as a proposal.
#include "runtime/base/limits.hpp"
#include "runtime/membership/plan.hpp"

#include <algorithm>
#include <variant>

namespace quorate::membership {

namespace {

/// The learner that can take a member's place at once: the one that has been caught up longest.
std::vector<node_id> substitute(const nodes_config& config, const observations& seen,
                                node_id for_member) {
  if (config.position_of(for_member) != position::member_voter)
    return {};
  node_id best{};
  for (auto id : config.learners())
    if (seen.caught_up(id) && (!best || seen.caught_up_ms(id) > seen.caught_up_ms(best)))
      best = id;
  // Where there are more members than wanted, nobody needs to take the place.
  if (!best || config.members().size() > config.policy().target_members)
    return {};
  return {best};
}

struct to_proposal_visitor {
  const nodes_config& config;
  const observations& seen;
  proposal want;

  void operator()(const park_intent& x) {
    want.event = lifecycle_event::park;
    want.subjects = {x.node};
    want.force = x.force;
    want.incoming = substitute(config, seen, x.node);
    want.why = "parked by an operator";
  }
  void operator()(const activate_intent& x) {
    want.event = lifecycle_event::activate;
    want.subjects = {x.node};
    want.why = "activated by an operator";
  }
  void operator()(const remove_intent& x) {
    want.event = lifecycle_event::remove;
    want.subjects = {x.node};
    want.force = x.force;
    want.incoming = substitute(config, seen, x.node);
    want.why = "removed by an operator";
  }
  void operator()(const replace_intent& x) {
    want.event = lifecycle_event::replace;
    want.subjects = {x.old_member};
    want.incoming = {x.new_member};
    want.fate = x.fate;
    want.why = "replaced by an operator";
  }
  void operator()(const reconfigure_intent& x) {
    want.event = lifecycle_event::reconfigure;
    want.subjects = x.members;
    want.force = x.force;
    std::sort(want.subjects.begin(), want.subjects.end());
    want.subjects.erase(std::unique(want.subjects.begin(), want.subjects.end()),
                        want.subjects.end());
    want.why = "reconfigured by an operator";
  }
  void operator()(const set_target_intent& x) {
    want.event = lifecycle_event::set_target;
    want.policy = config.policy();
    want.policy->target_members = x.target_members;
    want.policy->allow_even = x.allow_even;
    want.why = "target set to " + std::to_string(x.target_members);
  }
};

} // namespace

proposal to_proposal(const reconfigure_request& request, const nodes_config& config,
                     const observations& seen) {
  to_proposal_visitor visitor{config, seen, {}};
  visitor.want.by = initiator::operator_;
  visitor.want.op = request.op;
  std::visit(visitor, request.want);
  return visitor.want;
}

result<void> validate(const membership_policy& policy) {
  if (policy.target_members < 1 || policy.target_members > limits::members_max)
    return make_error(errc::target_out_of_range, "a target is 1 to 9, and "
                                                   + std::to_string(policy.target_members)
                                                   + " was asked.");
  if (policy.target_members % 2 == 0 && !policy.allow_even)
    return make_error(errc::target_even, "a target of " + std::to_string(policy.target_members)
                                           + " tolerates no more failures than "
                                           + std::to_string(policy.target_members - 1)
                                           + "; allow even targets if you mean it.");
  if (policy.min_members > policy.target_members)
    return make_error(errc::invalid_argument, "min_members is at most the target.");
  if (policy.warm_spares > limits::members_max)
    return make_error(errc::invalid_argument, "there are at most 9 warm spares.");
  if (policy.lease_ms > limits::lease_ms_max)
    return make_error(errc::invalid_argument,
                      "lease_ms is at most " + std::to_string(limits::lease_ms_max) + ".");
  if (policy.transition_timeout_ms == 0)
    return make_error(errc::invalid_argument, "transition_timeout_ms is at least 1.");
  return {};
}

} // namespace quorate::membership
