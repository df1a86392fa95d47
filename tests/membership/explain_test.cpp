// What operators read: why a node isn't a member, what comes next, what an intent would do.
#include "runtime/membership/explain.hpp"

#include "runtime/membership/controller.hpp"
#include "runtime/membership/words.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

explanation explained(const written_cluster& cluster, std::uint32_t node, const sight& what = {}) {
  const auto config = cluster.config();
  auto told = explain(config, see(config, what), node_id{node});
  EXPECT_TRUE(told) << to_string(told.error());
  return told ? *told : explanation{};
}

const guard_report& guard_of(const explanation& x, const std::string& name) {
  static const guard_report none;
  for (const auto& report : x.next)
    for (const auto& g : report.guards)
      if (g.guard == name)
        return g;
  ADD_FAILURE() << "no guard " << name << " in: " << x.summary;
  return none;
}

void expect_fails(const explanation& x, const std::string& name, errc refusal,
                  const std::string& value) {
  const auto& g = guard_of(x, name);
  EXPECT_FALSE(g.holds) << name;
  EXPECT_EQ(g.refusal, refusal) << name;
  EXPECT_EQ(g.value, value);
  EXPECT_NE(x.summary.find(value), std::string::npos) << x.summary;
}

written_cluster usual() {
  return written_cluster{}.members({1, 2, 3}).outsiders({6}).parked({7});
}

membership_plan planned(const written_cluster& cluster, const sight& what = {}) {
  const auto config = cluster.config();
  return next_steps(config, see(config, what));
}

membership_plan plan_of(stand_in_driver& driver) {
  return std::get<ops::plan_reply>(driver.ask(ops::plan_request{})).plan;
}

intent_preview preview_of(stand_in_driver& driver, intent want) {
  auto reply = std::get<ops::dry_run_reply>(
    driver.ask(ops::dry_run_request{{op_id{1, 1}, {}, std::move(want)}}));
  EXPECT_EQ(reply.refusal.code, errc::none) << to_string(reply.refusal);
  return reply.preview;
}

stand_in_driver led_by_node_1(const written_cluster& cluster) {
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  driver.hear(5);
  return driver;
}

} // namespace

// -- explain --------------------------------------------------------------------------------------

TEST(explain, says_of_a_member_that_there_is_nothing_to_do) {
  const auto x = explained(usual(), 2);
  EXPECT_TRUE(x.settled);
  EXPECT_TRUE(x.next.empty());
  EXPECT_EQ(x.summary, "member, nothing to do.");
  EXPECT_EQ(x.position, "member/voter");
  EXPECT_EQ(x.name, "node-2");
}

TEST(explain, says_how_long_an_outsider_has_been_healthy) {
  sight young;
  young.for_ms = 4'000;
  const auto x = explained(usual(), 6, young);
  EXPECT_FALSE(x.settled);
  ASSERT_EQ(x.next.size(), 1U);
  EXPECT_EQ(x.next.front().event, e::admit);
  EXPECT_FALSE(x.next.front().possible);
  EXPECT_EQ(x.next.front().refusal, errc::not_stable);
  expect_fails(x, "stable", errc::not_stable, "healthy for 4 s of 10 s");
  EXPECT_TRUE(guard_of(x, "room").holds);
}

TEST(explain, says_of_an_outsider_that_has_its_turn_that_it_is_admitted_next) {
  const auto x = explained(usual(), 6);
  EXPECT_TRUE(x.next.front().possible);
  EXPECT_EQ(x.summary, "auto_join/outsider: admit is what the controller does next.");
}

TEST(explain, says_that_the_warm_spares_are_taken) {
  const auto x = explained(usual().learners({4, 5}).target(3, 2), 6);
  expect_fails(x, "room", errc::no_room, "2 of 2 warm spares taken");
}

TEST(explain, says_that_a_node_was_never_heard_of_or_knows_an_old_record) {
  sight silent;
  silent.dead = {6};
  silent.for_ms = 20'000;
  expect_fails(explained(usual(), 6, silent), "stable", errc::not_stable,
               "not heard of since this leadership began, 20 s ago");
  sight old;
  old.outdated = {6};
  expect_fails(explained(usual(), 6, old), "record_current", errc::stale_record,
               "its view is of version 1, its record of 7");
}

