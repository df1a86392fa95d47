// The policy changed at run time, and automation that is paused.
#include "runtime/base/codec.hpp"
#include "runtime/membership/controller.hpp"
#include "runtime/membership/explain.hpp"
#include "tests/membership/planted.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

written_cluster usual() {
  return written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({6}).parked({7});
}

stand_in_driver led(const written_cluster& cluster) {
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  driver.hear(5);
  driver.tick();
  driver.apply_all();
  return driver;
}

reconfigure_reply done(stand_in_driver& driver, intent want, op_id op = {}) {
  const auto token = driver.ask(std::move(want), op);
  driver.apply_all();
  const auto reply = driver.answer_to(token);
  EXPECT_TRUE(reply);
  return reply.value_or(reconfigure_reply{});
}

membership_plan plan_of(stand_in_driver& driver) {
  return std::get<ops::plan_reply>(driver.ask(ops::plan_request{})).plan;
}

std::string summary_of(stand_in_driver& driver, std::uint32_t node) {
  return std::get<ops::explain_reply>(driver.ask(ops::explain_request{node_id{node}}))
    .about.summary;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

policy_change change_of(void (*turn)(policy_change&)) {
  policy_change change;
  turn(change);
  return change;
}

} // namespace

// -- knobs ----------------------------------------------------------------------------------------

TEST(set_policy, turns_the_knobs_that_are_given_and_no_others) {
  auto driver = led(usual());
  const auto before = driver.config().policy();
  policy_change change;
  change.replace_after_ms = 60'000;
  change.warm_spares = 2;
  const auto reply = done(driver, set_policy_intent{change}, op_id{1, 1});
  EXPECT_TRUE(reply.changed);
  auto expected = before;
  expected.replace_after_ms = 60'000;
  expected.warm_spares = 2;
  EXPECT_EQ(driver.config().policy(), expected);
  const auto* known = driver.config().find_op(op_id{1, 1});
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->event, e::set_policy);
}

TEST(set_policy, takes_a_whole_policy) {
  auto driver = led(usual());
  auto wanted = driver.config().policy();
  wanted.target_members = 5;
  wanted.eviction_budget = 3;
  wanted.pairing_wait_ms = 7;
  EXPECT_TRUE(done(driver, set_policy_intent{policy_change::to(wanted)}).changed);
  EXPECT_EQ(driver.config().policy(), wanted);
  EXPECT_EQ(policy_change::to(wanted).applied_to({}), wanted);
}

TEST(set_policy, says_already_so_where_nothing_changes) {
  auto driver = led(usual());
  const auto reply = done(driver, set_policy_intent{});
  EXPECT_EQ(reply.refusal.code, errc::none);
  EXPECT_FALSE(reply.changed);
}

