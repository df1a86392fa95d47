// What comes late or crooked: a retry whose answer was lost, a budget in a quiet cluster, an entry
// that hides a joint change. Each of these was wrong once.
#include "runtime/membership/controller.hpp"
#include "tests/membership/situations.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

namespace quorate::membership::situations {
namespace {

TEST(late_answers, repeats_the_answer_to_a_replace_after_automation_has_moved_on) {
  auto cluster = written_cluster{}.members({1, 2, 3}).learners({4});
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  driver.live_on(1);
  const op_id op{1, 1};
  driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::auto_join}, op);
  driver.apply_all();
  const auto done_at = driver.config().version();
  driver.live_on(60); // The old member waits again, and becomes the warm spare.
  ASSERT_EQ(driver.config().position_of(node_id{3}), position::auto_join_learner);
  const auto again = driver.ask(replace_intent{node_id{3}, node_id{4}, replaced_fate::auto_join},
                                op);
  ASSERT_TRUE(driver.answer_to(again));
  EXPECT_EQ(driver.answer_to(again)->refusal.code, errc::none);
  EXPECT_FALSE(driver.answer_to(again)->changed);
  EXPECT_LE(driver.answer_to(again)->version, done_at);
}

TEST(late_answers, do_not_apply_a_change_of_two_voters_that_is_not_joint) {
  auto config = written_cluster{}.members({1}).learners({2, 3}).config();
  auto planned = make_plan(config, wanted(lifecycle_event::promote, initiator::policy, {2, 3}),
                           see(config));
  ASSERT_TRUE(planned) << to_string(planned.error());
  ASSERT_FALSE(planned->change.outgoing.empty());
  auto crooked = planned->change;
  crooked.outgoing.clear();
  const auto refused = config.apply(config.complete(crooked));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::malformed);
  EXPECT_TRUE(config.apply(planned->change));
}

TEST(late_answers, do_not_load_an_outgoing_half_or_a_policy_that_cannot_be) {
  auto table = written_cluster{}.members({1, 2, 3}).table();
  table.outgoing = {{node_id{99}, storage_id{1, 1}}};
  EXPECT_EQ(nodes_config::load(table).error().code, errc::malformed);
  table.outgoing.clear();
  table.policy.target_members = 77;
  EXPECT_EQ(nodes_config::load(table).error().code, errc::malformed);
}

TEST(late_answers, refuse_a_target_below_the_minimum_of_members) {
  auto cluster = written_cluster{}.members({1, 2, 3});
  cluster.policy().min_members = 3;
  const auto config = cluster.config();
  reconfigure_request request;
  request.want = set_target_intent{1, false};
  const auto seen = see(config);
  const auto planned = make_plan(config, to_proposal(request, config, seen), seen);
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, errc::policy_out_of_range);
}

} // namespace
} // namespace quorate::membership::situations
