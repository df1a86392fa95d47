// What went wrong in other systems' membership, through whole drivers. Which of these tests stands
// for which bug, docs/membership.md says.
#include "tests/driver/cluster.hpp"
#include "tests/sim/liveness.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::driver {
namespace {

using membership::activate_intent;
using membership::park_intent;
using membership::remove_intent;

std::size_t of_position(cluster& c, const std::string& wanted) {
  for (std::size_t i = 0; i < c.world.size(); ++i)
    if (c.world.at(i).running() && c.position(c.id(i)) == wanted)
      return i;
  ADD_FAILURE() << "nobody is " << wanted;
  return 0;
}

// -- parked nodes ---------------------------------------------------------------------------------------------

void snapshot_often(cluster& c) {
  c.defaults.snapshot_entries = 10;
  c.defaults.snapshot_log_ratio = 1;
  c.defaults.consensus.retained_entries = 0;
}

/// Until none of those that have a log have the entries up to there in it.
void forget_log(cluster& c, log_index up_to) {
  const auto forgotten = [&] {
    for (std::size_t i = 0; i < c.world.size(); ++i)
      if (const auto* core = c.world.at(i).core(); core && core->entries().first() <= up_to)
        return false;
    return true;
  };
  for (int i = 0; i < 400 && !forgotten(); ++i)
    c.put("key", std::string(100, 'x') + std::to_string(i));
  ASSERT_TRUE(forgotten());
}

// KAFKA-19850 (apache/kafka #20859, #21025): that a node is out was known from the log alone, and
// went with it.
TEST(a_parked_member, stays_parked_after_a_snapshot_a_change_of_leader_and_its_restart) {
  cluster c;
  snapshot_often(c);
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  c.world.crash(f, true); // Its disk says that it is a member.
  ASSERT_EQ(c.intend(park_intent{id, false}).refusal.code, errc::none);
  ASSERT_TRUE(c.comes_true([&] { return !c.nodes().joint(); }));
  forget_log(c, c.world.log().last());
  const auto old = c.leader();
  c.world.crash(old, true);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }));
  c.world.start(old);
  c.world.start(f);
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
  c.world.run_for(sim::seconds(5));
  EXPECT_EQ(c.position(id), "standby/outsider");
  EXPECT_FALSE(c.has_log(f));
}

// NuRaft #596, ClickHouse #118740, #120736: removed and added again without a restart, it aborted.
TEST(a_member, that_is_parked_and_activated_ten_times_without_a_restart_works) {
  cluster c;
  c.policy.warm_spares = 0;
  c.found(3);
  const auto f = c.follower();
  const auto id = c.id(f);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(c.intend(park_intent{id, true}).changed) << i;
    if (i % 2 == 0) {
      ASSERT_TRUE(c.comes_true([&] { return !c.has_log(f); })) << i;
    }
    ASSERT_TRUE(c.intend(activate_intent{id}).changed) << i;
    ASSERT_TRUE(c.comes_true([&] { return c.position(id) == "member/voter"; })) << i;
    EXPECT_EQ(c.put("key", std::to_string(i)).outcome, errc::none);
  }
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
}

// -- removal --------------------------------------------------------------------------------------------------

// etcd #6156 had to add that check; restate has none.
TEST(removal, of_a_live_member_is_refused_where_the_rest_could_not_commit) {
  cluster c;
  c.policy.warm_spares = 0;
  c.policy.replace_after_ms = 0;
  c.found(3);
  const auto dead = c.follower();
  c.world.crash(dead, true);
  const auto alive = c.follower();
  c.world.run_for(sim::seconds(2)); // The leader has noticed.
  const auto before = c.nodes().version();
  EXPECT_EQ(c.intend(remove_intent{c.id(alive), true}).refusal.code, errc::no_live_quorum);
  EXPECT_EQ(c.intend(park_intent{c.id(alive), true}).refusal.code, errc::no_live_quorum);
  EXPECT_EQ(c.nodes().version(), before);
  EXPECT_EQ(c.put("key", "value").outcome, errc::none);
}

