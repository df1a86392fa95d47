// Leaders that hand over, die in the middle of a transition, or meet a node that they parked.
#include "runtime/membership/admission.hpp"
#include "runtime/membership/controller.hpp"
#include "tests/membership/planted.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

/// Four members, so that one can go without a successor; node 1 leads.
stand_in_driver four_members() {
  auto cluster = written_cluster{}.members({1, 2, 3, 4}).target(4, 0);
  cluster.policy().allow_even = true;
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  driver.hear(20);
  return driver;
}

/// Where a leader dies in the middle of a transition.
enum class moment { proposed, applied };

/// A node registers, the policy wants to admit it, and later an operator replaces member 3 by it.
/// The leader dies at that moment of that event; what was only proposed is lost with it.
stand_in_driver leader_died_at(e event, moment when) {
  stand_in_driver driver{written_cluster{}.members({1, 2, 3}).config()};
  driver.lead(1);
  driver.ask_to_register(request_of(4));
  if (event != e::register_node) {
    driver.apply();
    for (auto i = 0; i < 20 && !driver.proposed(); ++i) {
      driver.hear(1);
      driver.tick();
    }
  }
  if (event == e::replace) {
    driver.apply();
    driver.hear(1);
    driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::auto_join}, op_id{1, 1});
  }
  EXPECT_TRUE(driver.proposed() && driver.change().op.event == event);
  if (when == moment::applied)
    driver.apply();
  return driver;
}

join_request heartbeat(std::uint32_t node, config_version known, bool wants_join) {
  join_request request;
  request.from = {node_id{node}, disk(node)};
  request.cluster = home;
  request.known = known;
  request.wants_join = wants_join;
  return request;
}

stand_in_driver node_4_was_parked() {
  stand_in_driver driver{written_cluster{}.members({1, 2, 3}).outsiders({4}).config()};
  driver.lead(1);
  driver.ask(park_intent{node_id{4}, false});
  driver.apply();
  return driver;
}

/// An outsider that says that it wants to join, by a view of long ago.
void believe_in_an_old_view(stand_in_driver& driver, std::uint32_t node) {
  for (auto i = 0; i < 30; ++i) {
    nodes_seen seen = report(driver.config(), {}, 0);
    for (auto& outsider : seen.outsiders)
      if (outsider.id == node_id{node})
        outsider = {node_id{node}, config_version{1}, true};
    driver.tick(1'000);
    driver.report(seen);
    driver.apply_all();
  }
}

} // namespace

// -- handing over ---------------------------------------------------------------------------------

TEST(leader, hands_over_to_the_best_voter_that_stays_before_it_is_taken_out) {
  auto driver = four_members();
  nodes_seen seen;
  seen.replicas = {{node_id{2}, log_index{100}, 0, true, true},
                   {node_id{3}, log_index{120}, 0, true, true},
                   {node_id{4}, log_index{130}, 0, true, false}};
  driver.report(seen);
  const auto park = driver.ask(park_intent{node_id{1}, false});
  EXPECT_FALSE(driver.proposed());
  EXPECT_EQ(driver.hand_overs(), ids({3})); // Of those that are caught up.
  driver.lose(3);
  ASSERT_TRUE(driver.answer_to(park));
  EXPECT_EQ(driver.answer_to(park)->refusal.code, errc::not_leader);
  EXPECT_EQ(driver.answer_to(park)->refusal.leader, node_id{3});
  // Asked again there, it is a transition like any other.
  driver.lead(3);
  driver.hear(1);
  const auto again = driver.ask(park_intent{node_id{1}, false});
  driver.apply_all();
  EXPECT_TRUE(driver.answer_to(again)->changed);
  EXPECT_EQ(driver.config().position_of(node_id{1}), position::standby_outsider);
}

