#include "runtime/membership/controller.hpp"

#include "runtime/base/limits.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

/// Three members, a warm spare, two outsiders and a parked node: nothing is left to do.
written_cluster at_rest() {
  return written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({5, 6}).parked({7});
}

stand_in_driver led_by_node_1(const written_cluster& cluster) {
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  driver.hear(20);
  EXPECT_FALSE(driver.proposed());
  return driver;
}

void expect_done(const std::optional<reconfigure_reply>& reply, bool changed,
                 config_version version) {
  ASSERT_TRUE(reply) << "no answer yet";
  EXPECT_EQ(reply->refusal.code, errc::none) << to_string(reply->refusal);
  EXPECT_EQ(reply->changed, changed);
  EXPECT_EQ(reply->version, version);
}

void expect_refused(const std::optional<reconfigure_reply>& reply, errc code) {
  ASSERT_TRUE(reply) << "no answer yet";
  EXPECT_EQ(to_string(reply->refusal.code), to_string(code));
  EXPECT_FALSE(reply->changed);
}

const register_reply& reply_to(const stand_in_driver& driver, std::uint32_t node) {
  static const register_reply none{make_error(errc::no_leader), {}, {}, {}};
  const auto& all = driver.registered();
  auto found = std::find_if(all.begin(), all.end(), [node](const registration_answered& x) {
    return x.reply_to == "host-" + std::to_string(node);
  });
  EXPECT_NE(found, all.end()) << "node " << node << " has no answer";
  return found != all.end() ? found->reply : none;
}

} // namespace

// -- one at a time, in order ----------------------------------------------------------------------

TEST(controller, makes_one_transition_at_a_time_and_answers_when_it_is_applied) {
  auto driver = led_by_node_1(at_rest());
  const auto first = driver.ask(park_intent{node_id{5}, false});
  const auto second = driver.ask(park_intent{node_id{6}, false});
  ASSERT_TRUE(driver.proposed());
  EXPECT_FALSE(driver.answer_to(first));
  driver.apply();
  expect_done(driver.answer_to(first), true, config_version{41});
  EXPECT_FALSE(driver.answer_to(second));
  driver.apply();
  expect_done(driver.answer_to(second), true, config_version{42});
}

TEST(controller, counts_a_joint_change_as_in_flight_until_it_is_left) {
  auto driver = led_by_node_1(at_rest());
  const auto replace = driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::standby});
  const auto next = driver.ask(park_intent{node_id{5}, false});
  driver.apply();
  ASSERT_TRUE(driver.config().joint());
  EXPECT_FALSE(driver.answer_to(replace));
  EXPECT_FALSE(driver.proposed());
  driver.leave();
  expect_done(driver.answer_to(replace), true, config_version{42});
  ASSERT_TRUE(driver.proposed());
  driver.apply();
  expect_done(driver.answer_to(next), true, config_version{43});
}

TEST(controller, takes_intents_before_registrations_before_what_the_policy_wants) {
  auto driver = led_by_node_1(written_cluster{}.members({1, 2, 3}).outsiders({4, 5}));
  const auto first = driver.ask(park_intent{node_id{5}, false});
  driver.ask_to_register(request_of(20));
  const auto second = driver.ask(activate_intent{node_id{5}});
  driver.apply();
  EXPECT_EQ(driver.change().op.event, e::activate);
  driver.apply();
  EXPECT_EQ(driver.change().op.event, e::register_node);
  driver.apply();
  EXPECT_EQ(driver.change().op.event, e::admit);
  EXPECT_TRUE(driver.answer_to(first) && driver.answer_to(second));
}

TEST(controller, answers_nothing_but_not_leader_while_it_does_not_lead) {
  auto driver = led_by_node_1(at_rest());
  driver.lose(2);
  const auto park = driver.ask(park_intent{node_id{5}, false});
  expect_refused(driver.answer_to(park), errc::not_leader);
  driver.ask_to_register(request_of(20));
  EXPECT_EQ(reply_to(driver, 20).refusal.code, errc::not_leader);
  driver.tick(1'000'000);
  EXPECT_FALSE(driver.proposed());
}

