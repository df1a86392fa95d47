// The knobs of a cluster's policy as options of whoever founds it, one a row. Ranges are those of
// membership::validate, which the cluster goes by: a test holds the two together.
#include "runtime/base/limits.hpp"
#include "runtime/options/table.hpp"

namespace quorate::options {

namespace {

using std::chrono::milliseconds;
using policy = membership_policy;
using rows = std::vector<row<policy>>;

/// Of a policy: up to 30 days.
rule policy_duration(std::uint64_t ms_min = 0) {
  return duration_between(milliseconds{static_cast<std::int64_t>(ms_min)},
                          milliseconds{static_cast<std::int64_t>(limits::policy_ms_max)});
}

rows size_of_the_cluster() {
  return {
    option<&policy::target_members>(
      {"target", "target_members",
       "How many members the cluster should have; even only if that is "
       "allowed."},
      count_between(1, limits::members_max)),
    option<&policy::allow_even>({"allow-even", "allow_even",
                                 "Allow an even target, which tolerates no more failures than "
                                 "the odd one below it."},
                                flag()),
    option<&policy::min_members>(
      {"min-members", "min_members",
       "Automation and unforced operators don't go below; 0: the "
       "target, or 3 if that is less."},
      rule{option_kind::count, 0, limits::members_max, text_form::any, "0 to the target"}),
    option<&policy::warm_spares>(
      {"warm-spares", "warm_spares", "Learners beyond the target, kept caught up."},
      count_between(0, limits::members_max)),
  };
}

rows timing() {
  return {
    option_in_ms<&policy::stabilization_ms>({"stabilization", "stabilization_ms",
                                             "How long a node has to be healthy before it is "
                                             "admitted."},
                                            policy_duration()),
    option_in_ms<&policy::pairing_wait_ms>(
      {"pairing-wait", "pairing_wait_ms", "How long a lone candidate waits for a second."},
      policy_duration()),
    option_in_ms<&policy::replace_after_ms>({"replace-after", "replace_after_ms",
                                             "How long a member has to be dead before it is "
                                             "replaced; 0s: never."},
                                            policy_duration()),
    option_in_ms<&policy::leader_settle_ms>(
      {"leader-settle", "leader_settle_ms", "How long a new leader only observes."},
      policy_duration()),
    option<&policy::eviction_budget>(
      {"eviction-budget", "eviction_budget", "Replacements by the policy in each eviction window."},
      count_between(0, limits::eviction_budget_max)),
    option_in_ms<&policy::eviction_window_ms>(
      {"eviction-window", "eviction_window_ms", "The time that the eviction budget is for."},
      policy_duration()),
    option_in_ms<&policy::transition_timeout_ms>({"transition-timeout", "transition_timeout_ms",
                                                  "A learner without progress for so long is "
                                                  "given up."},
                                                 policy_duration(1)),
    option_in_ms<&policy::lease_ms>(
      {"lease", "lease_ms",
       "How long leaders answer reads without asking a quorum, and a failover "
       "takes at least; 0s: off. Fixed when the cluster is founded."},
      duration_between(milliseconds{0},
                       milliseconds{static_cast<std::int64_t>(limits::lease_ms_max)})),
  };
}

rows all_rows() {
  rows out;
  add_group(out, "Members", size_of_the_cluster());
  add_group(out, "Automation", timing());
  return out;
}

} // namespace

template <>
const std::vector<row<membership_policy>>& table() {
  static const auto found = all_rows();
  return found;
}

result<void> check_together(const membership_policy& x, const naming& called) {
  if (x.target_members % 2 == 0 && !x.allow_even)
    return disagreement(called("target") + " is " + std::to_string(x.target_members)
                        + ", which tolerates no more failures than "
                        + std::to_string(x.target_members - 1) + "; say " + called("allow-even")
                        + " if you mean it.");
  if (x.min_members > x.target_members)
    return disagreement(called("min-members") + " is " + std::to_string(x.min_members)
                        + ", and can't be more than " + called("target") + ", which is "
                        + std::to_string(x.target_members) + '.');
  return {};
}

} // namespace quorate::options
