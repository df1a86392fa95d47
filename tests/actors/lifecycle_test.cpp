// The lifecycle through real actors: joining, replacing, parking, and the bug that started it all.
#include "tests/actors/deterministic_cluster.hpp"
#include "tests/membership/planted.hpp"

#include <gtest/gtest.h>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 10;

TEST(nodes, join_by_themselves) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    for (const auto* name : {"n1", "n2", "n3"})
      EXPECT_TRUE(cluster.is_member(name)) << name;
  });
}

TEST(nodes, beyond_the_target_wait_as_spares) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(6, 3);
    cluster.run_for(2'000);
    EXPECT_EQ(cluster.members(), 3U);
    for (const auto& name : cluster.nodes().running())
      EXPECT_NE(cluster.row(name)->state, node_state::standby) << name;
  });
}

// -- the seed's bug -------------------------------------------------------------------------------------------

struct fate {
  node_state after_reconfiguration = node_state::standby;
  bool became_member = false;
};

/// D registers and has no room to join. The others are reconfigured, without a word about D. Then
/// there is room.
fate fate_of_d(std::uint64_t seed) {
  local_cluster_options options;
  options.policy.warm_spares = 0;
  deterministic_cluster cluster{seed, options};
  cluster.grow(3, 3);
  EXPECT_TRUE(cluster.nodes().start({"d"}));
  EXPECT_TRUE(cluster.run_until([&] { return cluster.row("d").has_value(); }));
  const auto reconfigured = cluster.ask(
    membership::reconfigure_intent{{cluster.id_of("n1"), cluster.id_of("n2")}, true});
  EXPECT_TRUE(reconfigured.changed) << to_string(reconfigured.refusal);
  fate out;
  out.after_reconfiguration = cluster.row("d")->state;
  EXPECT_TRUE(cluster.ask(membership::set_target_intent{4, true}).changed);
  out.became_member = cluster.run_until([&] { return cluster.is_member("d"); }, 5'000);
  return out;
}

TEST(a_node_that_has_not_joined_yet, still_joins_after_the_others_were_reconfigured) {
  for_seeds(seeds, [](std::uint64_t seed) {
    const auto d = fate_of_d(seed);
    EXPECT_EQ(d.after_reconfiguration, node_state::auto_join);
    EXPECT_TRUE(d.became_member);
  });
}

TEST(a_node_that_has_not_joined_yet, is_parked_for_ever_by_the_seeds_bug) {
  const membership::situations::planted bug{base::mutant::park_the_unnamed};
  const auto d = fate_of_d(1);
  EXPECT_EQ(d.after_reconfiguration, node_state::standby);
  EXPECT_FALSE(d.became_member);
}

// -- failures -------------------------------------------------------------------------------------------------

TEST(a_dead_leader, is_replaced_by_the_spare) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(4, 3);
    const auto dead = *cluster.leader();
    ASSERT_TRUE(cluster.nodes().kill(dead));
    ASSERT_TRUE(
      cluster.run_until([&] { return cluster.members() == 3 && !cluster.is_member(dead); }));
    EXPECT_EQ(cluster.row(dead)->state, node_state::auto_join);
  });
}

TEST(a_parked_node, that_restarts_with_an_old_view_stays_parked_under_every_leader) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(4, 3);
    std::string spare;
    for (const auto& name : cluster.nodes().running())
      if (!cluster.is_member(name))
        spare = name;
    ASSERT_TRUE(cluster.row(spare)->learner);
    ASSERT_TRUE(cluster.nodes().kill(spare));
    const auto parked = cluster.ask(membership::park_intent{cluster.id_of(spare), false});
    ASSERT_TRUE(parked.changed) << to_string(parked.refusal);
    ASSERT_TRUE(cluster.nodes().restart(spare));
    cluster.run_for(3'000);
    EXPECT_EQ(cluster.row(spare)->state, node_state::standby);
    ASSERT_TRUE(cluster.nodes().kill(*cluster.leader()));
    ASSERT_TRUE(cluster.run_until([&] { return cluster.leader().has_value(); }));
    cluster.run_for(3'000);
    EXPECT_EQ(cluster.row(spare)->state, node_state::standby);
    EXPECT_EQ(cluster.pure(spare)->status().position, "standby/outsider");
  });
}

TEST(a_parked_node, joins_once_it_is_activated) {
  deterministic_cluster cluster{1};
  cluster.grow(2, 2);
  ASSERT_TRUE(cluster.nodes().start({"parked", true}));
  cluster.run_for(2'000);
  ASSERT_EQ(cluster.row("parked")->state, node_state::standby);
  EXPECT_TRUE(cluster.ask(membership::activate_intent{cluster.id_of("parked")}).changed);
  EXPECT_TRUE(cluster.run_until([&] { return cluster.is_member("parked"); }));
}

} // namespace

} // namespace quorate::actors
