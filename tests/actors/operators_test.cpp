// What an operator of the public interface turns and asks: knobs, pauses, op ids, history,
// refusals. Real threads and real time, so these tests wait for conditions only.
#include "quorate/quorate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace quorate {

namespace {

constexpr std::chrono::seconds patience{30};

local_cluster grown(std::uint32_t nodes) {
  local_cluster_options options;
  options.nodes = nodes;
  auto cluster = local_cluster::start(options);
  EXPECT_TRUE(cluster) << to_string(cluster.error());
  EXPECT_TRUE(cluster->wait_for_members(std::min(nodes, 3U), patience));
  return std::move(*cluster);
}

TEST(membership_client, turns_knobs) {
  auto cluster = grown(3);
  auto membership = cluster.membership();
  policy_change change;
  change.replace_after_ms = 0;
  const auto turned = membership.set_policy(change);
  ASSERT_TRUE(turned) << to_string(turned.error());
  EXPECT_TRUE(turned->changed);
  const auto table = membership.nodes();
  ASSERT_TRUE(table);
  EXPECT_EQ(table->policy.replace_after_ms, 0U);
  EXPECT_EQ(table->policy.target_members, 3U);
  policy_change lease;
  lease.lease_ms = 500;
  EXPECT_EQ(membership.set_policy(lease).error().code, errc::lease_fixed);
  EXPECT_EQ(membership.dry_run().set_policy(lease).error().code, errc::lease_fixed);
  change.warm_spares = 10;
  const auto refused = membership.set_policy(change);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::policy_out_of_range);
  EXPECT_NE(refused.error().message.find("warm_spares is 0 to 9"), std::string::npos)
    << refused.error().message;
}

TEST(membership_client, pauses_automation_across_a_change_of_leader) {
  auto cluster = grown(4);
  auto membership = cluster.membership();
  ASSERT_TRUE(membership.pause(std::chrono::hours{1}, "rack 7 is moved"));
  const auto before = membership.plan();
  ASSERT_TRUE(before);
  const auto table = membership.nodes();
  ASSERT_TRUE(table);
  std::string leader;
  for (const auto& row : table->rows)
    if (row.record.id == before->leader)
      leader = row.record.name;
  ASSERT_TRUE(cluster.kill(leader));
  result<membership_plan> plan = make_error(errc::no_leader);
  const auto until = std::chrono::steady_clock::now() + patience;
  while ((!plan || plan->leader == before->leader) && std::chrono::steady_clock::now() < until)
    plan = membership.plan();
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_NE(plan->leader, before->leader);
  EXPECT_GT(plan->paused_ms, 0U);
  EXPECT_NE(plan->summary.find("(by rack 7 is moved)"), std::string::npos) << plan->summary;
  EXPECT_TRUE(membership.resume());
  EXPECT_FALSE(membership.resume()->changed);
  // Now the dead one is replaced.
  EXPECT_TRUE(cluster.wait_for_members(3, patience));
  EXPECT_EQ(membership.pause(std::chrono::hours{25}).error().code, errc::pause_out_of_range);
  EXPECT_EQ(membership.pause(std::chrono::milliseconds{-1}).error().code, errc::pause_out_of_range);
}

TEST(membership_client, tells_what_became_of_an_intent) {
  auto cluster = grown(4);
  auto membership = cluster.membership();
  const auto op = membership.draw_op();
  EXPECT_EQ(membership.op(op)->state, op_state::unknown);
  const auto done = membership.set_target(5, false, op);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->op, op);
  const auto fate = cluster.membership().op(op); // Anybody may ask.
  ASSERT_TRUE(fate);
  EXPECT_EQ(fate->state, op_state::done);
  EXPECT_EQ(fate->event, lifecycle_event::set_target);
  EXPECT_EQ(fate->version, done->version);
  history_filter of_op;
  of_op.op = op;
  const auto history = membership.history(of_op);
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 1U);
  EXPECT_EQ(history->front().version, done->version);
  EXPECT_EQ(membership.op({}).error().code, errc::invalid_argument);
}

TEST(membership_client, shows_what_was_refused) {
  auto cluster = grown(3);
  std::atomic<int> told{0};
  cluster.subscribe_refusals([&told](const refusal_record& x, std::uint64_t) {
    if (x.code == errc::unknown_node)
      ++told;
  });
  auto membership = cluster.membership();
  const auto op = membership.draw_op();
  ASSERT_FALSE(membership.park(node_id{77}, false, op));
  const auto fate = membership.op(op);
  ASSERT_TRUE(fate);
  EXPECT_EQ(fate->state, op_state::refused);
  EXPECT_EQ(fate->code, errc::unknown_node);
  const auto log = membership.refusals();
  ASSERT_TRUE(log);
  EXPECT_GE(log->total, 1U);
  const auto found = std::find_if(log->records.begin(), log->records.end(),
                                  [&op](const refusal_record& x) { return x.op == op; });
  ASSERT_NE(found, log->records.end());
  EXPECT_EQ(found->node, node_id{77});
  EXPECT_FALSE(found->sentence.empty());
  const auto until = std::chrono::steady_clock::now() + patience;
  while (told == 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  EXPECT_EQ(told, 1);
}

} // namespace

} // namespace quorate