TEST(controller, answers_all_that_waits_with_the_new_leader_when_it_loses) {
  auto driver = led_by_node_1(at_rest());
  const auto in_flight = driver.ask(park_intent{node_id{5}, false});
  const auto waiting = driver.ask(park_intent{node_id{6}, false});
  driver.ask_to_register(request_of(20));
  driver.lose(2);
  // What was proposed may be committed yet, so it doesn't count as a failure; the rest never
  // happens.
  expect_refused(driver.answer_to(in_flight), errc::outcome_unknown);
  expect_refused(driver.answer_to(waiting), errc::not_leader);
  for (auto token : {in_flight, waiting}) {
    EXPECT_EQ(driver.answer_to(token)->refusal.leader, node_id{2});
    EXPECT_EQ(driver.answer_to(token)->refusal.leader_address, "host-2");
  }
  EXPECT_EQ(reply_to(driver, 20).refusal.code, errc::not_leader);
  EXPECT_EQ(reply_to(driver, 20).refusal.leader, node_id{2});
}

TEST(controller, refuses_what_does_not_fit_into_its_queue) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false}); // In flight, so the others wait.
  for (std::size_t i = 0; i < limits::intents_waiting_max; ++i)
    driver.ask(park_intent{node_id{6}, false});
  expect_refused(driver.answer_to(driver.ask(park_intent{node_id{6}, false})), errc::overloaded);
  driver.apply();
  driver.apply();
  EXPECT_EQ(driver.config().version(), config_version{42}); // All but the first were so already.
}

// -- registrations --------------------------------------------------------------------------------

TEST(controller, registers_all_that_wait_in_one_entry_without_those_that_are_refused) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false}); // In flight, so they wait together.
  for (std::uint32_t node = 20; node < 25; ++node) {
    auto request = request_of(node);
    if (node == 22)
      request.name = "node-1"; // Taken.
    if (node == 23)
      request.name = "node-20"; // Taken by one that waits too.
    driver.ask_to_register(request);
  }
  driver.apply();
  EXPECT_EQ(driver.change().changed.size(), 3U);
  EXPECT_EQ(reply_to(driver, 22).refusal.code, errc::name_taken);
  EXPECT_EQ(reply_to(driver, 23).refusal.code, errc::name_taken);
  driver.apply();
  EXPECT_EQ(driver.config().version(), config_version{42});
  EXPECT_EQ(reply_to(driver, 20).id, node_id{8});
  EXPECT_EQ(reply_to(driver, 21).id, node_id{9});
  EXPECT_EQ(reply_to(driver, 24).id, node_id{10});
  EXPECT_EQ(reply_to(driver, 24).version, config_version{42});
  EXPECT_EQ(reply_to(driver, 24).cluster, home);
}

TEST(controller, gives_a_registration_that_is_repeated_the_id_of_the_first) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false});
  driver.ask_to_register(request_of(20));
  driver.ask_to_register(request_of(20)); // While the first waits.
  driver.apply_all();
  driver.ask_to_register(request_of(20)); // And long after it.
  EXPECT_FALSE(driver.proposed());
  ASSERT_EQ(driver.registered().size(), 3U);
  for (const auto& answer : driver.registered())
    EXPECT_EQ(answer.reply.id, node_id{8});
}

TEST(controller, refuses_a_second_name_for_one_storage_also_while_both_wait) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false});
  driver.ask_to_register(request_of(20));
  auto copied = request_of(21); // A disk image that was copied.
  copied.storage = disk(20);
  driver.ask_to_register(copied);
  driver.apply_all();
  EXPECT_EQ(reply_to(driver, 20).id, node_id{8});
  EXPECT_EQ(reply_to(driver, 21).refusal.code, errc::storage_id_taken);
}

