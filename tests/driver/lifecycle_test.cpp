// Nodes that are parked, activated, replaced and removed, through whole drivers.
#include "tests/driver/cluster.hpp"
#include "tests/sim/violation.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

using membership::activate_intent;
using membership::park_intent;
using membership::reconfigure_intent;
using membership::remove_intent;

/// The seed's bug (restate #3275): a node has registered and not joined yet when others are
/// reconfigured.
void reconfigure_before_a_node_has_joined() {
  cluster c;
  c.policy.target_members = 5;
  c.policy.stabilization_ms = 2'000; // So that it is still waiting.
  c.found(3);
  const auto d = c.add();
  ASSERT_TRUE(c.comes_true([&] { return c.nodes().find_name("n3") != nullptr; }));
  ASSERT_EQ(c.intend(reconfigure_intent{{c.id(c.leader()), c.id(c.follower())}, true}).refusal.code,
            errc::none);
  ASSERT_TRUE(c.comes_true([&] { return !c.nodes().joint(); }));
  EXPECT_EQ(c.position(c.id(d)), "auto_join/outsider");
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.position(c.id(d)), "member/voter");
  EXPECT_EQ(c.nodes().members().size(), 4U);
}

TEST(reconfiguration, leaves_a_node_alone_that_has_not_joined_yet) {
  reconfigure_before_a_node_has_joined();
}

TEST(reconfiguration, that_parks_the_unnamed_is_found) {
  planted bug{base::mutant::park_the_unnamed};
  EXPECT_THROW(reconfigure_before_a_node_has_joined(), sim::violation);
}

TEST(parking, holds_against_a_node_that_comes_back_with_an_old_view) {
  cluster c;
  c.found(4); // Three members and a warm spare.
  const auto f = c.follower();
  const auto id = c.id(f);
  c.world.crash(f, true);
  ASSERT_EQ(c.intend(park_intent{id, true}).refusal.code, errc::none);
  ASSERT_TRUE(c.comes_true([&] { return !c.nodes().joint(); }));
  c.world.start(f); // Its disk says that it is a member.
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.position(id), "standby/outsider");
  EXPECT_FALSE(c.has_log(f));
  // Nor does another leader, who has never heard of it, take it in.
  const auto old = c.leader();
  c.world.crash(old, false);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }));
  c.restart(f);
  c.world.start(old);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  c.world.run_for(sim::seconds(3));
  EXPECT_EQ(c.position(id), "standby/outsider");
}

TEST(parking, that_believes_the_joiner_is_found) {
  planted bug{base::mutant::trust_the_joiner};
  cluster c;
  c.found(3);
  const auto f = c.follower();
  const auto id = c.id(f);
  c.world.crash(f, true);
  ASSERT_EQ(c.intend(park_intent{id, true}).refusal.code, errc::none);
  c.world.start(f);
  // Without its log and after another start it has no view either, and says that it wants to join.
  EXPECT_THROW(
    {
      c.comes_true([&] { return !c.has_log(f); });
      c.restart(f);
      c.world.run_for(sim::seconds(5));
    },
    sim::violation);
}

TEST(parking, retires_the_log_behind_a_floor_and_activation_brings_a_learner_back) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  ASSERT_TRUE(c.intend(park_intent{id, false}).changed);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_FALSE(c.has_log(f));
  EXPECT_TRUE(c.world.at(f).node->lowest());
  EXPECT_TRUE(c.world.at(f).disk.durable().entries().empty());
  EXPECT_EQ(c.nodes().members().size(), 3U) << "the spare has taken its place";
  ASSERT_TRUE(c.intend(activate_intent{id}).changed);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.position(id), "auto_join/learner");
  EXPECT_GT(c.times(sim::situation::learner_again_above_a_floor), 0U);
}

TEST(parking, of_the_leader_hands_over_first) {
  cluster c;
  c.found(4);
  const auto id = c.id(c.leader());
  ASSERT_EQ(c.intend(park_intent{id, false}).refusal.code, errc::none);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.position(id), "standby/outsider");
  EXPECT_NE(c.id(c.leader()), id);
  EXPECT_GT(c.times(sim::situation::hand_over), 0U);
}

TEST(parking, of_the_last_member_is_refused) {
  cluster c;
  c.policy.target_members = 1;
  c.found(1);
  EXPECT_EQ(c.intend(park_intent{c.id(0), true}).refusal.code, errc::last_member);
  EXPECT_EQ(c.position(c.id(0)), "member/voter");
}

TEST(intents, that_are_retried_are_already_so) {
  cluster c;
  c.found(4);
  const op_id op{1, 1};
  const park_intent want{c.id(c.follower()), false};
  const auto first = c.intend(want, op);
  EXPECT_TRUE(first.changed);
  const auto second = c.intend(want, op);
  EXPECT_EQ(second.refusal.code, errc::none);
  EXPECT_FALSE(second.changed);
  ASSERT_TRUE(c.intend(activate_intent{want.node}).changed);
  // Late, after somebody has undone it.
  EXPECT_EQ(c.intend(want, op).refusal.code, errc::op_superseded);
}

TEST(removal, is_told_to_the_node_and_it_halts) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  ASSERT_TRUE(c.intend(remove_intent{c.id(f), false}).changed);
  ASSERT_TRUE(c.comes_true([&] { return c.world.at(f).node->halted().code == errc::node_removed; }))
    << c.lines.tail();
  EXPECT_FALSE(c.has_log(f));
  c.restart(f); // It is told again.
  ASSERT_TRUE(
    c.comes_true([&] { return c.world.at(f).node->halted().code == errc::node_removed; }));
}

TEST(replacement, of_a_dead_member_by_a_spare_needs_nobody) {
  cluster c;
  c.found(4);
  const auto dead = c.leader();
  const auto id = c.id(dead);
  c.world.crash(dead, false);
  ASSERT_TRUE(c.comes_true([&] { return c.position(id) == "auto_join/outsider"; }))
    << c.lines.tail();
  EXPECT_EQ(c.nodes().members().size(), 3U);
  EXPECT_GT(c.times(sim::situation::replaced_by_policy), 0U);
  c.world.start(dead);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.position(id), "auto_join/learner") << "it is the spare now";
}

} // namespace
} // namespace quorate::driver
