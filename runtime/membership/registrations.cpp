#include "runtime/membership/registrations.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/guards.hpp"

#include <utility>

namespace quorate::membership {

namespace {

node_record registered_row(const nodes_config& config, const register_request& request,
                           node_id id) {
  node_record row;
  row.id = id;
  row.name = request.name;
  row.storage = request.storage;
  row.state = request.parked ? node_state::standby : node_state::auto_join;
  row.address = request.address;
  row.versions = request.versions;
  row.boot = request.boot;
  row.since = config_version{config.version().value + 1};
  row.why = lifecycle_event::register_node;
  row.by = initiator::node;
  return row;
}

result<void> check_request(const register_request& request) {
  if (request.name.empty() || request.name.size() > limits::name_bytes_max)
    return make_error(errc::invalid_argument, "a node's name has 1 to 255 bytes.");
  if (request.address.size() > limits::name_bytes_max)
    return make_error(errc::invalid_argument, "a node's address has at most 255 bytes.");
  if (!request.storage)
    return make_error(errc::invalid_argument, "a node registers with a storage id.");
  return {};
}

/// The guards for the last of the new rows, the ones before it being taken.
result<void> check_last_row(const nodes_config& config, const operation& op,
                            const register_request& request, const std::vector<node_record>& rows,
                            table_view table) {
  if (auto fits = check_request(request); !fits)
    return fits;
  const std::vector<move> moves{{rows.back().id, position::unknown, position_of(rows.back())}};
  auto context = context_of(config, moves, op);
  context.new_rows = &rows;
  context.request = &request;
  if (auto legal = check_moves(context, table); !legal)
    return legal;
  // Storage that isn't fresh and has no row is a removed node's: it never votes again, under no id.
  if (request.cluster)
    return make_error(errc::node_removed, "the storage of " + request.name
                                            + " is of a node that was removed; start on empty "
                                              "storage to join anew.");
  return {};
}

/// The row under which a name comes back. Whether it is parked isn't asked of the node: an operator
/// has said so of the old one.
node_record returning_row(const nodes_config& config, const register_request& request,
                          const node_record& old) {
  auto row = registered_row(config, request, config.next_id());
  const bool parked = old.state == node_state::standby
                      && !base::mutated(base::mutant::wiped_standby_joins);
  row.state = parked ? node_state::standby : node_state::auto_join;
  row.why = lifecycle_event::re_register;
  return row;
}

result<void> check_not_joint(const nodes_config& config) {
  if (!config.joint())
    return {};
  return make_error(errc::transition_in_flight, "a joint change is left first.");
}

} // namespace

// -- registering ----------------------------------------------------------------------------------

result<plan> plan_registrations(const nodes_config& config, const proposal& want,
                                table_view table) {
  delta draft;
  draft.op = operation_of(want);
  auto id = config.next_id();
  if (base::mutated(base::mutant::id_used_again))
    id = node_id{config.rows().rbegin()->first.value + 1};
  for (const auto& request : want.registrations) {
    draft.changed.push_back(registered_row(config, request, id));
    if (auto legal = check_last_row(config, draft.op, request, draft.changed, table); !legal)
      return legal.error();
    id = node_id{id.value + 1};
  }
  draft.next_id = id;
  return plan{false, config.complete(std::move(draft))};
}

result<void> add_registration(const nodes_config& config, const register_request& request,
                              std::vector<node_record>& rows) {
  operation op;
  op.event = lifecycle_event::register_node;
  op.by = initiator::node;
  const auto taken = static_cast<std::uint32_t>(rows.size());
  rows.push_back(registered_row(config, request, node_id{config.next_id().value + taken}));
  auto legal = check_last_row(config, op, request, rows, {});
  if (!legal)
    rows.pop_back();
  return legal;
}

// -- coming back ----------------------------------------------------------------------------------

bool takes_over(const nodes_config& config, const register_request& request) {
  const auto* holder = config.find_name(request.name);
  return holder != nullptr && holder->storage != request.storage && config.feature_level() >= 2;
}

result<plan> plan_re_registration(const nodes_config& config, const proposal& want,
                                  const observations& seen, table_view table) {
  QUORATE_CHECK(want.registrations.size() == 1, "asked", want.registrations.size());
  const auto& request = want.registrations.front();
  if (auto fits = check_request(request); !fits)
    return fits.error();
  if (auto left = check_not_joint(config); !left)
    return left.error();
  const auto* old = config.find_name(request.name);
  if (old == nullptr)
    return make_error(errc::unknown_node, "no row has the name " + request.name + '.');
  delta draft;
  draft.op = operation_of(want);
  draft.op.named = {old->id};
  if (old->state == node_state::member) {
    draft.changed.push_back(*old);
    draft.changed.back().lost = true;
  } else {
    draft.removed.push_back(old->id);
  }
  draft.changed.push_back(returning_row(config, request, *old));
  draft.next_id = node_id{config.next_id().value + 1};
  const auto moves = config.moves_of(draft);
  auto context = context_of(config, moves, draft.op);
  context.new_rows = &draft.changed;
  context.request = &request;
  context.seen = &seen;
  if (auto legal = check_moves(context, table); !legal)
    return legal.error();
  return plan{false, config.complete(std::move(draft))};
}

// -- news -----------------------------------------------------------------------------------------

bool differs(const node_record& row, const node_news& said) {
  return row.address != said.address || !(row.versions == said.versions);
}

std::optional<node_record> updated_row(const nodes_config& config, const node_news& said) {
  const auto* row = config.find(said.id);
  // Mail of an earlier life comes late, and would turn the row back.
  const bool of_old = row != nullptr && said.boot.counter < row->boot.counter
                      && !base::mutated(base::mutant::old_life_moves_row);
  if (row == nullptr || row->lost || of_old || !differs(*row, said))
    return std::nullopt;
  auto after = *row;
  after.address = said.address;
  after.versions = said.versions;
  after.boot = said.boot;
  return after;
}

result<void> check_news(const nodes_config& config, const node_record& row) {
  const auto at = config.position_of(row.id);
  const std::vector<move> moves{{row.id, at, at}};
  const std::vector<node_record> rows{row};
  operation op;
  op.event = lifecycle_event::update;
  op.by = initiator::node;
  auto context = context_of(config, moves, op);
  context.new_rows = &rows;
  const auto found = row_for(moves.front(), context, {});
  if (found.rule == nullptr)
    return make_error(found.refusal);
  for (auto g : found.rule->guards)
    if (g != guard::none && !holds(g, moves.front(), context))
      return make_error(refusal_of(g), row.name + " at " + row.address + ": "
                                         + std::string{sentence(refusal_of(g))});
  return {};
}

result<plan> plan_update(const nodes_config& config, const proposal& want, table_view table) {
  if (auto left = check_not_joint(config); !left)
    return left.error();
  delta draft;
  draft.op = operation_of(want);
  for (const auto& said : want.news) {
    if (config.find(said.id) == nullptr) {
      const bool removed = config.position_of(said.id) == position::removed;
      return make_error(removed ? errc::node_removed : errc::unknown_node,
                        to_string(said.id) + " has no row to update.");
    }
    draft.op.named.push_back(said.id);
    if (auto row = updated_row(config, said))
      draft.changed.push_back(std::move(*row));
  }
  if (draft.changed.empty())
    return plan{true, {}};
  const auto moves = config.moves_of(draft);
  auto context = context_of(config, moves, draft.op);
  context.new_rows = &draft.changed;
  if (auto legal = check_moves(context, table); !legal)
    return legal.error();
  return plan{false, config.complete(std::move(draft))};
}

} // namespace quorate::membership
