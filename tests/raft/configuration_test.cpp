// Membership changes: C1 to C14 of the bugs that others had, and learners.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

configuration with_voters(group& g, unsigned leader, std::initializer_list<unsigned> ids) {
  auto next = g.next_config(leader);
  next.voters = replicas(ids);
  return next;
}

configuration joint_to(group& g, unsigned leader, std::initializer_list<unsigned> ids) {
  auto next = with_voters(g, leader, ids);
  next.outgoing = g.core_of(leader).active_config().voters;
  return next;
}

configuration with_learners(group& g, unsigned leader, std::initializer_list<unsigned> ids) {
  auto next = g.next_config(leader);
  next.learners = replicas(ids);
  return next;
}

/// Ticks only `id` until it leads.
void campaign(group& g, unsigned id, int ticks = 60) {
  for (int i = 0; i < ticks && g.now(id).role != role_kind::leader; ++i) {
    g.tick(id);
    g.deliver();
  }
}

TEST(a_change, counts_from_its_append_on) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.isolate(1);
  auto next = with_voters(g, 1, {1, 2, 3, 4});
  ASSERT_TRUE(g.change(1, next));
  EXPECT_EQ(g.core_of(1).active_config(), next);
  EXPECT_EQ(g.core_of(1).committed_config().version, config_version{1});
}

TEST(a_change, is_refused_for_a_reason) {
  group g{group::options{3, 2, {}, 1}};
  EXPECT_EQ(g.change(1, with_voters(g, 1, {1, 2})).error().code, errc::not_leader);
  g.elect(1);
  auto old = with_voters(g, 1, {1, 2});
  --old.version.value;
  EXPECT_EQ(g.change(1, old).error().code, errc::version_differs);
  EXPECT_EQ(g.change(1, with_voters(g, 1, {1, 2, 4})).error().code, errc::illegal_transition);
  EXPECT_EQ(g.change(1, with_voters(g, 1, {})).error().code, errc::illegal_transition);
  auto wrong_half = joint_to(g, 1, {1, 2, 4});
  wrong_half.outgoing = replicas({1, 2});
  EXPECT_EQ(g.change(1, wrong_half).error().code, errc::illegal_transition);
  g.isolate(1);
  ASSERT_TRUE(g.change(1, with_learners(g, 1, {4})));
  EXPECT_EQ(g.change(1, with_learners(g, 1, {5})).error().code, errc::transition_in_flight);
}

TEST(a_joint_change, is_left_by_its_incoming_half_only) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  ASSERT_TRUE(g.change(1, joint_to(g, 1, {1, 2, 4})));
  g.deliver();
  g.run(2);
  EXPECT_TRUE(g.now(1).joint);
  EXPECT_EQ(g.change(1, joint_to(g, 1, {1, 2})).error().code, errc::transition_in_flight);
  auto other = with_voters(g, 1, {1, 4});
  other.outgoing.clear();
  EXPECT_EQ(g.change(1, other).error().code, errc::illegal_transition);
  auto leave = g.next_config(1);
  leave.outgoing.clear();
  ASSERT_TRUE(g.change(1, leave));
  g.deliver();
  EXPECT_FALSE(g.now(1).joint);
  EXPECT_EQ(g.core_of(4).active_config().voters, replicas({1, 2, 4}));
}

TEST(a_joint_change, needs_both_halves) {
  group g{group::options{3, 3, {}, 1}};
  g.elect(1);
  g.change_and_settle(1, with_learners(g, 1, {4, 5, 6}));
  g.run(3);
  for (unsigned a : {4U, 5U, 6U}) // The new half can't be reached.
    for (unsigned b : {1U, 2U, 3U})
      g.cut(a, b);
  auto next = joint_to(g, 1, {4, 5, 6});
  next.learners.clear();
  ASSERT_TRUE(g.change(1, next));
  auto commit = g.now(1).commit;
  for (int i = 0; i < 5; ++i) {
    g.tick(1);
    g.deliver();
  }
  EXPECT_EQ(g.now(1).commit, commit);
  g.heal();
  g.run(3);
  EXPECT_GT(g.now(1).commit, commit);
}

