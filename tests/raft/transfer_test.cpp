// Handing leadership over, and the evidence of closed connections.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

// E9 (canonical/raft #203)
TEST(a_transfer, skips_the_pre_vote) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  EXPECT_EQ(g.hold(is<timeout_now>()).size(), 1U);
  ASSERT_TRUE(g.now(1).transferring);
  g.tick(1); // Lost: it is repeated.
  g.deliver();
  EXPECT_EQ(g.leader(), 2U);
  EXPECT_EQ(g.now(2).current_term, term{3});
  EXPECT_EQ(g.now(1).role, role_kind::follower);
}

TEST(a_transfer, refuses_proposals_until_it_is_given_up) {
  group g{3};
  g.elect(1);
  g.drop_if(is<timeout_now>());
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  EXPECT_EQ(g.propose(1, "x").error().code, errc::transfer_in_progress);
  EXPECT_EQ(g.core_of(1).transfer(node_id{3}).error().code, errc::transfer_in_progress);
  g.run(10);
  EXPECT_FALSE(g.now(1).transferring);
  EXPECT_TRUE(g.propose(1, "x"));
}

TEST(a_transfer, brings_its_target_up_to_date_first) {
  group g{3};
  g.elect(1);
  g.cut(1, 2);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  EXPECT_TRUE(g.hold(is<timeout_now>()).empty());
  g.heal();
  g.run(2);
  EXPECT_EQ(g.leader(), 2U);
  EXPECT_EQ(commands(g[2]), std::vector<std::string>{"x"});
}

// E16 (hashicorp/raft #413)
TEST(a_transfer, fails_at_once_without_a_leader_or_a_voter) {
  group g{3};
  EXPECT_EQ(g.core_of(1).transfer(node_id{2}).error().code, errc::not_leader);
  g.elect(1);
  EXPECT_EQ(g.core_of(1).transfer(node_id{9}).error().code, errc::unknown_node);
  EXPECT_EQ(g.core_of(1).transfer(node_id{1}).error().code, errc::unknown_node);
}

TEST(a_closed_connection, ends_the_stickiness_to_its_leader_at_once) {
  group g{3};
  g.elect(1);
  g.crash(1);
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  g.run(8);
  EXPECT_NE(g.leader(), 0U);
}

TEST(a_closed_connection_that_was_wrong, doesnt_depose_the_leader) {
  group g{3};
  g.elect(1);
  g.core_of(2).peer_down(node_id{1});
  g.run(20);
  EXPECT_EQ(g.leader(), 1U);
  EXPECT_EQ(g.now(1).current_term, term{2});
}

} // namespace
} // namespace quorate::raft::test