TEST(controller, splits_very_many_registrations_over_a_few_entries) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false});
  const auto count = static_cast<std::uint32_t>(limits::registrations_per_entry_max) * 2 + 10;
  for (std::uint32_t i = 0; i < count; ++i)
    driver.ask_to_register(request_of(100 + i));
  driver.apply_all();
  EXPECT_EQ(driver.config().version(), config_version{41 + 3});
  EXPECT_EQ(driver.registered().size(), count);
}

TEST(controller, tells_a_node_that_its_registration_waits) {
  auto driver = led_by_node_1(at_rest());
  driver.ask_to_register(request_of(100));
  EXPECT_TRUE(driver.told_to_wait().empty()) << "it is on its way";
  driver.ask_to_register(request_of(101));
  ASSERT_EQ(driver.told_to_wait().size(), 1U);
  EXPECT_EQ(driver.told_to_wait().front().reply_to, request_of(101).address);
  EXPECT_TRUE(driver.refusals().empty()) << "nothing was refused";
  driver.apply_all();
  EXPECT_EQ(driver.registered().size(), 2U);
}

TEST(controller, looks_more_seldom_for_a_node_to_admit_where_there_are_thousands) {
  written_cluster cluster;
  cluster.members({1});
  cluster.policy().stabilization_ms = 0;
  for (std::uint32_t id = 2; id <= 5'000; ++id)
    cluster.outsiders({id});
  stand_in_driver driver{cluster.config()};
  driver.lead(1); // Nobody has said anything yet: it has looked in vain, at all rows.
  nodes_seen seen;
  seen.outsiders = {{node_id{7}, driver.config().version(), true}};
  driver.report(seen);
  driver.tick(40);
  EXPECT_FALSE(driver.proposed());
  driver.tick(10);
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().op.event, e::admit);
}

// -- intents that are repeated, late or refused ---------------------------------------------------

TEST(controller, answers_already_so_to_an_intent_that_is_repeated) {
  auto driver = led_by_node_1(at_rest());
  const op_id op{1, 1};
  driver.ask(park_intent{node_id{5}, false}, op);
  driver.apply();
  const auto again = driver.ask(park_intent{node_id{5}, false}, op);
  EXPECT_FALSE(driver.proposed());
  expect_done(driver.answer_to(again), false, config_version{41});
}

TEST(controller, recognises_a_late_repetition_of_what_was_undone_since) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false}, op_id{1, 1});
  driver.apply();
  driver.ask(activate_intent{node_id{5}}, op_id{1, 2});
  driver.apply();
  const auto late = driver.ask(park_intent{node_id{5}, false}, op_id{1, 1});
  EXPECT_FALSE(driver.proposed());
  expect_refused(driver.answer_to(late), errc::op_superseded);
  EXPECT_EQ(driver.answer_to(late)->version, config_version{41}); // Where it was done.
  const auto anew = driver.ask(park_intent{node_id{5}, false}, op_id{1, 3});
  driver.apply();
  expect_done(driver.answer_to(anew), true, config_version{43});
}

TEST(controller, recognises_a_late_repetition_at_a_new_leader_too) {
  auto driver = led_by_node_1(at_rest());
  driver.ask(park_intent{node_id{5}, false}, op_id{1, 1});
  driver.apply();
  driver.ask(activate_intent{node_id{5}}, op_id{1, 2});
  driver.apply();
  driver.lead(2);
  expect_refused(driver.answer_to(driver.ask(park_intent{node_id{5}, false}, op_id{1, 1})),
                 errc::op_superseded);
}

TEST(controller, answers_already_so_to_a_repeated_activate_of_a_node_that_came_further) {
  auto driver = led_by_node_1(written_cluster{}.members({1, 2, 3}).parked({4}));
  driver.ask(activate_intent{node_id{4}}, op_id{1, 1});
  driver.live_on(20);
  ASSERT_EQ(driver.config().position_of(node_id{4}), position::auto_join_learner);
  expect_done(driver.answer_to(driver.ask(activate_intent{node_id{4}}, op_id{1, 1})), false,
              driver.config().version());
}

