// Goes through every cell of the golden text with the real table, plan and config.
#include "messages/controller.hpp"
#include "runtime/membership/controller.hpp"
#include "runtime/membership/guards.hpp"
#include "tests/membership/golden_cells.hpp"
#include "tests/membership/situations.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;

using triple = std::tuple<lifecycle_event, position, position>;

constexpr std::uint32_t the_node = 5;
constexpr std::uint32_t never_registered = 20;
constexpr std::uint32_t successor = 6;

bool starts_with(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

lifecycle_event event_named(const std::string& name) {
  if (starts_with(name, "replace_"))
    return lifecycle_event::replace;
  if (starts_with(name, "reconfigure_"))
    return lifecycle_event::reconfigure;
  if (name == "register")
    return lifecycle_event::register_node;
  for (auto i = 1; i <= 18; ++i)
    if (to_string(static_cast<lifecycle_event>(i)) == name)
      return static_cast<lifecycle_event>(i);
  ADD_FAILURE() << "no event is called " << name;
  return lifecycle_event::provision;
}

std::uint32_t number_of(const golden_cell& cell) {
  return cell.at == position::unknown ? never_registered : the_node;
}

/// Four members, a learner that is caught up, an outsider and a parked node, and among them the
/// node of the cell. Room for more where the event needs it, more members than the target
/// elsewhere.
written_cluster cluster_with_the_node(const golden_cell& cell) {
  written_cluster cluster;
  cluster.members({1, 2, 3, 4}).learners({successor}).outsiders({7}).parked({8});
  const bool grows = cell.event == "admit" || cell.event == "promote";
  cluster.target(grows ? 9 : 3, 2);
  if (leaving(cell.at)) // Node 4 has come in for it.
    cluster.outgoing({1, 2, 3, the_node});
  if (cell.at == position::auto_join_outsider || cell.at == position::auto_join_leaving)
    cluster.outsiders({the_node});
  else if (cell.at == position::auto_join_learner)
    cluster.learners({the_node});
  else if (cell.at == position::member_voter)
    cluster.members({the_node});
  else if (cell.at == position::standby_outsider || cell.at == position::standby_leaving)
    cluster.parked({the_node});
  EXPECT_EQ(cluster.config().position_of(node_id{number_of(cell)}), cell.at);
  return cluster;
}

/// What favours the event: replaced members are dead, learners that are given up are stuck.
sight favourable(const golden_cell& cell) {
  sight what;
  if (cell.event == "replace_by_policy")
    what.dead = {the_node};
  if (cell.event == "give_up")
    what.behind = {the_node};
  return what;
}

bool asked_by_policy(const std::string& event) {
  return event == "admit" || event == "promote" || event == "give_up" || event == "release"
         || event == "replace_by_policy";
}

proposal asked_naturally(const golden_cell& cell) {
  const auto node = number_of(cell);
  const auto by = asked_by_policy(cell.event) ? initiator::policy : initiator::operator_;
  auto want = wanted(event_named(cell.event), by, {node});
  if (want.event == lifecycle_event::replace) {
    want.incoming = ids({successor});
    want.fate = cell.event == "replace_to_standby"   ? replaced_fate::standby
                : cell.event == "replace_to_removed" ? replaced_fate::removed
                                                     : replaced_fate::auto_join;
  } else if (cell.event == "reconfigure_named") {
    want.subjects = ids({1, 2, 3, 4, successor, node});
  } else if (cell.event == "reconfigure_others") {
    want.subjects = ids({1, 2, 3, 4, successor});
  } else if (cell.event == "reconfigure_fewer" || cell.event == "reconfigure_forced") {
    want.subjects = ids({1, 2});
    want.force = cell.event == "reconfigure_forced";
  } else if (cell.event == "set_target") {
    want.subjects.clear();
    want.policy = membership_policy{};
    want.policy->target_members = 5;
  } else if (cell.event == "register") {
    want.subjects.clear();
    want.by = initiator::node;
    want.registrations = {request_of(node)};
    if (cell.at != position::unknown) // Its storage isn't fresh: it has been of this cluster.
      want.registrations.front().cluster = home;
  }
  return want;
}

/// The rows that the event may touch.
std::set<node_id> named_rows(const golden_cell& cell) {
  if (cell.event == "set_target")
    return {};
  if (cell.event == "register")
    return {node_id{9}};
  if (cell.event == "reconfigure_forced") // The members that aren't named go.
    return {node_id{3}, node_id{4}, node_id{the_node}};
  if (starts_with(cell.event, "replace_") || starts_with(cell.event, "reconfigure_"))
    return {node_id{the_node}, node_id{successor}};
  return {node_id{the_node}};
}

/// Applies a change, and the leave behind it; says what became of the node in the words of the
/// text.
std::string outcome_of(const golden_cell& cell, const nodes_config& before, const delta& change) {
  auto config = before;
  const auto node = cell.event == "register" ? before.next_id() : node_id{number_of(cell)};
  EXPECT_TRUE(config.apply(change)) << cell.event << " of " << to_string(cell.at);
  const auto entered = config.position_of(node);
  if (config.joint()) {
    EXPECT_TRUE(config.apply(make_leave(config)));
  }
  config.check_all();
  for (auto id : differing_rows(before, config))
    EXPECT_EQ(named_rows(cell).count(id), 1U)
      << cell.event << " of " << to_string(cell.at) << " changed " << to_string(id);
  const auto after = config.position_of(node);
  if (after == cell.at)
    return "same";
  return "-> " + std::string{to_string(after)} + (leaving(entered) ? " via leaving" : "");
}

/// A known node that registers again is recognised by the controller, before any plan.
bool registered_already(const golden_cell& cell, nodes_table table) {
  table.policy.target_members = 9; // Nobody is released while it asks.
  controller leader{{}};
  std::vector<controller_output> out;
  leader.handle(
    leadership_gained{quorate::term{1}, node_id{1}, std::make_shared<nodes_table>(table), 0}, out);
  out.clear();
  leader.handle(registration_received{"host", asked_naturally(cell).registrations.front()}, out);
  if (out.size() != 1)
    return false;
  const auto* answer = std::get_if<registration_answered>(&out.front());
  return answer != nullptr && answer->reply.refusal.code == errc::none
         && answer->reply.id == node_id{the_node};
}

std::string real_outcome(const golden_cell& cell) {
  const auto cluster = cluster_with_the_node(cell);
  const auto before = cluster.config();
  if (cell.event == "register" && registered_already(cell, cluster.table()))
    return "already";
  auto planned = make_plan(before, asked_naturally(cell), see(before, favourable(cell)));
  if (!planned)
    return std::string{to_string(planned.error().code)};
  if (planned->already)
    return "already";
  return outcome_of(cell, before, planned->change);
}

/// What nodes ask for by themselves, in a cluster of feature level 2.
std::string outcome_of_own_word(const golden_cell& cell) {
  const auto before = cluster_with_the_node(cell).feature_level(2).config();
  const node_id node{number_of(cell)};
  proposal want;
  want.event = event_named(cell.event);
  want.by = initiator::node;
  sight what;
  if (want.event == lifecycle_event::update) {
    want.news = {{node, {}, "elsewhere", {1, 1, 1, 2}}};
  } else {
    want.registrations = {request_of(node.value)};
    want.registrations.front().storage = disk(77);
    what.dead = {node.value};
  }
  auto planned = make_plan(before, want, see(before, what));
  if (!planned)
    return std::string{to_string(planned.error().code)};
  auto config = before;
  EXPECT_TRUE(config.apply(planned->change));
  config.check_all();
  std::set<node_id> touched{node};
  if (want.event == lifecycle_event::re_register) {
    touched.insert(before.next_id());
    const auto* again = config.find_name("node-5");
    EXPECT_TRUE(again != nullptr && again->id == before.next_id());
  }
  EXPECT_EQ(differing_rows(before, config), touched);
  const auto* row = config.find(node);
  if (row != nullptr && row->lost)
    return "-> " + std::string{to_string(config.position_of(node))} + " lost";
  const auto after = config.position_of(node);
  return after == cell.at ? "same" : "-> " + std::string{to_string(after)};
}

/// The moves that the text knows, and those beside an event's subject, which it doesn't list.
std::set<triple> moves_of_the_text() {
  using e = lifecycle_event;
  using p = position;
  std::set<triple> moves{
    {e::register_node, p::unknown, p::standby_outsider}, // Asks to be parked.
    {e::replace, p::auto_join_learner, p::member_voter}, // Comes in for the one that goes.
    {e::park, p::auto_join_learner, p::member_voter},
    {e::remove, p::auto_join_learner, p::member_voter},
    {e::re_register, p::unknown, p::auto_join_outsider}, // Has a row under a new id.
    {e::re_register, p::unknown, p::standby_outsider},
    {e::release, p::member_voter, p::removed}, // A lost member goes; cells are of a sound one.
    {e::park, p::member_voter, p::removed},
    {e::reconfigure, p::member_voter, p::removed},
    {e::set_policy, p::whole_cluster, p::whole_cluster},
    {e::set_target, p::whole_cluster, p::whole_cluster},
    {e::pause, p::whole_cluster, p::whole_cluster},
    {e::resume, p::whole_cluster, p::whole_cluster},
    {e::leave, p::auto_join_leaving, p::auto_join_outsider},
    {e::leave, p::standby_leaving, p::standby_outsider},
    {e::leave, p::removed_leaving, p::removed},
  };
  for (const auto& cell : read_golden_cells()) {
    if (starts_with(cell.outcome, "-> ")) {
      const auto place = cell.outcome.substr(3, cell.outcome.find(' ', 3) - 3);
      moves.insert({event_named(cell.event), cell.at, position_named(place)});
    } else if (cell.event == "update" && cell.outcome == "same") {
      moves.insert({e::update, cell.at, cell.at});
    }
  }
  return moves;
}

std::string describe(const triple& move) {
  return std::string{to_string(std::get<0>(move))} + " from "
         + std::string{to_string(std::get<1>(move))} + " to "
         + std::string{to_string(std::get<2>(move))};
}

/// Only the table is asked here: whatever a guard could observe is taken to be well.
errc asked_of_the_table(const nodes_config& config, const triple& what, initiator by) {
  const std::vector<move> moves{{node_id{5}, std::get<1>(what), std::get<2>(what)}};
  operation op;
  op.event = std::get<0>(what);
  op.by = by;
  op.named = ids({5});
  guard_context context;
  context.config = &config;
  context.moves = &moves;
  context.op = &op;
  context.members_after = config.members();
  auto legal = check_moves(context, {});
  return legal ? errc::none : legal.error().code;
}

} // namespace

