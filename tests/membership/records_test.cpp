// What a leader says of the past: the fate of an op id, the history, and what it refused.
#include "runtime/membership/records.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/membership/controller.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

stand_in_driver led() {
  stand_in_driver driver{
    written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({6}).parked({7}).config()};
  driver.lead(1);
  driver.hear(5);
  return driver;
}

op_report fate_of(stand_in_driver& driver, op_id op) {
  auto reply = std::get<ops::op_reply>(driver.ask(ops::op_request{op}));
  EXPECT_EQ(reply.refusal.code, errc::none);
  EXPECT_EQ(reply.report.op, op);
  return reply.report;
}

std::vector<transition> history_of(stand_in_driver& driver, const history_filter& wanted) {
  return std::get<ops::history_reply>(driver.ask(ops::history_request{wanted})).transitions;
}

refusal_log refusals_of(stand_in_driver& driver) {
  return std::get<ops::refusals_reply>(driver.ask(ops::refusals_request{})).refusals;
}

} // namespace

// -- op ids ---------------------------------------------------------------------------------------

TEST(an_op, is_unknown_pending_and_done_in_turn) {
  auto driver = led();
  const op_id op{1, 1};
  EXPECT_EQ(fate_of(driver, op).state, op_state::unknown);
  driver.ask(activate_intent{node_id{7}}, op);
  ASSERT_TRUE(driver.proposed());
  const auto pending = fate_of(driver, op);
  EXPECT_EQ(pending.state, op_state::pending);
  EXPECT_EQ(pending.event, e::activate);
  EXPECT_FALSE(pending.sentence.empty());
  driver.apply_all();
  const auto done = fate_of(driver, op);
  EXPECT_EQ(done.state, op_state::done);
  EXPECT_EQ(done.event, e::activate);
  EXPECT_EQ(done.version, config_version{41});
}

TEST(an_op, that_waits_behind_another_is_pending) {
  auto driver = led();
  driver.ask(activate_intent{node_id{7}}, op_id{1, 1});
  driver.ask(park_intent{node_id{6}, false}, op_id{1, 2});
  EXPECT_EQ(fate_of(driver, {1, 2}).state, op_state::pending);
}

TEST(an_op, of_a_joint_change_is_pending_until_that_is_left) {
  auto driver = led();
  driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::standby}, op_id{1, 1});
  driver.apply();
  ASSERT_TRUE(driver.config().joint());
  EXPECT_EQ(fate_of(driver, {1, 1}).state, op_state::pending);
  driver.leave();
  EXPECT_EQ(fate_of(driver, {1, 1}).state, op_state::done);
}

TEST(an_op, that_was_done_is_known_to_a_new_leader_and_one_that_was_refused_is_not) {
  auto driver = led();
  driver.ask(activate_intent{node_id{7}}, op_id{1, 1});
  driver.apply_all();
  driver.ask(activate_intent{node_id{77}}, op_id{1, 2});
  const auto refused = fate_of(driver, {1, 2});
  EXPECT_EQ(refused.state, op_state::refused);
  EXPECT_EQ(refused.code, errc::unknown_node);
  EXPECT_NE(refused.sentence.find("n77"), std::string::npos) << refused.sentence;
  driver.lead(2);
  EXPECT_EQ(fate_of(driver, {1, 1}).state, op_state::done);
  EXPECT_EQ(fate_of(driver, {1, 2}).state, op_state::unknown);
}

TEST(an_op, has_an_id) {
  auto driver = led();
  EXPECT_EQ(std::get<ops::op_reply>(driver.ask(ops::op_request{})).refusal.code,
            errc::invalid_argument);
}

// -- history --------------------------------------------------------------------------------------

