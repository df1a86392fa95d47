#include "runtime/membership/plan.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/guards.hpp"
#include "runtime/membership/registrations.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace quorate::membership {

namespace {

bool contains(const std::vector<node_id>& ids, node_id id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

position fate_position(replaced_fate fate) {
  switch (fate) {
  case replaced_fate::standby:
    return position::standby_outsider;
  case replaced_fate::auto_join:
    return position::auto_join_outsider;
  case replaced_fate::removed:
    return position::removed;
  }
  return position::standby_outsider;
}

/// Where the event takes its subject, whether or not that is legal.
position destination(const proposal& want) {
  switch (want.event) {
  case lifecycle_event::admit:
    return position::auto_join_learner;
  case lifecycle_event::promote:
  case lifecycle_event::reconfigure:
    return position::member_voter;
  case lifecycle_event::replace:
    return fate_position(want.fate);
  case lifecycle_event::park:
    return position::standby_outsider;
  case lifecycle_event::remove:
    return position::removed;
  default:
    return position::auto_join_outsider; // give_up, release, activate
  }
}

/// A member whose disk is lost doesn't become anything else: it goes.
position destination_of(const nodes_config& config, node_id id, position to) {
  const auto* row = config.find(id);
  const bool waits = to == position::auto_join_outsider || to == position::standby_outsider;
  return waits && row != nullptr && row->lost ? position::removed : to;
}

/// Why a subject can't be judged by the table at all.
result<void> check_known(const nodes_config& config, node_id id) {
  switch (config.position_of(id)) {
  case position::unknown:
  case position::no_cluster:
    return make_error(errc::unknown_node, to_string(id) + " isn't in the nodes config.");
  case position::auto_join_leaving:
  case position::standby_leaving:
  case position::removed_leaving:
    return make_error(errc::transition_in_flight,
                      to_string(id) + " is leaving in a joint change; wait until that is left.");
  default:
    return {};
  }
}

node_record moved_row(const nodes_config& config, const move& m, const proposal& want) {
  auto row = *config.find(m.id);
  row.learner = m.to == position::auto_join_learner;
  row.state = m.to == position::member_voter       ? node_state::member
              : m.to == position::standby_outsider ? node_state::standby
                                                   : node_state::auto_join;
  if (want.event == lifecycle_event::give_up)
    ++row.give_ups;
  row.since = config_version{config.version().value + 1};
  row.why = want.event;
  row.by = want.by;
  return row;
}

result<plan> plan_moves(const nodes_config& config, const proposal& want, const observations& seen,
                        table_view table) {
  auto moves = moves_of(config, want);
  if (!moves)
    return moves.error();
  if (moves->empty())
    return plan{true, {}};
  delta draft;
  draft.op = operation_of(want);
  auto context = context_of(config, *moves, draft.op);
  context.seen = &seen;
  if (auto legal = check_moves(context, table); !legal)
    return legal.error();
  for (const auto& m : *moves) {
    if (m.to == position::removed)
      draft.removed.push_back(m.id);
    else
      draft.changed.push_back(moved_row(config, m, want));
  }
  draft.outgoing = config.outgoing_after(context.members_after);
  return plan{false, config.complete(std::move(draft))};
}

result<plan> plan_policy(const nodes_config& config, const proposal& want, table_view table) {
  QUORATE_CHECK(want.policy.has_value());
  if (config.policy() == *want.policy)
    return plan{true, {}};
  // Before the guards, whose sentences don't know which knob it is.
  if (auto valid = validate(*want.policy); !valid)
    return valid.error();
  delta draft;
  draft.op = operation_of(want);
  draft.policy = want.policy;
  const auto moves = config.moves_of(draft);
  auto context = context_of(config, moves, draft.op);
  context.new_policy = &*want.policy;
  if (auto legal = check_moves(context, table); !legal)
    return legal.error();
  return plan{false, config.complete(std::move(draft))};
}

result<plan> plan_pause(const nodes_config& config, const proposal& want, const observations& seen,
                        table_view table) {
  QUORATE_CHECK(want.pause.has_value());
  if (want.event == lifecycle_event::resume && paused_ms(config, seen) == 0)
    return plan{true, {}};
  delta draft;
  draft.op = operation_of(want);
  draft.pause = want.pause;
  const auto moves = config.moves_of(draft);
  auto context = context_of(config, moves, draft.op);
  context.new_pause = &*want.pause;
  context.seen = &seen;
  if (auto legal = check_moves(context, table); !legal)
    return legal.error();
  return plan{false, config.complete(std::move(draft))};
}

} // namespace

result<std::vector<move>> moves_of(const nodes_config& config, const proposal& want) {
  std::vector<move> moves;
  for (auto id : want.subjects) {
    const auto to = destination_of(config, id, destination(want));
    if (auto known = check_known(config, id); !known)
      return known.error();
    const auto from = config.position_of(id);
    if (from == position::removed && to != position::removed)
      return make_error(errc::node_removed,
                        to_string(id) + " was removed; an id is never used again.");
    // Whoever isn't parked is activated already, however far it came since: a retry must not fail.
    const bool came_further = want.event == lifecycle_event::activate
                              && from != position::standby_outsider;
    if (from != to && !came_further)
      moves.push_back({id, from, to});
  }
  // A learner takes a member's place; where no member goes, it stays what it is.
  const bool member_goes = std::any_of(
    moves.begin(), moves.end(), [](const move& m) { return m.from == position::member_voter; });
  for (auto id : want.incoming) {
    if (auto known = check_known(config, id); !known)
      return known.error();
    if (member_goes || want.event == lifecycle_event::replace)
      if (config.position_of(id) != position::member_voter || member_goes)
        moves.push_back({id, config.position_of(id), position::member_voter});
  }
  if (want.event == lifecycle_event::reconfigure)
    for (const auto& [id, row] : config.rows()) {
      if (contains(want.subjects, id))
        continue;
      if (row.state == node_state::member)
        moves.push_back(
          {id, position::member_voter, destination_of(config, id, position::auto_join_outsider)});
      else if (base::mutated(base::mutant::park_the_unnamed) && row.state == node_state::auto_join)
        moves.push_back({id, config.position_of(id), position::standby_outsider});
    }
  return moves;
}

operation operation_of(const proposal& want) {
  operation op;
  op.event = want.event;
  op.by = want.by;
  op.op = want.op;
  op.why = want.why;
  op.forced = want.force;
  op.named = want.subjects;
  op.named.insert(op.named.end(), want.incoming.begin(), want.incoming.end());
  return op;
}

result<plan> make_plan(const nodes_config& config, const proposal& want, const observations& seen,
                       table_view table) {
  switch (want.event) {
  case lifecycle_event::register_node:
    return plan_registrations(config, want, table);
  case lifecycle_event::re_register:
    return plan_re_registration(config, want, seen, table);
  case lifecycle_event::update:
    return plan_update(config, want, table);
  case lifecycle_event::set_target:
  case lifecycle_event::set_policy:
    return plan_policy(config, want, table);
  case lifecycle_event::pause:
  case lifecycle_event::resume:
    return plan_pause(config, want, seen, table);
  case lifecycle_event::admit:
  case lifecycle_event::promote:
  case lifecycle_event::give_up:
  case lifecycle_event::replace:
  case lifecycle_event::release:
  case lifecycle_event::park:
  case lifecycle_event::activate:
  case lifecycle_event::remove:
  case lifecycle_event::reconfigure:
    return plan_moves(config, want, seen, table);
  default: // Nobody asks a running cluster for these: they have doors of their own.
    return make_error(errc::illegal_transition,
                      std::string{to_string(want.event)} + " can't be asked of a cluster.");
  }
}

delta make_leave(const nodes_config& config) {
  QUORATE_CHECK(config.joint(), "version", config.version().value);
  delta draft;
  draft.op.event = lifecycle_event::leave;
  draft.op.by = initiator::policy;
  draft.op.why = "the joint change is committed";
  return config.complete(std::move(draft));
}

result<delta> make_provision(const cluster_identity& identity, const founder& self,
                             const membership_policy& policy) {
  if (auto valid = validate(policy); !valid)
    return valid.error();
  if (identity.name.empty() || identity.name.size() > limits::name_bytes_max)
    return make_error(errc::invalid_argument, "a cluster's name has 1 to 255 bytes.");
  const nodes_config nothing;
  delta draft;
  draft.op.event = lifecycle_event::provision;
  draft.op.by = initiator::operator_;
  draft.op.named = {node_id{1}};
  draft.op.why = "founds the cluster";
  draft.identity = identity;
  draft.policy = policy;
  node_record row;
  row.id = node_id{1};
  row.name = self.name;
  row.storage = self.storage;
  row.state = node_state::member;
  row.address = self.address;
  row.versions = self.versions;
  row.boot = self.boot;
  row.since = config_version{1};
  row.why = lifecycle_event::provision;
  row.by = initiator::operator_;
  draft.changed.push_back(row);
  draft.next_id = node_id{2};
  return nothing.complete(std::move(draft));
}

} // namespace quorate::membership