TEST(lifecycle_cells, cover_each_event_in_each_position_once) {
  std::set<std::pair<std::string, position>> cells;
  std::set<std::string> events;
  for (const auto& cell : read_golden_cells()) {
    EXPECT_TRUE(cells.insert({cell.event, cell.at}).second)
      << cell.event << " stands twice at " << to_string(cell.at);
    events.insert(cell.event);
  }
  EXPECT_EQ(events.size(), 20U);
  EXPECT_EQ(cells.size(), events.size() * (all_positions.size() - 1)); // Not `whole_cluster`.
}

TEST(lifecycle_cells, say_what_the_code_does) {
  for (const auto& cell : read_golden_cells()) {
    if (cell.at == position::no_cluster || cell.event == "provision")
      continue; // Below.
    SCOPED_TRACE(cell.event + " of " + std::string{to_string(cell.at)});
    const bool own_word = cell.event == "update" || cell.event == "re_register";
    EXPECT_EQ(cell.outcome, own_word ? outcome_of_own_word(cell) : real_outcome(cell));
  }
}

TEST(lifecycle_cells, of_feature_level_2_are_closed_at_level_1) {
  for (const auto& rule : lifecycle_table) {
    if (rule.feature_level == 1)
      continue;
    const auto config = written_cluster{}.members({1, 2, 3, 4}).config();
    const triple move{rule.event, rule.from, rule.to};
    for (auto by : {initiator::operator_, initiator::policy, initiator::node}) {
      if (!rule.by.has(by))
        continue;
      EXPECT_EQ(asked_of_the_table(config, move, by), errc::feature_level_too_low)
        << describe(move);
    }
  }
}

