// Removed nodes and learners: who is told, who is quiet, who counts.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

configuration with_voters(group& g, unsigned leader, std::initializer_list<unsigned> ids) {
  auto next = g.next_config(leader);
  next.voters = replicas(ids);
  return next;
}

configuration with_learners(group& g, unsigned leader, std::initializer_list<unsigned> ids) {
  auto next = g.next_config(leader);
  next.learners = replicas(ids);
  return next;
}

// E12 (hashicorp/raft #524), with the farewell lost.
TEST(a_removed_node_that_wasnt_told, becomes_quiet_and_disturbs_nobody) {
  group g{4};
  g.elect(1);
  g.isolate(4);
  g.change_and_settle(1, with_voters(g, 1, {1, 2, 3}));
  g.run(30);
  g.heal();
  auto t = g.now(1).current_term;
  g.run(500);
  EXPECT_EQ(g.leader(), 1U);
  EXPECT_EQ(g.now(1).current_term, t);
  EXPECT_TRUE(g.now(4).quiet);
  EXPECT_EQ(g.core_of(4).active_config().version, config_version{1}) << "it deletes nothing";
}

TEST(a_removed_node, learns_it_by_the_farewell) {
  group g{4};
  g.elect(1);
  g.change_and_settle(1, with_voters(g, 1, {1, 2, 3}));
  EXPECT_EQ(g.core_of(4).committed_config().version, config_version{2});
  EXPECT_EQ(g[4].applied_to, g.now(4).commit);
  g.run(50);
  EXPECT_EQ(g.now(4).role, role_kind::follower);
}

TEST(a_quiet_node, speaks_up_again_when_a_leader_speaks_to_it) {
  group g{4};
  g.elect(1);
  g.isolate(4);
  g.change_and_settle(1, with_voters(g, 1, {1, 2, 3}));
  g.run(30);
  g.heal();
  g.run(60);
  ASSERT_TRUE(g.now(4).quiet);
  g.change_and_settle(1, with_voters(g, 1, {1, 2, 3, 4}));
  g.run(3);
  EXPECT_FALSE(g.now(4).quiet);
  EXPECT_EQ(g.core_of(4).committed_config().version, config_version{3});
}

TEST(a_learner, gets_everything_and_decides_nothing) {
  group g{group::options{2, 1, {}, 1}};
  g.elect(1);
  g.change_and_settle(1, with_learners(g, 1, {3}));
  g.run(2);
  g.isolate(2);
  ASSERT_TRUE(g.propose(1, "x"));
  auto commit = g.now(1).commit;
  g.deliver();
  EXPECT_EQ(g.now(1).commit, commit);
  g.heal();
  g.run(3);
  EXPECT_EQ(commands(g[3]), std::vector<std::string>{"x"});
  auto peers = g.core_of(1).peers();
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_TRUE(peers[1].learner);
  EXPECT_TRUE(peers[1].caught_up);
  EXPECT_FALSE(peers[0].learner);
}

TEST(an_answer_from_before_a_peer_was_dismissed, says_nothing_when_it_is_taken_in_again) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.change_and_settle(1, with_learners(g, 1, {4}));
  g.run(2);
  ASSERT_TRUE(g.propose(1, "x"));
  for (auto& m : g.hold(is_to<append>(4)))
    g.step(4, m);
  auto old = g.hold([](const envelope& m) {
    return m.from.id == node_id{4} && std::holds_alternative<append_accepted>(m.content);
  });
  ASSERT_FALSE(old.empty());
  g.change_and_settle(1, with_learners(g, 1, {}));
  g.isolate(4);
  g.change_and_settle(1, with_learners(g, 1, {4}));
  for (auto& m : old)
    g.step(1, m);
  EXPECT_EQ(g.match_of(1, 4), log_index{0});
}

} // namespace
} // namespace quorate::raft::test
