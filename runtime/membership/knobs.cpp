// The policy's knobs: their ranges, and changes of some of them.
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/plan.hpp"

#include <string>
#include <string_view>

namespace quorate {

policy_change policy_change::to(const membership_policy& policy) {
  return {policy.target_members,        policy.allow_even,
          policy.min_members,           policy.warm_spares,
          policy.stabilization_ms,      policy.pairing_wait_ms,
          policy.replace_after_ms,      policy.leader_settle_ms,
          policy.eviction_budget,       policy.eviction_window_ms,
          policy.transition_timeout_ms, policy.lease_ms};
}

membership_policy policy_change::applied_to(membership_policy before) const {
  auto& out = before;
  out.target_members = target_members.value_or(out.target_members);
  out.allow_even = allow_even.value_or(out.allow_even);
  out.min_members = min_members.value_or(out.min_members);
  out.warm_spares = warm_spares.value_or(out.warm_spares);
  out.stabilization_ms = stabilization_ms.value_or(out.stabilization_ms);
  out.pairing_wait_ms = pairing_wait_ms.value_or(out.pairing_wait_ms);
  out.replace_after_ms = replace_after_ms.value_or(out.replace_after_ms);
  out.leader_settle_ms = leader_settle_ms.value_or(out.leader_settle_ms);
  out.eviction_budget = eviction_budget.value_or(out.eviction_budget);
  out.eviction_window_ms = eviction_window_ms.value_or(out.eviction_window_ms);
  out.transition_timeout_ms = transition_timeout_ms.value_or(out.transition_timeout_ms);
  out.lease_ms = lease_ms.value_or(out.lease_ms);
  return before;
}

namespace membership {

namespace {

result<void> validate_target(const membership_policy& policy) {
  if (policy.target_members < 1 || policy.target_members > limits::members_max)
    return make_error(errc::target_out_of_range, "a target is 1 to 9, and "
                                                   + std::to_string(policy.target_members)
                                                   + " was asked.");
  if (policy.target_members % 2 == 0 && !policy.allow_even)
    return make_error(errc::target_even, "a target of " + std::to_string(policy.target_members)
                                           + " tolerates no more failures than "
                                           + std::to_string(policy.target_members - 1)
                                           + "; allow even targets if you mean it.");
  return {};
}

struct knob {
  std::string_view name;
  std::uint64_t value = 0;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

result<void> validate(const knob& x) {
  if (x.value >= x.min && x.value <= x.max)
    return {};
  return make_error(errc::policy_out_of_range, std::string{x.name} + " is " + std::to_string(x.min)
                                                 + " to " + std::to_string(x.max) + ", and "
                                                 + std::to_string(x.value) + " was asked.");
}

} // namespace

result<void> validate(const membership_policy& policy) {
  if (base::mutated(base::mutant::policy_applied_unvalidated))
    return {};
  auto target = validate_target(policy);
  return target ? validate_knobs(policy) : target;
}

result<void> validate_knobs(const membership_policy& policy) {
  if (base::mutated(base::mutant::policy_applied_unvalidated))
    return {};
  const knob knobs[] = {
    {"min_members", policy.min_members, 0, policy.target_members},
    {"warm_spares", policy.warm_spares, 0, limits::members_max},
    {"stabilization_ms", policy.stabilization_ms, 0, limits::policy_ms_max},
    {"pairing_wait_ms", policy.pairing_wait_ms, 0, limits::policy_ms_max},
    {"replace_after_ms", policy.replace_after_ms, 0, limits::policy_ms_max},
    {"leader_settle_ms", policy.leader_settle_ms, 0, limits::policy_ms_max},
    {"eviction_budget", policy.eviction_budget, 0, limits::eviction_budget_max},
    {"eviction_window_ms", policy.eviction_window_ms, 0, limits::policy_ms_max},
    {"transition_timeout_ms", policy.transition_timeout_ms, 1, limits::policy_ms_max},
    {"lease_ms", policy.lease_ms, 0, limits::lease_ms_max},
  };
  for (const auto& x : knobs)
    if (auto valid = validate(x); !valid)
      return valid;
  return {};
}

} // namespace membership

} // namespace quorate
