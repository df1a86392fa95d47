// What an operator's intent means as a proposal, and what becomes of it.
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/guards.hpp"
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
  void operator()(const set_policy_intent& x) {
    want.event = lifecycle_event::set_policy;
    want.policy = x.change.applied_to(config.policy());
    want.why = "policy set by an operator";
  }
  void operator()(const pause_intent& x) {
    want.event = lifecycle_event::pause;
    const auto now_ms = log_time_ms(config, seen);
    want.pause = automation_pause{now_ms, now_ms + x.for_ms, x.by};
    want.why = "automation paused for " + std::to_string(x.for_ms) + " ms";
  }
  void operator()(const resume_intent&) {
    want.event = lifecycle_event::resume;
    want.pause = automation_pause{};
    want.why = "automation resumed by an operator";
  }
};

/// Whether one undoes what the other did, without naming a node.
bool about_the_same_knob(lifecycle_event a, lifecycle_event b) {
  const auto policy = [](lifecycle_event x) {
    return x == lifecycle_event::set_target || x == lifecycle_event::set_policy;
  };
  const auto pause = [](lifecycle_event x) {
    return x == lifecycle_event::pause || x == lifecycle_event::resume;
  };
  return a == b || (policy(a) && policy(b)) || (pause(a) && pause(b));
}

/// A retry of what was done gets its first answer, unless an operator has moved one of its nodes
/// since: then it is told, as it would undo that.
reconfigure_reply answer_again(const nodes_config& config, const transition& before) {
  for (const auto& later : config.history()) {
    if (later.version <= before.version || later.by != initiator::operator_)
      continue;
    const auto& nodes = later.nodes;
    const bool same = std::any_of(nodes.begin(), nodes.end(), [&before](node_id id) {
      return std::count(before.nodes.begin(), before.nodes.end(), id) != 0;
    });
    if (same || about_the_same_knob(later.event, before.event))
      return {make_error(errc::op_superseded,
                         "this was done at version " + std::to_string(before.version.value)
                           + ", and version " + std::to_string(later.version.value)
                           + " has moved on from it; ask anew with another op id."),
              false, before.version};
  }
  return {{}, false, before.version};
}

struct event_visitor {
  lifecycle_event operator()(const park_intent&) const {
    return lifecycle_event::park;
  }
  lifecycle_event operator()(const activate_intent&) const {
    return lifecycle_event::activate;
  }
  lifecycle_event operator()(const remove_intent&) const {
    return lifecycle_event::remove;
  }
  lifecycle_event operator()(const replace_intent&) const {
    return lifecycle_event::replace;
  }
  lifecycle_event operator()(const reconfigure_intent&) const {
    return lifecycle_event::reconfigure;
  }
  lifecycle_event operator()(const set_target_intent&) const {
    return lifecycle_event::set_target;
  }
  lifecycle_event operator()(const set_policy_intent&) const {
    return lifecycle_event::set_policy;
  }
  lifecycle_event operator()(const pause_intent&) const {
    return lifecycle_event::pause;
  }
  lifecycle_event operator()(const resume_intent&) const {
    return lifecycle_event::resume;
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

lifecycle_event event_of(const intent& want) noexcept {
  return std::visit(event_visitor{}, want);
}

intent_verdict judge_intent(const nodes_config& config, const observations& seen,
                            const reconfigure_request& request) {
  if (paused_ms(config, seen) != 0 && base::mutated(base::mutant::paused_operator_refused))
    return {false, reconfigure_reply{make_error(errc::controller_paused), false, {}}, {}};
  auto planned = make_plan(config, to_proposal(request, config, seen), seen);
  if (planned && planned->already)
    return {false, reconfigure_reply{{}, false, config.version()}, {}};
  const auto* before = config.find_op(request.op);
  if (before != nullptr && !base::mutated(base::mutant::op_executed_again))
    return {false, answer_again(config, *before), {}};
  if (request.if_version && request.if_version != config.version()
      && !base::mutated(base::mutant::version_condition_ignored)) {
    auto differs = make_error(errc::version_differs,
                              "the config is at version " + std::to_string(config.version().value)
                                + ", not " + std::to_string(request.if_version.value) + '.');
    return {false, reconfigure_reply{std::move(differs), false, config.version()}, {}};
  }
  if (planned)
    return {false, std::nullopt, std::move(planned->change)};
  if (may_be_ignorance(planned.error().code) && !unheard(config, seen).empty())
    return {true, std::nullopt, {}}; // Judged when the others were heard of, or had the time.
  return {false, reconfigure_reply{planned.error(), false, config.version()}, {}};
}

node_id successor(const nodes_config& config, const observations& seen, const delta& change) {
  const auto& voters = change.config.voters;
  const auto stays = [&voters](node_id id) {
    return std::any_of(voters.begin(), voters.end(),
                       [id](const raft::replica& x) { return x.id == id; });
  };
  if (stays(seen.leader()))
    return {};
  node_id best{};
  for (auto id : config.members()) {
    if (!stays(id) || !seen.caught_up(id))
      continue;
    if (!best || seen.find(id)->match > seen.find(best)->match)
      best = id;
  }
  return best;
}

} // namespace quorate::membership
