// Transitions against the table, guard by guard.
#include "runtime/membership/explain.hpp"
#include "runtime/membership/policy.hpp"
#include "runtime/membership/words.hpp"

#include <algorithm>
#include <utility>

namespace quorate::membership {

namespace {

/// About the change as a whole, so that it is said once, however many nodes move.
bool about_all(guard g) {
  switch (g) {
  case guard::one_for_one:
  case guard::room:
  case guard::within_target:
  case guard::beyond_target:
  case guard::member_remains:
  case guard::min_members:
  case guard::target_in_range:
  case guard::target_odd:
  case guard::policy_in_range:
  case guard::lease_same:
  case guard::pause_in_range:
  case guard::not_paused:
  case guard::live_quorum:
  case guard::live_quorum_before:
  case guard::replacement_on:
  case guard::leader_settled:
  case guard::budget_left:
    return true;
  default:
    return false;
  }
}

void add(transition_report& to, guard_report x) {
  const bool known = std::any_of(to.guards.begin(), to.guards.end(), [&x](const auto& other) {
    return other.guard == x.guard && other.node == x.node;
  });
  if (known)
    return;
  if (!x.holds && to.refusal == errc::none)
    to.refusal = x.refusal;
  to.possible &= x.holds;
  to.guards.push_back(std::move(x));
}

/// The table has no row for it, or none that is open: no guard is asked.
void add_closed(transition_report& to, const move& subject, errc refusal) {
  add(to, {"row", false, refusal, subject.id, std::string{sentence(refusal)}});
}

void add_guards(transition_report& to, const move& subject, const guard_context& context,
                table_view table) {
  const auto row = row_for(subject, context, table);
  if (row.refusal != errc::none)
    return add_closed(to, subject, row.refusal);
  for (auto g : row.rule->guards) {
    if (g == guard::none)
      continue;
    add(to, {std::string{to_string(g)}, holds(g, subject, context), refusal_of(g),
             about_all(g) ? node_id{} : subject.id, value_of(g, subject, context)});
  }
}

bool contains(const std::vector<node_id>& ids, node_id id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// What the policy asks of a node before it admits it, beside the table.
void add_waits_of_admit(transition_report& to, const nodes_config& config, const observations& seen,
                        node_id id) {
  const auto* row = config.find(id);
  if (row != nullptr && row->lost)
    add(to, {"disk_kept", false, errc::none, id, "its disk is lost; it comes back under a new id"});
  add(to, {"heard_lately", seen.heard_lately(id), errc::none, id,
           seen.find(id) == nullptr ? "not heard of yet in this leadership"
                                    : "heard of " + duration_text(seen.silent_ms(id)) + " ago, of "
                                        + duration_text(seen.live_window_ms()) + " at most"});
}

/// Two voters tolerate no failure, so a second candidate is worth a short wait.
void add_wait_for_a_pair(transition_report& to, const nodes_config& config,
                         const observations& seen, const proposal& want) {
  const auto ready = candidates(config, seen);
  if (want.subjects.size() != 1 || !contains(ready, want.subjects.front())
      || !waits_for_a_second(config, seen, ready))
    return;
  add(to, {"pairing_wait",
           false,
           errc::none,
           {},
           "waits for a second candidate, because alone it would make "
             + std::to_string(config.members().size() + 1) + " members: for "
             + duration_text(seen.caught_up_ms(ready.front())) + " of "
             + duration_text(config.policy().pairing_wait_ms)});
}

bool same(const proposal& a, const proposal& b) {
  return a.event == b.event && a.subjects == b.subjects && a.incoming == b.incoming;
}

} // namespace

transition_report report_moves(const guard_context& context, table_view table) {
  transition_report out;
  out.event = context.op->event;
  out.by = context.op->by;
  out.possible = true;
  for (const auto& subject : *context.moves)
    out.nodes.push_back(subject.id);
  if (!context.moves->empty()) {
    out.from = to_string(context.moves->front().from);
    out.to = to_string(context.moves->front().to);
  }
  if (context.config->joint() && context.op->event != lifecycle_event::leave)
    add(out, {"nothing_in_flight",
              false,
              errc::transition_in_flight,
              {},
              "a joint change is left at version " + std::to_string(context.config->version().value)
                + " first"});
  for (const auto& subject : *context.moves)
    add_guards(out, subject, context, table);
  return out;
}

transition_report report_proposal(const nodes_config& config, const observations& seen,
                                  const proposal& want, const std::optional<proposal>& first) {
  auto op = operation_of(want);
  if (want.by == initiator::operator_)
    op.named.clear(); // It would be possible if one asked; nobody has.
  const auto moves = moves_of(config, want);
  if (!moves) {
    transition_report out;
    out.event = want.event;
    out.by = want.by;
    add(out, {"row", false, moves.error().code, {}, moves.error().message});
    return out;
  }
  auto context = context_of(config, *moves, op);
  context.seen = &seen;
  auto out = report_moves(context);
  if (want.by != initiator::policy)
    return out;
  if (want.event == lifecycle_event::admit)
    add_waits_of_admit(out, config, seen, want.subjects.front());
  if (want.event == lifecycle_event::promote)
    add_wait_for_a_pair(out, config, seen, want);
  if (out.possible && first && !same(want, *first))
    add(out, {"turn",
              false,
              errc::none,
              {},
              std::string{to_string(first->event)} + " of " + list_text(first->subjects)
                + " comes first"});
  return out;
}

std::string failing_text(const transition_report& x) {
  std::string text;
  for (const auto& g : x.guards)
    if (!g.holds)
      text += (text.empty() ? "" : "; ") + g.guard + ": " + g.value;
  return text;
}

} // namespace quorate::membership