TEST(controller, keeps_to_the_version_that_the_operator_saw) {
  auto driver = led_by_node_1(at_rest());
  const auto late = driver.ask(park_intent{node_id{5}, false}, {}, config_version{39});
  expect_refused(driver.answer_to(late), errc::version_differs);
  EXPECT_EQ(driver.answer_to(late)->version, config_version{40});
  const auto current = driver.ask(park_intent{node_id{5}, false}, {}, config_version{40});
  driver.apply();
  expect_done(driver.answer_to(current), true, config_version{41});
  // The repetition of that one is so already, whatever version it saw.
  expect_done(driver.answer_to(driver.ask(park_intent{node_id{5}, false}, {}, config_version{40})),
              false, config_version{41});
}

TEST(controller, counts_what_it_refuses_and_goes_on) {
  auto driver = led_by_node_1(at_rest());
  const auto bad = driver.ask(activate_intent{node_id{77}});
  expect_refused(driver.answer_to(bad), errc::unknown_node);
  ASSERT_EQ(driver.refusals().size(), 1U);
  EXPECT_EQ(driver.refusals().front().event, e::activate);
  EXPECT_EQ(driver.refusals().front().why.code, errc::unknown_node);
  driver.ask(activate_intent{node_id{7}});
  EXPECT_TRUE(driver.proposed());
}

TEST(controller, puts_the_learner_that_is_caught_up_in_the_place_of_a_parked_member) {
  auto driver = led_by_node_1(at_rest());
  const auto park = driver.ask(park_intent{node_id{3}, false});
  driver.apply_all();
  expect_done(driver.answer_to(park), true, config_version{42});
  EXPECT_EQ(driver.config().position_of(node_id{4}), position::member_voter);
  EXPECT_EQ(driver.config().position_of(node_id{3}), position::standby_outsider);
}

TEST(controller, asks_again_at_the_next_tick_when_the_log_did_not_take_a_change) {
  auto driver = led_by_node_1(at_rest());
  const auto first = driver.ask(park_intent{node_id{5}, false});
  const auto second = driver.ask(park_intent{node_id{6}, false});
  driver.refuse(errc::transfer_in_progress);
  EXPECT_FALSE(driver.answer_to(first));
  EXPECT_FALSE(driver.proposed());
  driver.tick();
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().op.named, ids({5})); // Still before the other.
  driver.apply_all();
  EXPECT_TRUE(driver.answer_to(first) && driver.answer_to(second));
}

TEST(controller, asks_again_for_registrations_that_the_log_did_not_take) {
  auto driver = led_by_node_1(at_rest());
  driver.ask_to_register(request_of(20));
  driver.ask_to_register(request_of(21));
  driver.refuse(errc::overloaded);
  EXPECT_TRUE(driver.registered().empty());
  driver.tick();
  driver.apply_all();
  EXPECT_EQ(reply_to(driver, 20).id, node_id{8});
  EXPECT_EQ(reply_to(driver, 21).id, node_id{9});
}

TEST(controller, answers_what_the_log_refuses_for_good) {
  auto driver = led_by_node_1(at_rest());
  const auto park = driver.ask(park_intent{node_id{5}, false});
  const auto next = driver.ask(park_intent{node_id{6}, false});
  driver.refuse(errc::illegal_transition);
  ASSERT_TRUE(driver.answer_to(park));
  EXPECT_EQ(driver.answer_to(park)->refusal.code, errc::illegal_transition);
  driver.tick();
  driver.apply_all();
  expect_done(driver.answer_to(next), true, config_version{41});
}

TEST(controller, turns_away_registrations_that_the_log_refuses_for_good) {
  auto driver = led_by_node_1(at_rest());
  driver.ask_to_register(request_of(20));
  driver.refuse(errc::illegal_transition);
  EXPECT_EQ(reply_to(driver, 20).refusal.code, errc::illegal_transition);
  driver.tick();
  EXPECT_FALSE(driver.proposed());
}

} // namespace quorate::membership
