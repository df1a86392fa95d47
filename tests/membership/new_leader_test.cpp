// A new leader knows nothing of the others for a moment: what it can't judge yet, it holds.
#include "runtime/membership/controller.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

namespace quorate::membership {

namespace {

using namespace situations;

stand_in_driver just_elected(const written_cluster& cluster) {
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  return driver;
}

stand_in_driver just_elected() {
  return just_elected(written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({5}));
}

/// The others report, and a tick follows at once.
void hear(stand_in_driver& driver, const sight& what = {}) {
  driver.report(report(driver.config(), what, 0));
  driver.tick();
}

errc refusal(const stand_in_driver& driver, request_token token) {
  const auto reply = driver.answer_to(token);
  EXPECT_TRUE(reply) << "no answer yet";
  return reply ? reply->refusal.code : errc::none;
}

} // namespace

TEST(new_leader, holds_an_intent_until_it_has_heard_of_the_voters_and_then_does_it) {
  auto driver = just_elected();
  // Without a live quorum, and without the learner that is caught up, as far as it knows.
  const auto park = driver.ask(park_intent{node_id{3}, false});
  EXPECT_FALSE(driver.answer_to(park));
  EXPECT_FALSE(driver.proposed());
  driver.tick(1'000);
  EXPECT_FALSE(driver.answer_to(park));
  hear(driver);
  ASSERT_TRUE(driver.proposed());
  driver.apply_all();
  EXPECT_EQ(refusal(driver, park), errc::none);
  EXPECT_EQ(driver.config().position_of(node_id{4}), position::member_voter);
  EXPECT_TRUE(driver.refusals().empty());
}

TEST(new_leader, waits_for_each_voter_and_not_only_for_the_first_to_answer) {
  auto driver = just_elected(written_cluster{}.members({1, 2, 3, 4, 5}).target(5, 0));
  const auto reconfigure = driver.ask(reconfigure_intent{ids({1, 2, 3}), false});
  sight one;
  one.dead = {3, 4, 5};
  hear(driver, one);
  EXPECT_FALSE(driver.answer_to(reconfigure)); // Two of five: `live_quorum_before` fails as yet.
  hear(driver);
  EXPECT_TRUE(driver.proposed());
}

TEST(new_leader, refuses_when_a_live_window_has_passed_without_a_word) {
  auto driver = just_elected();
  const auto replace = driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::auto_join});
  const auto window_ms = controller_settings{}.live_window_ms;
  driver.tick(window_ms - 1);
  EXPECT_FALSE(driver.answer_to(replace));
  driver.tick(1);
  EXPECT_EQ(refusal(driver, replace), errc::no_live_quorum);
  EXPECT_FALSE(driver.proposed());
}

TEST(new_leader, refuses_at_once_when_it_has_heard_of_all) {
  auto driver = just_elected();
  hear(driver);
  sight behind;
  behind.behind = {4};
  hear(driver, behind);
  const auto replace = driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::auto_join});
  EXPECT_EQ(refusal(driver, replace), errc::not_caught_up);
}

TEST(new_leader, refuses_at_once_what_no_observation_could_change) {
  auto driver = just_elected();
  EXPECT_EQ(refusal(driver, driver.ask(activate_intent{node_id{77}})), errc::unknown_node);
  EXPECT_EQ(refusal(driver, driver.ask(set_target_intent{4, false})), errc::target_even);
}

TEST(new_leader, keeps_intents_in_order_behind_the_one_that_it_holds) {
  auto driver = just_elected();
  const auto held = driver.ask(park_intent{node_id{3}, false});
  const auto next = driver.ask(park_intent{node_id{5}, false});
  driver.ask_to_register(request_of(20));
  ASSERT_TRUE(driver.proposed()); // A registration needs no observations, and doesn't wait.
  EXPECT_EQ(driver.change().op.event, lifecycle_event::register_node);
  driver.apply();
  EXPECT_FALSE(driver.proposed());
  EXPECT_FALSE(driver.answer_to(next));
  hear(driver);
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().op.named.front(), node_id{3});
  driver.apply_all();
  EXPECT_TRUE(driver.answer_to(held) && driver.answer_to(next));
}

TEST(new_leader, answers_what_it_holds_when_it_leads_no_longer) {
  auto driver = just_elected();
  const auto park = driver.ask(park_intent{node_id{3}, false});
  driver.lose(2);
  EXPECT_EQ(refusal(driver, park), errc::not_leader);
}

} // namespace quorate::membership