// etcd #10114, #10738: the check asked for all members, the dead one among them.
TEST(removal, of_a_dead_member_needs_no_word_of_it) {
  cluster c;
  c.policy.warm_spares = 0;
  c.policy.replace_after_ms = 0;
  c.found(3);
  const auto dead = c.follower();
  const auto id = c.id(dead);
  c.world.crash(dead, true);
  c.world.run_for(sim::seconds(2));
  ASSERT_TRUE(c.intend(remove_intent{id, true}).changed);
  EXPECT_EQ(c.nodes().members().size(), 2U);
  c.world.start(dead);
  EXPECT_TRUE(
    c.comes_true([&] { return c.world.at(dead).node->halted().code == errc::node_removed; }));
}

TEST(growth, goes_on_while_a_member_is_dead) {
  cluster c;
  c.policy.target_members = 5;
  c.policy.replace_after_ms = 0;
  c.found(3);
  c.world.crash(c.follower(), true);
  c.add();
  c.add();
  EXPECT_TRUE(c.comes_true([&] { return c.nodes().members().size() == 5; })) << c.lines.tail();
}

// etcd #1994: the second of two died in its own removal, and the first could do nothing any more.
TEST(removal, of_one_of_two_ends_well_whenever_that_one_dies) {
  for (std::uint64_t k = 0; k < 60; k += 2) {
    SCOPED_TRACE("after " + std::to_string(k) + " events");
    cluster c{k};
    c.policy.target_members = 3;
    c.policy.replace_after_ms = 0;
    c.found(2);
    const auto l = c.leader();
    const auto gone = c.follower();
    const op_id op{5, k};
    c.world.log().membership().may_be_removed(c.id(gone));
    c.world.ask(l, membership::reconfigure_request{op, {}, remove_intent{c.id(gone), true}},
                nullptr);
    for (std::uint64_t i = 0; i < k; ++i)
      c.world.step();
    const auto id = c.id(gone);
    c.world.crash(gone, true);
    c.world.run_for(sim::seconds(1));
    if (!c.world.log().membership().removed(id)) // It wasn't proposed yet, so two are needed.
      c.world.start(gone);
    EXPECT_EQ(c.intend(remove_intent{id, true}, op).refusal.code, errc::none);
    EXPECT_EQ(c.nodes().members().size(), 1U);
    EXPECT_EQ(c.put("key", "value").outcome, errc::none) << "one is enough for one";
  }
}

// etcd #8486, #1488, consul #7396, rqlite #534, scylladb #16796: name or address of a removed node
// stayed taken.
TEST(a_removed_nodes_name_and_address, are_free_at_once_for_an_empty_disk) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto old = c.id(f);
  ASSERT_TRUE(c.intend(remove_intent{old, false}).changed);
  ASSERT_TRUE(
    c.comes_true([&] { return c.world.at(f).node->halted().code == errc::node_removed; }));
  c.world.crash(f, true);
  c.world.wipe(f);
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return c.position(c.id(f)) == "auto_join/learner"; }))
    << c.lines.tail();
  EXPECT_NE(c.id(f), old);
}

// -- learners and spares --------------------------------------------------------------------------------------

// consul #3611, #3623: what promoted waited for what cleaned up, and that for the first.
TEST(a_dead_member, is_replaced_though_its_spare_has_died_too) {
  cluster c;
  c.found(5); // A warm spare, and one that waits behind it.
  const auto spare = of_position(c, "auto_join/learner");
  const auto dead = c.follower();
  const auto id = c.id(dead);
  c.world.crash(spare, true);
  c.world.crash(dead, true);
  EXPECT_TRUE(c.comes_true([&] { return c.position(id) == "auto_join/outsider"; }))
    << c.lines.tail();
  EXPECT_EQ(c.nodes().members().size(), 3U);
}

// k3s #2329, talos #13710: a learner that never caught up kept the others out.
TEST(a_learner, that_never_catches_up_blocks_nobody) {
  cluster c;
  c.policy.target_members = 5;
  c.found(3);
  const auto stuck = c.add();
  ASSERT_TRUE(c.comes_true([&] { return c.position(c.id(stuck)) == "auto_join/learner"; }));
  for (std::size_t i = 0; i < 3; ++i)
    c.world.net().cut(stuck, i); // It hears everything, and nobody hears it.
  c.add();
  c.add();
  EXPECT_TRUE(c.comes_true([&] { return c.nodes().members().size() == 5; })) << c.lines.tail();
  EXPECT_NE(c.position(c.id(stuck)), "member/voter");
}

