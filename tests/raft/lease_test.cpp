// Leases: D4, D5, D6 and E7 of the bugs that others had. One tick is 20 ms, a lease is 10 of them.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

/// Nobody is elected before what an earlier life may have promised is over.
void elect_first(group& g) {
  g.tick(2, 12);
  g.tick(3, 12);
  g.hold([](const envelope&) { return true; });
  for (int i = 0; i < 20 && g.now(1).role == role_kind::follower; ++i)
    g.tick(1);
  g.deliver();
  ASSERT_EQ(g.now(1).role, role_kind::leader);
}

struct leases : testing::Test {
  leases() : g(with_leases()) {
    elect_first(g);
    g.run(1);
  }

  static group::options with_leases() {
    group::options from;
    from.voters = 3;
    from.lease_ms = 200;
    from.each.election_ticks = 5; // Shorter than a lease: the lease decides.
    return from;
  }

  std::uint64_t now(unsigned id) {
    return g.now(id).now;
  }

  group g;
};

TEST_F(leases, begin_when_the_quorum_was_asked_and_not_when_it_answered) {
  g.tick(1);
  const auto asked = now(1);
  auto answers = g.hold(is<heartbeat>());
  for (auto& m : answers)
    g.step(static_cast<unsigned>(m.to.id.value), m);
  auto late = g.hold(is<heartbeat_reply>());
  g.drop_if(is<heartbeat>());
  g.tick(1, 2);
  for (auto& m : late)
    g.step(1, m);
  EXPECT_EQ(g.core_of(1).lease_basis(), asked);
}

TEST_F(leases, need_a_quorum) {
  const auto basis = g.core_of(1).lease_basis();
  ASSERT_TRUE(basis);
  g.cut(1, 2);
  g.run(1);
  EXPECT_GT(g.core_of(1).lease_basis(), basis) << "two of three";
  const auto last = g.core_of(1).lease_basis();
  g.cut(1, 3);
  g.run(2);
  EXPECT_EQ(g.core_of(1).lease_basis(), last);
}

// D5 (jraft #25)
TEST_F(leases, arent_there_because_a_node_leads) {
  g.drop_if(is<heartbeat_reply>());
  g.restart(1);
  EXPECT_FALSE(g.core_of(1).lease_basis());
}

TEST_F(leases, keep_voters_from_electing_another) {
  g.isolate(1);
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  for (int i = 0; i < 10; ++i) {
    g.tick(2);
    g.tick(3);
    g.deliver();
    EXPECT_NE(g.leader(), 2U) << i;
    EXPECT_NE(g.leader(), 3U) << i;
  }
  for (int i = 0; i < 20 && g.leader() == 1; ++i) {
    g.tick(2);
    g.tick(3);
    g.deliver();
  }
  EXPECT_NE(g.leader(), 1U);
}

// D6 (braft #365)
TEST_F(leases, outlive_a_restart_of_a_voter) {
  g.isolate(1);
  g.restart(2);
  g.restart(3);
  vote request{g.now(2).last, false};
  for (int i = 0; i < 11; ++i) {
    g.step(3, g.message(2, 3, term{5}, request));
    for (const auto& m : g.hold(is<vote_reply>()))
      EXPECT_FALSE(std::get<vote_reply>(m.content).granted) << i;
    g.tick(2);
    g.tick(3);
    g.hold([](const envelope&) { return true; });
    EXPECT_EQ(g.leader(), 1U) << i;
  }
  for (int i = 0; i < 20 && g.leader() == 1; ++i) {
    g.tick(2);
    g.tick(3);
    g.deliver();
  }
  EXPECT_NE(g.leader(), 1U);
}

TEST_F(leases, bind_a_voter_whose_term_was_raised_meanwhile) {
  g.step(3, g.message(2, 3, term{6}, append_rejected{log_index{1}, {}, 0}));
  auto answered = g.message(2, 3, term{6}, vote{g.now(2).last, false});
  g.step(3, answered);
  for (const auto& m : g.hold(is<vote_reply>()))
    EXPECT_FALSE(std::get<vote_reply>(m.content).granted);
}

// D4 (tikv #4680)
TEST_F(leases, end_for_good_before_leadership_is_handed_over) {
  g.drop_if(is<timeout_now>());
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  EXPECT_FALSE(g.core_of(1).lease_basis());
  g.run(8); // Nothing came of it; but the request may still be under way.
  ASSERT_EQ(g.leader(), 1U);
  ASSERT_FALSE(g.now(1).transferring);
  EXPECT_FALSE(g.core_of(1).lease_basis());
}

TEST_F(leases, dont_hinder_a_handover) {
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  g.deliver();
  EXPECT_EQ(g.leader(), 2U);
}

TEST(a_lease, needs_an_entry_of_its_own_term) {
  auto from = leases::with_leases();
  group g{from};
  g.drop_if(is<append_accepted>());
  elect_first(g);
  g.run(2);
  EXPECT_FALSE(g.core_of(1).lease_basis());
  g.heal();
  g.run(2);
  EXPECT_TRUE(g.core_of(1).lease_basis());
}

TEST(a_lease, begins_with_the_promises_of_the_configuration_that_brings_it) {
  group g{3};
  g.elect(1);
  g.run(1);
  EXPECT_FALSE(g.core_of(1).lease_basis());
  auto next = g.next_config(1);
  next.lease_ms = 200;
  g.drop_if(is<append>());
  ASSERT_TRUE(g.change(1, next));
  g.run(2);
  EXPECT_FALSE(g.core_of(1).lease_basis()) << "they answer, and know of no promise";
  g.heal();
  g.run(3);
  EXPECT_TRUE(g.core_of(1).lease_basis());
}

// Found by the simulator: a sole voter campaigned at its first tick, whomever it followed.
TEST(a_lease, binds_a_voter_that_becomes_the_only_one) {
  auto from = leases::with_leases();
  from.voters = 2;
  group g{from};
  g.tick(2, 12);
  for (int i = 0; i < 40 && g.leader() != 1; ++i) {
    g.tick(1);
    g.deliver();
  }
  g.run(1);
  ASSERT_TRUE(g.core_of(1).lease_basis());
  auto next = g.next_config(1);
  next.voters = replicas({2});
  g.drop_if(is<append_accepted>()); // The leader doesn't hear that it is out.
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  ASSERT_EQ(g.core_of(2).active_config().version, next.version);
  for (int i = 0; i < 8; ++i) {
    g.tick(2);
    EXPECT_EQ(g.now(2).role, role_kind::follower) << "it has promised";
  }
  g.restart(2);
  for (int i = 0; i < 8; ++i) {
    g.tick(2);
    EXPECT_EQ(g.now(2).role, role_kind::follower) << "and still has";
  }
}

TEST(a_sole_voter, lets_its_leader_finish) {
  group g{2};
  g.elect(1);
  auto next = g.next_config(1);
  next.voters = replicas({2});
  g.drop_if(is<append_accepted>());
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  g.tick(2);
  EXPECT_EQ(g.leader(), 1U);
  g.tick(2, 40);
  EXPECT_EQ(g.leader(), 2U) << "it has been silent for long enough";
}

TEST(without_leases, nothing_is_promised) {
  group g{3};
  g.elect(1);
  g.run(1);
  EXPECT_FALSE(g.core_of(1).lease_basis());
  g.isolate(1);
  g.restart(2);
  g.core_of(3).peer_down(node_id{1});
  for (int i = 0; i < 4 && g.leader() == 1; ++i) {
    g.tick(3);
    g.deliver();
  }
  EXPECT_EQ(g.leader(), 3U);
}

} // namespace
} // namespace quorate::raft::test
