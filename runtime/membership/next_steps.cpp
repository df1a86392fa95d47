// What the controller does next, and what an intent would do.
#include "runtime/membership/explain.hpp"
#include "runtime/membership/policy.hpp"
#include "runtime/membership/words.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <variant>

namespace quorate::membership {

namespace {

std::vector<node_id> ids_of(const std::vector<raft::replica>& replicas) {
  std::vector<node_id> out;
  out.reserve(replicas.size());
  for (const auto& x : replicas)
    out.push_back(x.id);
  std::sort(out.begin(), out.end());
  return out;
}

std::string name_in(const nodes_config& config, const delta& change, node_id id) {
  for (const auto& row : change.changed)
    if (row.id == id)
      return row.name;
  const auto* row = config.find(id);
  return row != nullptr ? row->name : "";
}

/// Of those that wait to be admitted, the one that lacks least. Only numbers are compared: there
/// may be thousands.
node_id best_outsider(const nodes_config& config, const observations& seen) {
  using key = std::tuple<bool, bool, std::uint64_t, std::uint32_t>;
  node_id best{};
  key best_key;
  for (const auto& [id, row] : config.rows()) {
    if (position_of(row) != position::auto_join_outsider || row.lost)
      continue;
    const auto* node = seen.find(id);
    const bool stale = node == nullptr || node->known < row.since;
    const auto needed_ms = config.policy().stabilization_ms;
    const auto lacks_ms = needed_ms - std::min(needed_ms, seen.healthy_ms(id));
    const key lacks{!seen.heard_lately(id), stale, lacks_ms, row.give_ups};
    if (!best || lacks < best_key) {
      best = id;
      best_key = lacks;
    }
  }
  return best;
}

std::size_t failing_count(const transition_report& x) {
  return static_cast<std::size_t>(std::count_if(x.guards.begin(), x.guards.end(),
                                                [](const guard_report& g) { return !g.holds; }));
}

/// All that the policy could do for what isn't as it should be.
std::vector<transition_report> awaited(const nodes_config& config, const observations& seen) {
  const auto& policy = config.policy();
  const auto members = config.members().size();
  std::vector<node_id> nodes(config.members().begin(), config.members().end());
  nodes.insert(nodes.end(), config.learners().begin(), config.learners().end());
  if (members + config.learners().size() < policy.target_members + policy.warm_spares)
    if (const auto outsider = best_outsider(config, seen))
      nodes.push_back(outsider);
  std::vector<transition_report> out;
  for (auto id : nodes)
    for (const auto& want : prospects(config, seen, id))
      if (want.event != lifecycle_event::promote || members < policy.target_members)
        out.push_back(report_proposal(config, seen, want, std::nullopt));
  return out;
}

std::string about(const transition_report& x) {
  return std::string{to_string(x.event)} + " of " + list_text(x.nodes);
}

std::string standing(const nodes_config& config) {
  const auto& policy = config.policy();
  return std::to_string(config.members().size()) + " of "
         + count_text(policy.target_members, "member") + ", "
         + count_text(config.learners().size(), "learner");
}

void tell_first(membership_plan& out, const nodes_config& config, const observations& seen,
                const proposal& first) {
  if (auto planned = make_plan(config, first, seen)) {
    out.next = preview(config, planned->change, {});
    out.summary = std::string{to_string(first.event)} + " of " + list_text(first.subjects)
                  + " is next: " + first.why + '.';
    return;
  }
  out.nearest = report_proposal(config, seen, first, first);
  out.summary = about(*out.nearest) + " is next, and is refused. " + failing_text(*out.nearest)
                + '.';
}

void tell_nearest(membership_plan& out, const nodes_config& config, const observations& seen) {
  auto all = awaited(config, seen);
  const auto nearest = std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return failing_count(a) < failing_count(b);
  });
  if (nearest != all.end()) {
    out.summary = standing(config) + "; waits for " + about(*nearest) + ". "
                  + failing_text(*nearest) + '.';
    out.nearest = std::move(*nearest);
  } else if (config.members().size() < config.policy().target_members) {
    out.summary = standing(config) + "; no other node wants to be a member.";
  } else {
    out.summary = standing(config) + "; nothing to do.";
  }
}