TEST(history, is_filtered_by_what_is_set) {
  auto driver = led();
  driver.ask(activate_intent{node_id{7}}, op_id{1, 1});
  driver.apply_all();
  driver.ask(park_intent{node_id{7}, false}, op_id{1, 2});
  driver.apply_all();
  driver.ask(park_intent{node_id{6}, false}, op_id{1, 3});
  driver.apply_all();
  driver.ask_to_register(request_of(20));
  driver.apply_all();
  EXPECT_EQ(history_of(driver, {}).size(), 3U);
  history_filter of_7;
  of_7.node = node_id{7};
  EXPECT_EQ(history_of(driver, of_7).size(), 2U);
  of_7.event = e::park;
  ASSERT_EQ(history_of(driver, of_7).size(), 1U);
  EXPECT_EQ(history_of(driver, of_7).front().op, (op_id{1, 2}));
  history_filter by_policy;
  by_policy.by = initiator::policy;
  EXPECT_TRUE(history_of(driver, by_policy).empty());
  history_filter later;
  later.after = config_version{42};
  EXPECT_EQ(history_of(driver, later).size(), 1U);
  history_filter newest;
  newest.count_max = 2;
  EXPECT_EQ(history_of(driver, newest).back().op, (op_id{1, 3}));
  EXPECT_EQ(history_of(driver, newest).size(), 2U);
}

TEST(history, has_batches_of_registrations_where_they_are_wanted) {
  auto driver = led();
  driver.ask_to_register(request_of(20));
  driver.apply_all();
  driver.ask(activate_intent{node_id{7}});
  driver.apply_all();
  history_filter with;
  with.registrations = true;
  const auto all = history_of(driver, with);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().event, e::register_node);
  EXPECT_EQ(all.back().event, e::activate);
  history_filter only;
  only.event = e::register_node;
  EXPECT_EQ(history_of(driver, only).size(), 1U);
}

// -- refusals -------------------------------------------------------------------------------------

TEST(refusals, are_kept_with_whom_they_met_and_why) {
  auto driver = led();
  driver.ask(activate_intent{node_id{77}}, op_id{1, 2});
  auto request = request_of(20);
  request.name = "node-3";
  driver.ask_to_register(request);
  const auto log = refusals_of(driver);
  EXPECT_EQ(log.total, 2U);
  ASSERT_EQ(log.records.size(), 2U);
  const auto& first = log.records.front();
  EXPECT_EQ(first.event, e::activate);
  EXPECT_EQ(first.by, initiator::operator_);
  EXPECT_EQ(first.op, (op_id{1, 2}));
  EXPECT_EQ(first.node, node_id{77});
  EXPECT_EQ(first.code, errc::unknown_node);
  EXPECT_EQ(first.log_time_ms, 5'000U);
  const auto& second = log.records.back();
  EXPECT_EQ(second.by, initiator::node);
  EXPECT_EQ(second.who, "node-3");
  EXPECT_EQ(second.code, errc::name_taken);
}

TEST(refusals, that_repeat_are_one_record) {
  refusal_ring ring;
  refusal_record one;
  one.code = errc::name_taken;
  one.who = "n1";
  for (std::uint64_t at_ms = 1; at_ms <= 1'000; ++at_ms) {
    one.log_time_ms = at_ms;
    ring.add(one);
  }
  EXPECT_EQ(ring.log().total, 1'000U);
  ASSERT_EQ(ring.log().records.size(), 1U);
  EXPECT_EQ(ring.log().records.front().times, 1'000U);
  EXPECT_EQ(ring.log().records.front().log_time_ms, 1'000U);
}

TEST(refusals, are_bounded) {
  refusal_ring ring;
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    refusal_record one;
    one.op = {i, i};
    ring.add(one);
  }
  EXPECT_EQ(ring.log().total, 1'000U);
  EXPECT_EQ(ring.log().records.size(), limits::refusals_kept_max);
  EXPECT_EQ(ring.find({1, 1}), nullptr);
  ASSERT_NE(ring.find({1'000, 1'000}), nullptr);
  EXPECT_EQ(ring.log().records.back().op, (op_id{1'000, 1'000}));
}

TEST(refusals, begin_anew_with_each_leadership) {
  auto driver = led();
  driver.ask(activate_intent{node_id{77}}, op_id{1, 2});
  driver.lose(2);
  EXPECT_EQ(std::get<ops::refusals_reply>(driver.ask(ops::refusals_request{})).refusal.code,
            errc::not_leader);
}

} // namespace quorate::membership