TEST(lifecycle_cells, let_provisioning_found_a_cluster_where_there_is_none_and_nowhere_else) {
  const auto founding = make_provision({home, home_name}, {"node-1", "host-1", disk(1), {}, {}}, {})
                          .value();
  for (const auto& cell : read_golden_cells()) {
    if (cell.event != "provision")
      continue;
    if (cell.at == position::no_cluster) {
      nodes_config none;
      ASSERT_TRUE(none.apply(founding));
      EXPECT_EQ(cell.outcome, "-> " + std::string{to_string(none.position_of(node_id{1}))});
      continue;
    }
    auto config = cluster_with_the_node(cell).config();
    const auto before = config.current_digest();
    auto refused = config.apply(founding);
    ASSERT_FALSE(refused) << to_string(cell.at);
    EXPECT_EQ(refused.error().code, errc::base_differs);
    EXPECT_EQ(config.current_digest(), before);
  }
}

TEST(lifecycle_cells, of_a_node_without_a_cluster_are_all_the_drivers) {
  for (const auto& cell : read_golden_cells()) {
    if (cell.at == position::no_cluster && cell.event != "provision") {
      EXPECT_EQ(cell.outcome, "unprovisioned") << cell.event;
    }
  }
  controller idle{{}}; // Has never led anything.
  std::vector<controller_output> out;
  idle.handle(intent_received{request_token{1}, {{}, {}, set_target_intent{5, false}}}, out);
  idle.handle(registration_received{"host", request_of(5)}, out);
  idle.handle(controller_tick{1'000'000, 0}, out);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(std::get<intent_answered>(out[0]).reply.refusal.code, errc::not_leader);
  EXPECT_EQ(std::get<registration_answered>(out[1]).reply.refusal.code, errc::not_leader);
}