struct refusal_visitor {
  error why;

  ops::question_reply operator()(const ops::explain_request&) {
    return ops::explain_reply{std::move(why), {}};
  }
  ops::question_reply operator()(const ops::plan_request&) {
    return ops::plan_reply{std::move(why), {}};
  }
  ops::question_reply operator()(const ops::dry_run_request&) {
    return ops::dry_run_reply{std::move(why), {}};
  }
  ops::question_reply operator()(const ops::op_request&) {
    return ops::op_reply{std::move(why), {}};
  }
  ops::question_reply operator()(const ops::history_request&) {
    return ops::history_reply{std::move(why), {}};
  }
  ops::question_reply operator()(const ops::refusals_request&) {
    return ops::refusals_reply{std::move(why), {}};
  }
};

} // namespace

change_preview preview(const nodes_config& config, const delta& change, node_id hands_over_to) {
  change_preview out;
  out.event = change.op.event;
  out.by = change.op.by;
  out.why = change.op.why;
  out.version = change.version();
  out.joint = !change.outgoing.empty();
  out.voters = ids_of(change.config.voters);
  out.learners = ids_of(change.config.learners);
  out.hands_over_to = hands_over_to;
  if (change.base != config.version())
    return out;
  for (const auto& m : config.moves_of(change))
    if (m.id)
      out.moves.push_back({m.id, name_in(config, change, m.id), std::string{to_string(m.from)},
                           std::string{to_string(m.to)}});
  std::sort(out.moves.begin(), out.moves.end(),
            [](const node_move& a, const node_move& b) { return a.node < b.node; });
  return out;
}

membership_plan next_steps(const nodes_config& config, const observations& seen) {
  membership_plan out;
  out.version = config.version();
  out.leader = seen.leader();
  out.members = static_cast<std::uint32_t>(config.members().size());
  out.target_members = config.policy().target_members;
  out.learners = static_cast<std::uint32_t>(config.learners().size());
  out.warm_spares = config.policy().warm_spares;
  if (config.joint())
    out.summary = "a joint change is being left.";
  else if (const auto first = first_choice(config, seen))
    tell_first(out, config, seen, *first);
  else
    tell_nearest(out, config, seen);
  out.paused_ms = paused_ms(config, seen);
  if (out.paused_ms != 0) {
    out.paused_by = config.pause().by;
    out.summary = pause_text(config, seen) + "; " + out.summary;
  }
  return out;
}

std::string ignorance_text(const nodes_config& config, const observations& seen) {
  return "this leader hasn't heard of " + list_text(unheard(config, seen))
         + " yet; it is judged in " + duration_text(seen.live_window_ms() - seen.settled_ms())
         + " at the latest";
}

result<intent_preview> dry_run(const nodes_config& config, const observations& seen,
                               const reconfigure_request& request) {
  intent_preview out;
  out.version = config.version();
  if (config.joint()) {
    out.waits_for = "a joint change is left first, and then it is judged";
    return out;
  }
  const auto verdict = judge_intent(config, seen, request);
  if (verdict.held) {
    out.waits_for = ignorance_text(config, seen);
    return out;
  }
  if (verdict.reply) {
    if (verdict.reply->refusal.code != errc::none)
      return verdict.reply->refusal;
    out.version = verdict.reply->version;
    return out;
  }
  out.changes = true;
  out.change = preview(config, verdict.change, successor(config, seen, verdict.change));
  return out;
}

ops::question_reply turn_down(const ops::question& what, error why) {
  return std::visit(refusal_visitor{std::move(why)}, what);
}

} // namespace quorate::membership