TEST(leader, says_no_successor_and_goes_on_when_nobody_takes_over) {
  auto driver = four_members();
  const auto park = driver.ask(park_intent{node_id{1}, false});
  ASSERT_EQ(driver.hand_overs().size(), 1U);
  driver.tick(1'000);
  EXPECT_FALSE(driver.proposed());
  driver.tick(1'000);
  ASSERT_FALSE(driver.refusals().empty());
  EXPECT_EQ(driver.refusals().front().why.code, errc::no_successor);
  ASSERT_TRUE(driver.proposed());
  driver.apply_all();
  EXPECT_TRUE(driver.answer_to(park)->changed);
  EXPECT_EQ(driver.hand_overs().size(), 1U);
}

TEST(leader, does_not_begin_another_transition_while_it_hands_over) {
  auto driver = four_members();
  driver.ask(remove_intent{node_id{1}, false});
  driver.ask(park_intent{node_id{4}, false});
  driver.ask_to_register(request_of(20));
  driver.hear(1);
  driver.tick();
  EXPECT_FALSE(driver.proposed());
}

TEST(leader, takes_itself_out_where_no_voter_could_take_over) {
  stand_in_driver driver{written_cluster{}.members({1}).learners({2}).target(1).config()};
  driver.lead(1);
  driver.hear(2);
  const auto replace = driver.ask(replace_intent{node_id{1}, node_id{2}, replaced_fate::standby});
  EXPECT_TRUE(driver.hand_overs().empty());
  driver.apply_all();
  EXPECT_TRUE(driver.answer_to(replace)->changed);
  EXPECT_EQ(driver.config().members(), std::set<node_id>{node_id{2}});
}

TEST(leader, keeps_itself_when_others_are_reconfigured) {
  auto driver = four_members();
  driver.ask(reconfigure_intent{ids({1, 2, 3})});
  EXPECT_TRUE(driver.hand_overs().empty());
  EXPECT_TRUE(driver.proposed());
}

// -- dying in the middle --------------------------------------------------------------------------

TEST(leader, that_dies_after_proposing_leaves_the_config_as_it_was) {
  for (auto event : {e::register_node, e::admit, e::replace}) {
    SCOPED_TRACE(to_string(event));
    auto driver = leader_died_at(event, moment::proposed);
    const auto before = driver.config().current_digest();
    driver.lead(2);
    EXPECT_EQ(driver.config().current_digest(), before);
    EXPECT_FALSE(driver.config().joint());
  }
}

TEST(leader, that_dies_at_any_phase_has_a_successor_who_goes_on) {
  for (auto event : {e::register_node, e::admit, e::replace})
    for (auto when : {moment::proposed, moment::applied}) {
      SCOPED_TRACE(std::string{to_string(event)} + (when == moment::applied ? " applied" : ""));
      auto driver = leader_died_at(event, when);
      driver.lead(2);
      driver.ask_to_register(request_of(4)); // The node asks until it has an answer.
      driver.live_on(20);
      ASSERT_FALSE(driver.registered().empty());
      EXPECT_EQ(driver.registered().back().reply.id, node_id{4});
      // Now it is a warm spare, or in the place of node 3, which is one.
      EXPECT_EQ(driver.config().members().size(), 3U);
      EXPECT_EQ(driver.config().learners().size(), 1U);
      EXPECT_FALSE(driver.config().joint());
      // And the operator, who has no answer either, asks again.
      const auto again = driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::standby},
                                    op_id{1, 2});
      driver.apply_all();
      ASSERT_TRUE(driver.answer_to(again));
      EXPECT_EQ(driver.config().position_of(node_id{4}), position::member_voter);
    }
}

TEST(leader, that_dies_between_enter_and_leave_is_followed_by_one_that_leaves_first) {
  auto driver = leader_died_at(e::replace, moment::applied);
  ASSERT_TRUE(driver.config().joint());
  driver.lead(2);
  const auto park = driver.ask(park_intent{node_id{3}, false});
  driver.hear(1);
  driver.tick();
  EXPECT_FALSE(driver.proposed()) << "until the joint change is left nothing else is changed";
  driver.leave();
  ASSERT_TRUE(driver.proposed());
  driver.apply();
  EXPECT_TRUE(driver.answer_to(park)->changed);
}