TEST(set_policy, refuses_each_knob_out_of_range_and_says_the_range) {
  struct {
    void (*turn)(policy_change&);
    errc refusal;
    std::string says;
  } const cases[] = {
    {[](policy_change& x) { x.target_members = 10; }, errc::target_out_of_range, "1 to 9"},
    {[](policy_change& x) { x.target_members = 4; }, errc::target_even, "allow even"},
    {[](policy_change& x) { x.min_members = 4; }, errc::policy_out_of_range,
     "min_members is 0 to 3"},
    {[](policy_change& x) { x.warm_spares = 10; }, errc::policy_out_of_range,
     "warm_spares is 0 to 9, and 10 was asked"},
    {[](policy_change& x) { x.stabilization_ms = 2'592'000'001; }, errc::policy_out_of_range,
     "stabilization_ms is 0 to 2592000000"},
    {[](policy_change& x) { x.pairing_wait_ms = UINT64_MAX; }, errc::policy_out_of_range,
     "pairing_wait_ms"},
    {[](policy_change& x) { x.replace_after_ms = UINT64_MAX; }, errc::policy_out_of_range,
     "replace_after_ms"},
    {[](policy_change& x) { x.leader_settle_ms = UINT64_MAX; }, errc::policy_out_of_range,
     "leader_settle_ms"},
    {[](policy_change& x) { x.eviction_budget = 1'001; }, errc::policy_out_of_range,
     "eviction_budget is 0 to 1000"},
    {[](policy_change& x) { x.eviction_window_ms = UINT64_MAX; }, errc::policy_out_of_range,
     "eviction_window_ms"},
    {[](policy_change& x) { x.transition_timeout_ms = 0; }, errc::policy_out_of_range,
     "transition_timeout_ms is 1 to"},
    {[](policy_change& x) { x.lease_ms = 60'001; }, errc::policy_out_of_range,
     "lease_ms is 0 to 60000"},
    {[](policy_change& x) { x.lease_ms = 500; }, errc::lease_fixed, "when the cluster is founded"},
  };
  auto driver = led(usual());
  const auto before = driver.config().current_digest();
  for (const auto& one : cases) {
    const auto reply = done(driver, set_policy_intent{change_of(one.turn)});
    EXPECT_EQ(reply.refusal.code, one.refusal) << one.says;
    EXPECT_TRUE(contains(reply.refusal.message, one.says)) << reply.refusal.message;
  }
  EXPECT_EQ(driver.config().current_digest(), before);
}

TEST(set_policy, is_refused_where_it_is_applied_if_the_leader_let_it_pass) {
  const auto config = usual().config();
  auto want = wanted(e::set_policy, initiator::operator_, {});
  want.policy = config.policy();
  want.policy->warm_spares = 10;
  delta change;
  {
    const planted in{base::mutant::policy_applied_unvalidated};
    change = make_plan(config, want, see(config))->change;
  }
  auto copy = config;
  auto applied = copy.apply(change);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, errc::policy_out_of_range);
}

TEST(set_policy, that_is_retried_after_set_target_is_told_that_it_is_over) {
  auto driver = led(usual());
  policy_change change;
  change.target_members = 5;
  EXPECT_TRUE(done(driver, set_policy_intent{change}, op_id{1, 1}).changed);
  EXPECT_TRUE(done(driver, set_target_intent{3, false}, op_id{1, 2}).changed);
  EXPECT_EQ(done(driver, set_policy_intent{change}, op_id{1, 1}).refusal.code, errc::op_superseded);
  EXPECT_EQ(driver.config().policy().target_members, 3U);
}

// -- pauses ---------------------------------------------------------------------------------------

TEST(a_pause, holds_up_the_policy_and_nobody_else) {
  auto driver = led(usual().target(5));
  driver.lead(1); // Before it has observed anything that it could promote.
  EXPECT_TRUE(done(driver, pause_intent{60'000, "rack 7 is moved"}, op_id{1, 1}).changed);
  driver.live_on(40);
  EXPECT_EQ(driver.config().position_of(node_id{4}), position::auto_join_learner);
  EXPECT_EQ(driver.config().position_of(node_id{6}), position::auto_join_outsider);
  EXPECT_TRUE(done(driver, activate_intent{node_id{7}}).changed);
  EXPECT_TRUE(done(driver, park_intent{node_id{6}, false}).changed);
  driver.ask_to_register(request_of(20));
  driver.apply_all();
  EXPECT_NE(driver.config().find_name("node-20"), nullptr);
}

TEST(a_pause, says_how_long_it_lasts_yet_and_by_whom) {
  auto driver = led(usual().target(5));
  EXPECT_TRUE(done(driver, pause_intent{60'000, "rack 7 is moved"}).changed);
  driver.live_on(10);
  const auto plan = plan_of(driver);
  EXPECT_FALSE(plan.next);
  EXPECT_EQ(plan.paused_ms, 50'000U);
  EXPECT_EQ(plan.paused_by, "rack 7 is moved");
  EXPECT_TRUE(contains(plan.summary, "automation is paused for another 50 s (by rack 7 is moved)"))
    << plan.summary;
  EXPECT_TRUE(contains(summary_of(driver, 6), "automation is paused for another 50 s"))
    << summary_of(driver, 6);
}

TEST(a_pause, ends_by_itself) {
  auto driver = led(usual().target(5, 3));
  EXPECT_TRUE(done(driver, pause_intent{20'000, ""}).changed);
  driver.live_on(19);
  const auto waits = driver.config().version();
  EXPECT_TRUE(contains(plan_of(driver).summary, "(by an operator)"));
  driver.live_on(2);
  EXPECT_GT(driver.config().version(), waits);
  EXPECT_EQ(plan_of(driver).paused_ms, 0U);
}

TEST(a_pause, ends_with_resume) {
  auto driver = led(usual().target(5, 3));
  EXPECT_TRUE(done(driver, pause_intent{60'000, ""}, op_id{1, 1}).changed);
  driver.live_on(15);
  const auto waits = driver.config().version();
  EXPECT_TRUE(done(driver, resume_intent{}, op_id{1, 2}).changed);
  EXPECT_FALSE(done(driver, resume_intent{}, op_id{1, 3}).changed); // It is so already.
  driver.live_on(2);
  EXPECT_GT(driver.config().version().value, waits.value + 1);
  EXPECT_EQ(done(driver, pause_intent{60'000, ""}, op_id{1, 1}).refusal.code, errc::op_superseded);
}

TEST(a_pause, is_kept_by_a_new_leader) {
  auto driver = led(usual().target(5, 3));
  EXPECT_TRUE(done(driver, pause_intent{60'000, "maintenance"}, op_id{1, 1}).changed);
  driver.lead(2);
  driver.live_on(30);
  const auto plan = plan_of(driver);
  EXPECT_GT(plan.paused_ms, 0U);
  EXPECT_EQ(plan.paused_by, "maintenance");
  EXPECT_EQ(driver.config().position_of(node_id{6}), position::auto_join_outsider);
  // A retry at the new leader gets its first answer.
  const auto again = done(driver, pause_intent{60'000, "maintenance"}, op_id{1, 1});
  EXPECT_EQ(again.refusal.code, errc::none);
  EXPECT_FALSE(again.changed);
  driver.live_on(40);
  EXPECT_NE(driver.config().position_of(node_id{6}), position::auto_join_outsider);
}

TEST(a_pause, is_replaced_by_the_next_one) {
  auto driver = led(usual());
  EXPECT_TRUE(done(driver, pause_intent{60'000, "a"}).changed);
  EXPECT_TRUE(done(driver, pause_intent{5'000, "b"}).changed);
  EXPECT_EQ(plan_of(driver).paused_ms, 5'000U);
  EXPECT_EQ(plan_of(driver).paused_by, "b");
}

TEST(a_pause, lasts_a_millisecond_to_a_day) {
  auto driver = led(usual());
  constexpr std::uint64_t day_ms = 86'400'000;
  for (std::uint64_t for_ms : {std::uint64_t{0}, day_ms + 1, UINT64_MAX})
    EXPECT_EQ(done(driver, pause_intent{for_ms, ""}).refusal.code, errc::pause_out_of_range);
  EXPECT_EQ(done(driver, pause_intent{1, std::string(256, 'x')}).refusal.code,
            errc::pause_out_of_range);
  EXPECT_TRUE(done(driver, pause_intent{day_ms, ""}).changed);
}

TEST(a_pause, does_not_keep_a_joint_change_from_being_left) {
  auto driver = led(usual());
  EXPECT_TRUE(done(driver, pause_intent{60'000, ""}).changed);
  EXPECT_TRUE(done(driver, replace_intent{node_id{3}, node_id{4}, replaced_fate::standby}).changed);
  EXPECT_FALSE(driver.config().joint());
  EXPECT_EQ(driver.config().position_of(node_id{4}), position::member_voter);
}

TEST(a_pause, is_read_back_from_its_entry_and_from_a_table) {
  const auto config = usual().config();
  auto seen = see(config);
  for (intent want :
       {intent{pause_intent{60'000, "a"}}, intent{resume_intent{}},
        intent{set_policy_intent{change_of([](policy_change& x) { x.eviction_budget = 7; })}}}) {
    auto before = config;
    if (std::holds_alternative<resume_intent>(want)) {
      const auto pause = to_proposal({{}, {}, pause_intent{60'000, "a"}}, config, seen);
      ASSERT_TRUE(before.apply(make_plan(config, pause, seen)->change));
    }
    const auto planned = make_plan(before, to_proposal({{}, {}, want}, before, seen), seen);
    ASSERT_TRUE(planned);
    ASSERT_FALSE(planned->already);
    auto read = base::decode<delta>(base::encode(planned->change));
    ASSERT_TRUE(read) << to_string(read.error());
    auto after = before;
    ASSERT_TRUE(after.apply(*read));
    EXPECT_EQ(after.current_digest(), planned->change.result);
    const auto loaded = nodes_config::load(after.table());
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->current_digest(), after.current_digest());
    EXPECT_EQ(loaded->pause().until_ms, after.pause().until_ms);
  }
}

} // namespace quorate::membership
