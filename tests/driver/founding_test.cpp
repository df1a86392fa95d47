// How a cluster begins, and how nodes come to it by themselves.
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

TEST(founding, is_done_once_and_then_already_so) {
  cluster c;
  c.add();
  c.world.run_for(sim::ms(50));
  const auto first = c.provision(0);
  EXPECT_EQ(first.refusal.code, errc::none);
  EXPECT_TRUE(first.changed);
  const auto second = c.provision(0);
  EXPECT_EQ(second.refusal.code, errc::none);
  EXPECT_FALSE(second.changed);
  EXPECT_EQ(second.cluster, first.cluster);
  EXPECT_EQ(c.nodes().version(), config_version{1});
}

TEST(founding, is_already_so_after_a_restart) {
  cluster c;
  c.found(1);
  const auto before = c.world.at(0).node->identity().cluster;
  c.restart(0);
  c.world.run_for(sim::ms(200));
  const auto again = c.provision(0);
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.cluster, before);
}

TEST(founding, is_refused_where_a_seed_has_a_cluster) {
  cluster c;
  c.found(1);
  // A node that isn't registered yet, because the founder's cluster has another name.
  auto o = c.defaults;
  o.name = "stranger";
  o.cluster_name = "sim";
  o.seeds = {"n0"};
  o.join_backoff_ms_min = 60'000;
  o.join_backoff_ms_max = 60'000;
  const auto stranger = c.world.add(o);
  c.world.net().cut(0, stranger); // The answer to its registration doesn't arrive.
  c.world.start(stranger);
  c.world.run_for(sim::ms(100));
  c.world.net().mend();
  const auto reply = c.provision(stranger);
  EXPECT_EQ(reply.refusal.code, errc::peer_has_cluster);
  EXPECT_FALSE(reply.changed);
  EXPECT_FALSE(c.world.at(stranger).node->identity().cluster);
}

TEST(joining, three_nodes_become_members_by_themselves_and_take_a_write) {
  cluster c;
  c.found(3);
  EXPECT_EQ(c.nodes().members().size(), 3U);
  EXPECT_EQ(c.put("k", "v").outcome, errc::none);
  EXPECT_EQ(c.get("k").value, "v");
}

TEST(joining, survives_a_lost_answer_to_the_registration) {
  cluster c;
  c.found(1);
  const auto late = c.add();
  c.world.net().cut(0, late);
  // The cluster knows it, and it doesn't know that.
  ASSERT_TRUE(c.comes_true([&] { return c.nodes().find_name("n1") != nullptr; }));
  c.world.run_for(sim::seconds(1));
  EXPECT_FALSE(c.id(late));
  c.world.net().mend();
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_GT(c.times(sim::situation::registered_again), 0U);
  EXPECT_EQ(c.nodes().rows().size(), 2U) << "the same node, not one more";
  EXPECT_EQ(c.position(c.id(late)), "member/voter");
}

TEST(joining, a_node_of_another_cluster_name_is_told_and_halts) {
  cluster c;
  c.found(1);
  auto o = c.defaults;
  o.name = "stranger";
  o.cluster_name = "other";
  o.seeds = {"n0"};
  const auto stranger = c.world.add(o);
  c.world.start(stranger);
  ASSERT_TRUE(c.comes_true([&] { return c.world.at(stranger).node->halted().code != errc::none; }));
  EXPECT_EQ(c.world.at(stranger).node->halted().code, errc::cluster_name_differs);
}

TEST(restart, of_all_nodes_brings_back_cluster_and_data) {
  cluster c;
  c.found(3);
  c.put("k", "v");
  for (std::size_t i = 0; i < 3; ++i)
    c.world.crash(i, true);
  for (std::size_t i = 0; i < 3; ++i)
    c.world.start(i);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.nodes().rows().size(), 3U) << "each under its id";
  EXPECT_EQ(c.get("k").value, "v");
  // The checkers compare hashes at each step; here once by hand.
  const auto hash = c.world.at(0).node->state()->state_hash();
  for (std::size_t i = 1; i < 3; ++i)
    EXPECT_EQ(c.world.at(i).node->state()->state_hash(), hash);
}

} // namespace
} // namespace quorate::driver