TEST(a_joint_change, that_counts_one_half_lets_two_leaders_commit) {
  planted bug{base::mutant::joint_counts_one_half};
  group g{group::options{3, 3, {}, 1}};
  g.expect_violations();
  g.elect(1);
  g.change_and_settle(1, with_learners(g, 1, {4, 5, 6}));
  g.run(3);
  for (unsigned a : {1U, 4U, 5U, 6U}) // Only 1 hears of the change, with the new half.
    for (unsigned b : {2U, 3U})
      g.cut(a, b);
  auto next = joint_to(g, 1, {4, 5, 6});
  next.learners.clear();
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  g.core_of(3).peer_down(node_id{1});
  g.core_of(2).peer_down(node_id{1});
  campaign(g, 2);
  EXPECT_TRUE(g.saw("two entries are committed"));
}

/// Four voters; 1 appends "5 is a voter" on itself and 5 alone; then 2 leads, with entries on 2 and
/// 3 alone.
void two_leaders_change(group& g) {
  g.elect(1);
  for (unsigned id : {2U, 3U, 4U})
    g.cut(1, id);
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {1, 2, 3, 4, 5})));
  for (int i = 0; i < 3; ++i) {
    g.tick(1);
    g.deliver();
  }
  ASSERT_EQ(g.core_of(5).active_config().voters.size(), 5U);
  g.drop_if(is<append>());
  for (unsigned id : {2U, 3U, 4U})
    g.core_of(id).peer_down(node_id{1});
  campaign(g, 2);
  ASSERT_EQ(g.now(2).role, role_kind::leader);
  ASSERT_FALSE(g.now(2).own_term_committed);
}

// C1 (raft-dev 2015, copycat #23, braft #182)
TEST(a_new_leader, refuses_changes_before_it_has_committed_an_own_entry) {
  group g{group::options{4, 1, {}, 1}};
  two_leaders_change(g);
  EXPECT_EQ(g.change(2, with_voters(g, 2, {2, 3, 4})).error().code, errc::transition_in_flight);
  g.drop_if(nullptr);
  g.tick(2);
  g.deliver();
  EXPECT_TRUE(g.change(2, with_voters(g, 2, {2, 3, 4})));
  g.deliver();
  g.heal();
  g.run(20);
  EXPECT_EQ(g.core_of(g.leader()).active_config().voters, replicas({2, 3, 4}));
}

TEST(a_new_leader, that_changes_membership_too_early_loses_a_committed_entry) {
  planted bug{base::mutant::change_before_own_term};
  group g{group::options{4, 1, {}, 1}};
  g.expect_violations();
  two_leaders_change(g);
  ASSERT_TRUE(g.change(2, with_voters(g, 2, {2, 3, 4})));
  g.drop_if(is_to<append>(4));
  g.tick(2);
  g.deliver();
  ASSERT_GE(g.now(2).commit, log_index{4}) << "by 2 and 3 of {2, 3, 4}";
  g.heal();
  for (unsigned id : {1U, 4U, 5U})
    for (unsigned other : {2U, 3U})
      g.cut(id, other);
  g.restart(1);
  g.tick(4, 10); // They haven't heard of a leader for a while.
  g.tick(5, 10);
  g.hold([](const envelope&) { return true; });
  campaign(g, 1);
  EXPECT_TRUE(g.saw("two entries are committed"));
}

// C2 (etcd #10998)
TEST(a_learner, votes_for_a_candidate_whose_configuration_counts_it) {
  group g{group::options{2, 1, {}, 1}};
  g.elect(1);
  g.change_and_settle(1, with_learners(g, 1, {3}));
  g.run(2);
  g.drop_if(is_to<append>(3)); // The promotion doesn't reach it.
  auto next = with_voters(g, 1, {1, 2, 3});
  next.learners.clear();
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  g.crash(1);
  g.heal();
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  campaign(g, 2);
  EXPECT_EQ(g.leader(), 2U);
}

// C3 (etcd #12359, #7625)
TEST(a_promotion_whose_commit_nobody_knows, still_makes_a_leader_after_the_old_one_died) {
  group g{group::options{2, 1, {}, 1}};
  g.elect(1);
  g.change_and_settle(1, with_learners(g, 1, {3}));
  g.run(2);
  auto next = with_voters(g, 1, {1, 2, 3});
  next.learners.clear();
  g.drop_if(is<append_accepted>());
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  g.crash(1);
  g.heal();
  g.run(40);
  EXPECT_NE(g.leader(), 0U);
  EXPECT_EQ(g.core_of(g.leader()).committed_config().voters.size(), 3U);
}