TEST(explain, says_of_an_outsider_that_may_be_silent_for_long_that_its_word_is_awaited) {
  const auto config = usual().config();
  observations seen;
  seen.begin(node_id{1}, 0, 3'000);
  auto heard = report(config, {}, 0);
  heard.outsiders.front().heartbeat_ms = 10'000; // It was told to send one so seldom.
  seen.add(heard);
  seen.advance(20'000);
  const auto x = explain(config, seen, node_id{6}).value();
  EXPECT_TRUE(guard_of(x, "stable").holds);
  expect_fails(x, "heard_lately", errc::none, "heard of 20 s ago, of 3 s at most");
}

TEST(explain, says_whose_turn_comes_first) {
  const auto x = explained(usual().outsiders({8}), 8);
  expect_fails(x, "turn", errc::none, "admit of n6 comes first");
}

TEST(explain, says_that_a_parked_node_waits_for_an_operator) {
  const auto x = explained(usual(), 7);
  EXPECT_FALSE(x.settled);
  EXPECT_EQ(x.next.front().event, e::activate);
  EXPECT_EQ(x.next.front().by, initiator::operator_);
  expect_fails(x, "named_by_operator", errc::not_named,
               "parked: only an operator's activate makes it join");
}

TEST(explain, says_how_far_behind_a_learner_is_and_when_it_is_given_up) {
  const auto config = written_cluster{}.members({1, 2, 3}).learners({4}).target(5).config();
  observations seen;
  seen.begin(node_id{1}, 0, 3'000);
  auto heard = report(config, {}, 0);
  heard.last = log_index{1'300};
  heard.replicas.back().match = log_index{100};
  heard.replicas.back().caught_up = false;
  seen.add(heard);
  heard.now_ms = 2'000;
  seen.add(heard);
  const auto x = explain(config, seen, node_id{4}).value();
  expect_fails(x, "caught_up", errc::not_caught_up, "log 1,200 entries behind");
  const auto& stuck = guard_of(x, "stuck");
  EXPECT_EQ(stuck.value, "without progress for 2 s of 5 min, log 1,200 entries behind");
}

TEST(explain, says_that_a_warm_spare_waits_for_a_place) {
  const auto x = explained(usual().learners({4}), 4);
  expect_fails(x, "within_target", errc::above_target, "4 members after it, the target is 3");
  EXPECT_EQ(x.next.size(), 1U); // It isn't about to be given up.
}

TEST(explain, says_that_a_lone_candidate_waits_for_a_second) {
  sight young;
  young.for_ms = 2'000;
  const auto x = explained(written_cluster{}.members({1, 2, 3}).learners({4}).target(5), 4, young);
  expect_fails(x, "pairing_wait", errc::none,
               "waits for a second candidate, because alone it would make 4 members: for 2 s of "
               "5 s");
}

TEST(explain, says_how_long_a_dead_member_has_been_silent_and_what_its_replacement_lacks) {
  sight dead;
  dead.dead = {3};
  dead.for_ms = 4'000;
  const auto x = explained(usual().learners({4}), 3, dead);
  EXPECT_FALSE(x.settled);
  EXPECT_EQ(x.next.front().event, e::replace);
  EXPECT_EQ(x.next.front().nodes, ids({3, 4}));
  expect_fails(x, "dead", errc::not_dead, "silent for 4 s of 5 min");
  expect_fails(x, "leader_settled", errc::leader_not_settled,
               "this leader has observed for 4 s of 30 s");
  EXPECT_EQ(guard_of(x, "budget_left").value, "0 of 1 replacement made in the last 10 min");
  const auto alone = explained(usual(), 3, dead);
  EXPECT_EQ(guard_of(alone, "one_for_one").value, "3 members before it, 2 after it");
}

TEST(explain, says_that_a_lost_disk_comes_back_under_another_id) {
  auto cluster = usual();
  cluster.row(6).lost = true;
  expect_fails(explained(cluster, 6), "disk_kept", errc::none,
               "its disk is lost; it comes back under a new id");
}

TEST(explain, says_that_a_member_beyond_the_target_is_released) {
  const auto x = explained(written_cluster{}.members({1, 2, 3, 4, 5}).target(3), 5);
  EXPECT_EQ(x.next.front().event, e::release);
  EXPECT_TRUE(x.next.front().possible);
  expect_fails(explained(written_cluster{}.members({1, 2, 3, 4, 5}).target(3), 1), "not_the_leader",
               errc::is_leader, "n1 leads");
}

TEST(explain, says_that_a_joint_change_is_left_first) {
  const auto x = explained(usual().outgoing({1, 2, 4}), 6);
  EXPECT_EQ(x.next.front().refusal, errc::transition_in_flight);
  const auto leaving = explained(usual().outgoing({1, 2, 4}), 4);
  EXPECT_EQ(leaving.position, "removed/leaving");
}

TEST(explain, knows_who_was_removed_and_who_never_was) {
  const auto config = usual().next_id(20).config();
  const auto gone = explain(config, see(config), node_id{12}).value();
  EXPECT_TRUE(gone.settled);
  EXPECT_EQ(gone.position, "removed");
  EXPECT_EQ(explain(config, see(config), node_id{20}).error().code, errc::unknown_node);
}

TEST(explain, says_what_is_in_flight) {
  auto driver = led_by_node_1(usual());
  driver.ask(park_intent{node_id{6}, false});
  const auto reply = std::get<ops::explain_reply>(driver.ask(ops::explain_request{node_id{7}}));
  EXPECT_EQ(reply.about.next.front().refusal, errc::transition_in_flight);
  EXPECT_EQ(guard_of(reply.about, "nothing_in_flight").value, "park is in flight, to version 41");
}

TEST(explain, is_answered_by_a_leader_only) {
  auto driver = led_by_node_1(usual());
  driver.lose(2);
  EXPECT_EQ(std::get<ops::explain_reply>(driver.ask(ops::explain_request{node_id{6}})).refusal.code,
            errc::not_leader);
  EXPECT_EQ(std::get<ops::plan_reply>(driver.ask(ops::plan_request{})).refusal.code,
            errc::not_leader);
  EXPECT_EQ(std::get<ops::dry_run_reply>(driver.ask(ops::dry_run_request{})).refusal.code,
            errc::not_leader);
}

// -- plan -----------------------------------------------------------------------------------------

TEST(plan, says_what_the_policy_does_next_and_why) {
  const auto x = planned(usual());
  ASSERT_TRUE(x.next);
  EXPECT_EQ(x.next->event, e::admit);
  EXPECT_EQ(x.next->moves, (std::vector<node_move>{
                             {node_id{6}, "node-6", "auto_join/outsider", "auto_join/learner"}}));
  EXPECT_EQ(x.next->learners, ids({6}));
  EXPECT_EQ(x.summary, "admit of n6 is next: there is room.");
}

TEST(plan, says_the_nearest_transition_and_what_it_lacks) {
  sight young;
  young.for_ms = 4'000;
  const auto x = planned(usual().outsiders({8}), young);
  EXPECT_FALSE(x.next);
  ASSERT_TRUE(x.nearest);
  EXPECT_EQ(x.nearest->event, e::admit);
  EXPECT_EQ(x.nearest->nodes, ids({6}));
  EXPECT_EQ(x.summary, "3 of 3 members, 0 learners; waits for admit of n6. stable: healthy for 4 s "
                       "of 10 s.");
}

TEST(plan, says_that_there_is_nothing_to_do_or_nobody_to_do_it_with) {
  EXPECT_EQ(planned(written_cluster{}.members({1, 2, 3}).learners({4})).summary,
            "3 of 3 members, 1 learner; nothing to do.");
  EXPECT_EQ(planned(written_cluster{}.members({1, 2}).parked({3})).summary,
            "2 of 3 members, 0 learners; no other node wants to be a member.");
}

TEST(plan, says_that_what_comes_next_is_refused) {
  sight dead;
  dead.dead = {2, 3, 4, 5};
  const auto x = planned(written_cluster{}.members({1, 2, 3, 4, 5}).target(3), dead);
  EXPECT_FALSE(x.next);
  ASSERT_TRUE(x.nearest);
  EXPECT_EQ(x.nearest->event, e::release);
  EXPECT_EQ(x.nearest->refusal, errc::no_live_quorum);
  EXPECT_EQ(x.summary, "release of n5 and n4 is next, and is refused. live_quorum: 1 of 3 voters "
                       "live after it, 2 needed.");
}

TEST(plan, lists_what_is_under_way_and_what_waits) {
  auto driver = led_by_node_1(usual());
  driver.ask(park_intent{node_id{6}, false}, op_id{1, 1});
  driver.ask(activate_intent{node_id{7}}, op_id{1, 2});
  driver.ask(remove_intent{node_id{7}, false}, op_id{1, 3});
  driver.ask_to_register(request_of(20));
  const auto x = plan_of(driver);
  ASSERT_TRUE(x.in_flight);
  EXPECT_EQ(x.in_flight->event, e::park);
  EXPECT_EQ(x.in_flight->version, config_version{41});
  ASSERT_EQ(x.intents.size(), 2U);
  EXPECT_EQ(x.intents[0].event, e::activate);
  EXPECT_EQ(x.intents[0].op, (op_id{1, 2}));
  EXPECT_EQ(x.intents[0].waits_for, "park is in flight, to version 41");
  EXPECT_EQ(x.intents[1].waits_for, "the intents before it");
  EXPECT_EQ(x.registrations_waiting, 1U);
}

TEST(plan, says_whom_a_new_leader_has_not_heard_of_while_it_holds_an_intent) {
  stand_in_driver driver{usual().config()};
  driver.lead(1);
  driver.ask(reconfigure_intent{ids({1, 2}), true});
  driver.tick(1'000);
  const auto x = plan_of(driver);
  ASSERT_EQ(x.intents.size(), 1U);
  EXPECT_EQ(x.intents[0].waits_for,
            "this leader hasn't heard of n2 and n3 yet; it is judged in 2 s at the latest");
  const auto tried = preview_of(driver, reconfigure_intent{ids({1, 3}), true});
  EXPECT_FALSE(tried.changes);
  EXPECT_NE(tried.waits_for.find("n2 and n3"), std::string::npos) << tried.waits_for;
}

// -- dry_run --------------------------------------------------------------------------------------

TEST(dry_run, shows_who_would_come_and_go_and_that_it_is_joint) {
  auto driver = led_by_node_1(usual().learners({4}));
  const auto x = preview_of(driver, park_intent{node_id{3}, false});
  EXPECT_TRUE(x.changes);
  EXPECT_TRUE(x.waits_for.empty()) << x.waits_for;
  ASSERT_TRUE(x.change);
  EXPECT_TRUE(x.change->joint);
  EXPECT_EQ(x.change->voters, ids({1, 2, 4}));
  EXPECT_TRUE(x.change->learners.empty());
  EXPECT_EQ(x.change->moves,
            (std::vector<node_move>{{node_id{3}, "node-3", "member/voter", "standby/outsider"},
                                    {node_id{4}, "node-4", "auto_join/learner", "member/voter"}}));
  EXPECT_FALSE(x.change->hands_over_to);
  EXPECT_FALSE(driver.proposed());
}

TEST(dry_run, says_that_leadership_is_handed_over_first) {
  auto driver = led_by_node_1(written_cluster{}.members({1, 2, 3, 4}).target(3, 0));
  const auto x = preview_of(driver, park_intent{node_id{1}, false});
  ASSERT_TRUE(x.change);
  EXPECT_TRUE(x.change->hands_over_to);
  EXPECT_TRUE(driver.hand_overs().empty());
}

TEST(dry_run, says_that_it_is_so_already_or_why_it_is_refused) {
  auto driver = led_by_node_1(usual());
  EXPECT_FALSE(preview_of(driver, park_intent{node_id{7}, false}).changes);
  const auto reply = std::get<ops::dry_run_reply>(
    driver.ask(ops::dry_run_request{{{}, {}, reconfigure_intent{ids({1, 2}), false}}}));
  EXPECT_EQ(reply.refusal.code, errc::below_min_members);
  EXPECT_NE(reply.refusal.message.find("n3 (node-3)"), std::string::npos) << reply.refusal.message;
  EXPECT_TRUE(driver.refusals().empty()); // It was a question: nothing is counted.
}

TEST(dry_run, says_what_comes_before_it) {
  auto driver = led_by_node_1(usual());
  driver.ask(park_intent{node_id{6}, false});
  EXPECT_EQ(preview_of(driver, activate_intent{node_id{7}}).waits_for,
            "park is in flight, to version 41");
}

// -- words ----------------------------------------------------------------------------------------

TEST(words, never_say_of_a_duration_that_it_is_over_before_it_is) {
  EXPECT_EQ(duration_text(0), "0 ms");
  EXPECT_EQ(duration_text(999), "999 ms");
  EXPECT_EQ(duration_text(4'000), "4 s");
  EXPECT_EQ(duration_text(9'999), "9.9 s");
  EXPECT_EQ(duration_text(29'999), "29 s");
  EXPECT_EQ(duration_text(299'999), "4 min 59 s");
  EXPECT_EQ(duration_text(300'000), "5 min");
}

TEST(words, group_digits_and_count) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(999), "999");
  EXPECT_EQ(number_text(1'200), "1,200");
  EXPECT_EQ(number_text(12'345'678), "12,345,678");
  EXPECT_EQ(count_text(1, "voter"), "1 voter");
  EXPECT_EQ(list_text(ids({2, 3, 5})), "n2, n3 and n5");
}

} // namespace quorate::membership