TEST(lifecycle_cells, list_every_move_of_the_table_and_no_other) {
  std::set<triple> rows;
  for (const auto& rule : lifecycle_table)
    rows.insert({rule.event, rule.from, rule.to});
  const auto text = moves_of_the_text();
  for (const auto& row : rows)
    EXPECT_EQ(text.count(row), 1U) << "only the table has " << describe(row);
  for (const auto& move : text)
    EXPECT_EQ(rows.count(move), 1U) << "only the text has " << describe(move);
}

TEST(lifecycle_cells, are_closed_to_whoever_else_asks) {
  const auto config = written_cluster{}.members({1, 2, 3, 4}).feature_level(2).config();
  const auto legal = moves_of_the_text();
  const auto initiators_of = [](const triple& what) {
    std::uint8_t bits = 0;
    for (const auto& rule : lifecycle_table)
      if (triple{rule.event, rule.from, rule.to} == what)
        bits = static_cast<std::uint8_t>(bits | rule.by.bits);
    return initiators{bits};
  };
  for (auto i = 1; i <= 18; ++i)
    for (auto from : all_positions)
      for (auto to : all_positions)
        for (auto by : {initiator::operator_, initiator::policy, initiator::node}) {
          const triple what{static_cast<lifecycle_event>(i), from, to};
          if (initiators_of(what).has(by))
            continue;
          EXPECT_EQ(asked_of_the_table(config, what, by),
                    legal.count(what) != 0 ? errc::not_named : errc::illegal_transition)
            << describe(what) << ", asked by " << to_string(by);
        }
}

} // namespace quorate::membership