TEST(leader, that_died_before_its_answer_is_asked_again_and_the_next_says_already_so) {
  auto driver = leader_died_at(e::replace, moment::applied);
  driver.lead(2);
  const auto again = driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::auto_join},
                                op_id{1, 1});
  driver.leave();
  ASSERT_TRUE(driver.answer_to(again));
  EXPECT_EQ(driver.answer_to(again)->refusal.code, errc::none);
  EXPECT_FALSE(driver.answer_to(again)->changed);
}

// -- parked nodes ---------------------------------------------------------------------------------

TEST(leader, refuses_a_parked_node_that_asks_to_join_by_an_old_view) {
  const auto config = written_cluster{}.members({1, 2, 3}).parked({4}).config();
  for (std::uint32_t leader : {1U, 2U}) { // The record decides, whoever leads.
    const auto reply = judge_join(config, heartbeat(4, config_version{1}, true), node_id{leader});
    EXPECT_EQ(reply.refusal.code, errc::parked);
    ASSERT_TRUE(reply.current.own); // It is told what it is.
    EXPECT_EQ(reply.current.own->state, node_state::standby);
    EXPECT_EQ(reply.current.version, config.version());
  }
}

TEST(leader, never_admits_a_parked_node_that_believes_in_an_old_view) {
  for (std::uint32_t next_leader : {1U, 2U}) {
    auto driver = node_4_was_parked();
    driver.lead(next_leader);
    believe_in_an_old_view(driver, 4);
    EXPECT_EQ(driver.config().position_of(node_id{4}), position::standby_outsider);
  }
}

TEST(leader, takes_a_parked_node_in_again_if_it_trusts_the_joiner) {
  const planted bug{base::mutant::trust_the_joiner};
  auto driver = node_4_was_parked();
  believe_in_an_old_view(driver, 4);
  EXPECT_NE(driver.config().position_of(node_id{4}), position::standby_outsider);
}

TEST(leader, refreshes_a_node_whose_view_is_older_than_its_record) {
  const auto config = written_cluster{}.members({1, 2, 3}).outsiders({4}).parked({5}).config();
  EXPECT_EQ(judge_join(config, heartbeat(4, config_version{1}, true), node_id{1}).refusal.code,
            errc::stale_record);
  EXPECT_EQ(judge_join(config, heartbeat(4, config_version{5}, true), node_id{1}).refusal.code,
            errc::none);
  EXPECT_EQ(judge_join(config, heartbeat(5, config_version{1}, false), node_id{1}).refusal.code,
            errc::stale_record);
  EXPECT_EQ(judge_join(config, heartbeat(5, config_version{40}, false), node_id{1}).refusal.code,
            errc::none);
}

TEST(leader, tells_removed_unknown_and_foreign_nodes_apart) {
  const auto config = written_cluster{}.members({1, 2, 3}).next_id(6).config();
  const auto code_for = [&config](const join_request& request) {
    return judge_join(config, request, node_id{1}).refusal.code;
  };
  EXPECT_EQ(code_for(heartbeat(5, config_version{9}, true)), errc::node_removed);
  EXPECT_EQ(code_for(heartbeat(6, config_version{9}, true)), errc::unknown_node);
  EXPECT_EQ(code_for(heartbeat(0, config_version{9}, true)), errc::unknown_node);
  auto foreign = heartbeat(3, config_version{9}, true);
  foreign.cluster = fingerprint{9, 9};
  EXPECT_EQ(code_for(foreign), errc::foreign_cluster);
  auto other_disk = heartbeat(3, config_version{9}, true);
  other_disk.from.storage = disk(33);
  EXPECT_EQ(code_for(other_disk), errc::storage_id_differs);
}

} // namespace quorate::membership