// etcd #21610: the image was older than its admission, so a learner didn't find itself in it.
TEST(a_learner, that_gets_an_image_from_before_its_admission_stays_one) {
  cluster c;
  snapshot_often(c);
  c.found(3);
  forget_log(c, c.world.log().last());
  const auto late = c.add();
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
  EXPECT_GT(c.times(sim::situation::snapshot_installed), 0U);
  EXPECT_EQ(c.position(c.id(late)), "auto_join/learner");
  EXPECT_TRUE(c.has_log(late));
}

// vault #18263: who registered a second time was a voter no longer.
TEST(a_member, that_registers_and_asks_for_its_turn_again_stays_one) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  const auto& node = *c.world.at(f).node;
  const auto before = c.nodes().version();
  membership::register_request again;
  again.cluster_name = "sim";
  again.name = again.address = c.world.at(f).options.address;
  again.storage = node.identity().storage;
  again.boot = node.boot();
  again.cluster = node.identity().cluster;
  membership::join_request turn;
  turn.from = {c.id(f), node.identity().storage};
  turn.boot = node.boot();
  turn.cluster = node.identity().cluster;
  turn.address = again.address;
  turn.known = node.known().version;
  const auto to = c.world.at(c.leader()).options.address;
  for (int i = 0; i < 10; ++i) {
    c.world.net().send({again.address, to, again});
    c.world.net().send({again.address, to, turn});
    c.world.run_for(sim::ms(200));
  }
  EXPECT_EQ(c.position(c.id(f)), "member/voter");
  EXPECT_EQ(c.nodes().version(), before) << "nothing was written at all";
}

// -- founding -------------------------------------------------------------------------------------------------

// consul #3768, redpanda #11109, Pi-Akka-Cluster #55: who found nobody, founded.
TEST(nodes_that_nobody_provisions, found_nothing_however_long_they_wait) {
  cluster c;
  for (int i = 0; i < 3; ++i)
    c.add();
  c.world.run_for(sim::seconds(60));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_FALSE(c.id(i));
    EXPECT_FALSE(c.has_log(i));
  }
}

// redpanda #8404, #11109: the only seed lost its disk, and made another cluster of the same name.
TEST(a_founder, that_lost_its_disk_founds_nothing_by_itself) {
  cluster c;
  c.found(1);
  c.world.crash(0, true);
  c.world.wipe(0);
  c.world.start(0);
  c.world.run_for(sim::seconds(10));
  EXPECT_FALSE(c.id(0));
  EXPECT_FALSE(c.world.at(0).node->identity().cluster);
}

// Both began before either could know of the other.
TEST(founding, of_two_nodes_at_once_makes_two_clusters_that_never_mix) {
  cluster c;
  c.add();
  c.add();
  c.world.run_for(sim::ms(50));
  for (std::size_t i = 0; i < 2; ++i) {
    membership::provision_request what{"sim", c.policy};
    c.world.ask(i, what, nullptr);
  }
  c.world.run_for(sim::seconds(10));
  const auto& one = c.world.at(0).node->identity();
  const auto& two = c.world.at(1).node->identity();
  ASSERT_TRUE(one.cluster);
  ASSERT_TRUE(two.cluster);
  EXPECT_NE(one.cluster, two.cluster);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto* state = c.world.at(i).node->state();
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->nodes().rows().size(), 1U) << "neither has taken the other in";
  }
  // Who comes later belongs to one of them, and stays with it.
  const auto late = c.add();
  ASSERT_TRUE(c.comes_true([&] { return static_cast<bool>(c.id(late)); }));
  const auto home = c.world.at(late).node->identity().cluster;
  EXPECT_TRUE(home == one.cluster || home == two.cluster);
  c.world.run_for(sim::seconds(5));
  EXPECT_EQ(c.world.at(late).node->identity().cluster, home);
}

} // namespace
} // namespace quorate::driver