// C4 (redpanda #3055)
TEST(a_leader_that_hands_over_to_another_set, may_die_right_after_it_left) {
  group g{group::options{1, 1, {}, 1}};
  g.tick(1);
  g.change_and_settle(1, with_learners(g, 1, {2}));
  g.run(2);
  auto next = joint_to(g, 1, {2});
  next.learners.clear();
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  auto leave = g.next_config(1);
  leave.outgoing.clear();
  ASSERT_TRUE(g.change(1, leave));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  g.crash(1);
  g.elect(2); // It waits for a timeout: the leader might still live.
  EXPECT_EQ(g.now(2).commit, g.now(2).last.index);
}

// C5 (canonical/raft #250, #354)
TEST(an_uncommitted_change, is_rolled_back_with_its_entry_even_right_after_a_snapshot) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {1, 2, 3, 4})));
  g.core_of(1).compact(g[1].applied_to, bytes("image"));
  g.pump(1);
  EXPECT_EQ(g[1].durable.image->config.version, config_version{1}) << "C6: not the active one";
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  campaign(g, 2);
  g.heal();
  g.run(3);
  EXPECT_EQ(g.core_of(1).active_config().version, config_version{1});
  EXPECT_EQ(g.core_of(1).active_config().voters.size(), 3U);
  // C13: a change is possible again.
  EXPECT_TRUE(g.change(2, with_voters(g, 2, {1, 2, 3, 4})));
}

TEST(an_uncommitted_change, counts_again_after_a_restart) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {1, 2, 3, 4})));
  g.restart(1);
  EXPECT_EQ(g.core_of(1).active_config().version, config_version{2});
  EXPECT_EQ(g.core_of(1).committed_config().version, config_version{1});
}

// C14 (etcd, thesis 4.2.2)
TEST(a_leader_that_removes_itself, leads_until_that_is_committed_and_hands_over) {
  group g{3};
  g.elect(1);
  g.hold_writes(1); // Its own disk isn't needed any more.
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {2, 3})));
  g.drop_if(is<append_accepted>());
  g.deliver();
  EXPECT_EQ(g.now(1).role, role_kind::leader);
  g.heal();
  g.sync(1);
  g.run(2);
  EXPECT_EQ(g.now(1).role, role_kind::follower);
  EXPECT_NE(g.leader(), 0U) << "at once, without a timeout";
  EXPECT_NE(g.leader(), 1U);
  EXPECT_EQ(g.core_of(2).committed_config().voters, replicas({2, 3}));
  g.run(100);
  EXPECT_EQ(g.now(1).role, role_kind::follower) << "it doesn't campaign";
}

TEST(a_leader_that_removed_itself_and_crashed, may_campaign_while_that_isnt_known_to_be_committed) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {2, 3})));
  g.restart(1);
  g.tick(1, 20);
  EXPECT_EQ(g.now(1).role, role_kind::pre_candidate);
  g.deliver(); // Into the void.
  g.heal();
  g.restart(2);
  g.restart(3);
  campaign(g, 1);
  g.run(3);
  EXPECT_NE(g.leader(), 0U);
  EXPECT_EQ(g.core_of(2).committed_config().voters, replicas({2, 3}));
}

// E15 (RedisLabs/raft #13)
TEST(a_leader_that_isnt_a_voter, doesnt_count_itself) {
  group g{2};
  g.elect(1);
  g.cut(1, 2);
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {2})));
  auto commit = g.now(1).commit;
  g.tick(1, 3);
  EXPECT_EQ(g.now(1).commit, commit);
}

TEST(a_change_of_nothing_that_consensus_sees, is_one_change_like_any_other) {
  group g{3};
  g.elect(1);
  g.change_and_settle(1, g.next_config(1));
  EXPECT_EQ(g.core_of(3).committed_config().version, config_version{2});
}

} // namespace
} // namespace quorate::raft::test
