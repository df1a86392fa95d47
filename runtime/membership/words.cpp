#include "runtime/membership/words.hpp"

#include "runtime/membership/plan.hpp"

#include <algorithm>

namespace quorate::membership {

namespace {

/// Why it can't be live, or when it was last heard of.
std::string contact_text(const observations& seen, node_id id) {
  const auto* node = seen.find(id);
  if (id == seen.leader())
    return "it leads";
  if (node == nullptr || !node->contacted)
    return "not heard of since this leadership began, " + duration_text(seen.settled_ms()) + " ago";
  if (node->gone)
    return "said goodbye " + duration_text(seen.silent_ms(id)) + " ago";
  return "heard of " + duration_text(seen.silent_ms(id)) + " ago";
}

std::string progress_text(const observations& seen, node_id id) {
  const auto* node = seen.find(id);
  if (!seen.live(id) || node == nullptr)
    return contact_text(seen, id);
  if (node->snapshot_bytes != 0)
    return number_text(node->snapshot_bytes) + " bytes of a snapshot received, log "
           + number_text(seen.entries_behind(id)) + " entries behind";
  return "log " + number_text(seen.entries_behind(id)) + " entries behind";
}

std::string quorum_text(const std::set<node_id>& voters, const guard_context& context,
                        std::string_view when) {
  return std::to_string(live_among(voters, *context.config, *context.seen)) + " of "
         + count_text(voters.size(), "voter") + " live " + std::string{when} + " it, "
         + std::to_string(voters.size() / 2 + 1) + " needed";
}

std::string room_text(const nodes_config& config) {
  const auto& policy = config.policy();
  const auto members = config.members().size();
  const auto taken = members + config.learners().size();
  if (members >= policy.target_members)
    return std::to_string(taken - policy.target_members) + " of "
           + count_text(policy.warm_spares, "warm spare") + " taken";
  return "members and learners take " + std::to_string(taken) + " of "
         + count_text(policy.target_members + policy.warm_spares, "place");
}

std::string target_text(std::size_t members, std::uint32_t target) {
  return count_text(members, "member") + " after it, the target is " + std::to_string(target);
}

std::string min_members_text(const guard_context& context) {
  return count_text(context.members_after.size(), "member") + " would remain, the minimum is "
         + std::to_string(context.config->policy().effective_min_members())
         + (context.op->forced ? "; forced" : "");
}

std::string named_text(guard g, const move& subject, const guard_context& context) {
  if (holds(g, subject, context))
    return "an operator names it";
  return subject.from == position::standby_outsider
           ? "parked: only an operator's activate makes it join"
           : "no operator has named it";
}

std::string structural_text(guard g, const move& subject, const guard_context& context) {
  const auto& config = *context.config;
  const auto& policy = context.new_policy != nullptr ? *context.new_policy : config.policy();
  const auto after = context.members_after.size();
  const auto* row = config.find(subject.id);
  switch (g) {
  case guard::named_by_operator:
    return named_text(g, subject, context);
  case guard::one_for_one:
    return count_text(config.members().size(), "member") + " before it, " + std::to_string(after)
           + " after it";
  case guard::room:
    return room_text(config);
  case guard::feature_level:
    return "its feature level is "
           + std::to_string(row != nullptr ? row->versions.feature_level : 0) + ", the cluster's "
           + std::to_string(config.feature_level());
  case guard::within_target:
  case guard::beyond_target:
    return target_text(after, policy.target_members);
  case guard::member_remains:
    return count_text(after, "member") + " would remain";
  case guard::min_members:
    return min_members_text(context);
  case guard::target_in_range:
  case guard::target_odd:
    return "a target of " + std::to_string(policy.target_members)
           + (policy.allow_even ? ", even ones are allowed" : "");
  case guard::policy_in_range: {
    const auto valid = validate_knobs(policy);
    return valid ? "every knob is in its range" : valid.error().message;
  }
  case guard::lease_same:
    return "lease_ms is " + std::to_string(config.policy().lease_ms) + ", and "
           + std::to_string(policy.lease_ms) + " was asked";
  default:
    return std::string{to_string(g)} + (holds(g, subject, context) ? " holds" : " fails");
  }
}

std::string record_text(const move& subject, const guard_context& context) {
  const auto* node = context.seen->find(subject.id);
  const auto* row = context.config->find(subject.id);
  if (node == nullptr || row == nullptr)
    return "its view isn't known yet";
  return "its view is of version " + std::to_string(node->known.value) + ", its record of "
         + std::to_string(row->since.value);
}

std::string stable_text(const observations& seen, node_id id, std::uint64_t needed_ms) {
  if (!seen.live(id))
    return contact_text(seen, id);
  return "healthy for " + duration_text(seen.healthy_ms(id)) + " of " + duration_text(needed_ms);
}

std::string dead_text(const move& subject, const guard_context& context) {
  const auto& seen = *context.seen;
  const auto* row = context.config->find(subject.id);
  if (row != nullptr && row->lost)
    return "its disk is lost";
  if (!seen.silent(subject.id))
    return contact_text(seen, subject.id);
  return "silent for " + duration_text(seen.silent_ms(subject.id)) + " of "
         + duration_text(context.config->policy().replace_after_ms);
}

std::string stuck_text(const observations& seen, node_id id, std::uint64_t timeout_ms) {
  if (seen.caught_up(id))
    return "caught up";
  const bool silent = seen.silent(id) && seen.silent_ms(id) > seen.stuck_ms(id);
  return (silent ? "silent for " : "without progress for ")
         + duration_text(silent ? seen.silent_ms(id) : seen.stuck_ms(id)) + " of "
         + duration_text(timeout_ms) + ", " + progress_text(seen, id);
}

std::string budget_text(const nodes_config& config, const observations& seen) {
  const auto& policy = config.policy();
  return std::to_string(policy.eviction_budget - budget_left(config, seen)) + " of "
         + count_text(policy.eviction_budget, "replacement") + " made in the last "
         + duration_text(policy.eviction_window_ms);
}

std::string observed_text(guard g, const move& subject, const guard_context& context) {
  const auto& config = *context.config;
  const auto& policy = config.policy();
  const auto& seen = *context.seen;
  switch (g) {
  case guard::stable:
    return stable_text(seen, subject.id, policy.stabilization_ms);
  case guard::record_current:
    return record_text(subject, context);
  case guard::caught_up:
    return seen.caught_up(subject.id) ? "caught up" : progress_text(seen, subject.id);
  case guard::live_quorum:
    return quorum_text(context.members_after, context, "after");
  case guard::live_quorum_before:
    return quorum_text(config.members(), context, "before");
  case guard::stuck:
    return stuck_text(seen, subject.id, policy.transition_timeout_ms);
  case guard::dead:
    return dead_text(subject, context);
  case guard::replacement_on:
    return policy.replace_after_ms != 0 ? "after " + duration_text(policy.replace_after_ms)
                                        : "replace_after is off";
  case guard::leader_settled:
    return "this leader has observed for " + duration_text(seen.settled_ms()) + " of "
           + duration_text(policy.leader_settle_ms);
  case guard::budget_left:
    return budget_text(config, seen);
  case guard::not_the_leader:
    return to_string(seen.leader()) + " leads";
  case guard::not_paused:
    return paused_ms(config, seen) == 0 ? "automation isn't paused" : pause_text(config, seen);
  default:
    return structural_text(g, subject, context);
  }
}

} // namespace

std::string value_of(guard g, const move& subject, const guard_context& context) {
  return structural(g) || context.seen == nullptr ? structural_text(g, subject, context)
                                                  : observed_text(g, subject, context);
}

std::string duration_text(std::uint64_t ms) {
  if (ms < 1'000)
    return std::to_string(ms) + " ms";
  const auto seconds = ms / 1'000;
  if (seconds < 10 && ms % 1'000 >= 100)
    return std::to_string(seconds) + '.' + std::to_string(ms % 1'000 / 100) + " s";
  if (seconds < 120)
    return std::to_string(seconds) + " s";
  const auto rest = seconds % 60;
  return std::to_string(seconds / 60) + " min"
         + (rest != 0 ? ' ' + std::to_string(rest) + " s" : "");
}

std::string pause_text(const nodes_config& config, const observations& seen) {
  const auto left_ms = paused_ms(config, seen);
  if (left_ms == 0)
    return {};
  const auto& by = config.pause().by;
  return "automation is paused for another " + duration_text(left_ms) + " ("
         + (by.empty() ? "by an operator" : "by " + by) + ')';
}

std::string number_text(std::uint64_t x) {
  auto text = std::to_string(x);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string name_text(const nodes_config& config, node_id id) {
  const auto* row = config.find(id);
  return row != nullptr ? to_string(id) + " (" + row->name + ')' : to_string(id);
}

std::string list_text(const std::vector<node_id>& ids) {
  std::string text;
  for (std::size_t i = 0; i < ids.size(); ++i)
    text += (i == 0 ? "" : i + 1 == ids.size() ? " and " : ", ") + to_string(ids[i]);
  return text;
}

std::string count_text(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string{what} + (count == 1 ? "" : "s");
}

} // namespace quorate::membership
