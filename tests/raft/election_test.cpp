// Elections: E1 to E16 of the bugs that others had, and the boot of single voters.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

settings short_timeouts() {
  settings each;
  each.election_ticks = 5;
  return each;
}

TEST(an_election, makes_one_leader_of_three_and_its_entry_is_applied_by_all) {
  group g{3};
  g.elect(1);
  EXPECT_EQ(g.now(1).current_term, term{2});
  EXPECT_TRUE(g.now(1).own_term_committed);
  for (auto id : g.ids()) {
    EXPECT_EQ(g.now(id).leader, node_id{1});
    EXPECT_EQ(g.now(id).applied, log_index{2});
  }
}

TEST(an_election, happens_by_itself) {
  group g{5};
  g.run(60);
  ASSERT_NE(g.leader(), 0U);
  EXPECT_LE(g.now(g.leader()).current_term.value, 5U);
}

TEST(an_election, isnt_disturbed_for_long_by_silence) {
  group g{3};
  g.elect(1);
  auto t = g.now(1).current_term;
  g.run(100);
  EXPECT_EQ(g.leader(), 1U);
  EXPECT_EQ(g.now(1).current_term, t);
}

TEST(a_sole_voter, leads_at_its_first_tick_once_its_vote_is_durable) {
  group g{1};
  g.hold_writes(1);
  g.tick(1);
  EXPECT_EQ(g.now(1).role, role_kind::candidate);
  g.sync(1);
  EXPECT_EQ(g.now(1).role, role_kind::leader);
  EXPECT_TRUE(g.now(1).own_term_committed);
}

TEST(a_sole_voter, beside_a_learner_leads_at_its_first_tick) {
  group g{group::options{1, 1, {}, 1}};
  g.tick(1);
  auto next = g.next_config(1);
  next.learners = replicas({2});
  g.change_and_settle(1, next);
  g.run(3);
  EXPECT_EQ(g.now(2).applied, g.now(1).applied);
  g.restart(1);
  g.tick(1);
  EXPECT_EQ(g.now(1).role, role_kind::leader);
}

// E1 (openraft #1220)
TEST(a_leader_that_sees_a_higher_vote, gives_no_vote_to_a_shorter_log) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  vote request{{log_index{1}, term{1}}, true}; // A transfer, so that it isn't ignored.
  g.step(1, g.message(3, 1, term{9}, request));
  EXPECT_EQ(g.now(1).role, role_kind::follower);
  EXPECT_EQ(g.now(1).current_term, term{9});
  EXPECT_EQ(g.core_of(1).hard_state().voted_for, replica{});
  auto answers = g.hold(is<vote_reply>());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(std::get<vote_reply>(answers[0].content).granted);
}

// E2 (openraft #1385)
TEST(a_refusal, teaches_a_term_and_never_a_role) {
  group g{3};
  g.tick(1, 20);
  ASSERT_EQ(g.now(1).role, role_kind::pre_candidate);
  auto refusal = g.message(2, 1, term{7}, vote_reply{false});
  refusal.request_boot = g[1].boot;
  g.step(1, refusal);
  EXPECT_EQ(g.now(1).role, role_kind::follower);
  EXPECT_EQ(g.now(1).current_term, term{7});
  EXPECT_EQ(g.now(1).leader, node_id{});
}

// E3 (hashicorp/raft #606)
TEST(a_leader_that_stepped_down_by_itself, doesnt_leave_the_group_without_one) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  g.tick(1, 10);
  ASSERT_EQ(g.now(1).role, role_kind::follower);
  g.heal();
  g.run(2 * 10 * 2);
  EXPECT_NE(g.leader(), 0U);
}

// E4 (hashicorp/raft #609)
TEST(a_hopeless_candidate, doesnt_starve_the_others_by_its_pre_votes) {
  group g{3};
  g.elect(1);
  g.isolate(3);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  g.crash(1);
  g.heal();
  for (int i = 0; i < 100 && g.leader() == 0; ++i) {
    pre_vote hopeless{term{g.now(3).current_term.value + 1}, {log_index{1}, term{1}}};
    g.network().push_back(g.message(3, 2, g.now(3).current_term, hopeless));
    g.tick(2);
    g.tick(3);
    g.deliver();
  }
  EXPECT_EQ(g.leader(), 2U);
}

// E5 (canonical/raft #279)
TEST(a_restarted_node_with_an_old_term, learns_the_newer_one_from_refusals) {
  group g{3};
  g.elect(1);
  g.isolate(2);
  g.crash(2);
  for (int i = 0; i < 4; ++i) { // The term rises without node 2.
    auto other = g.leader() == 1 ? 3U : 1U;
    ASSERT_TRUE(g.core_of(g.leader()).transfer(node_id{other}));
    g.pump(g.leader() == 1 ? 1 : 3);
    g.deliver();
    ASSERT_EQ(g.leader(), other);
  }
  g.crash(1);
  g.heal();
  g.restart(2);
  g.run(60);
  EXPECT_NE(g.leader(), 0U);
  EXPECT_GE(g.now(2).current_term.value, 6U);
}

// E6 (braft #154, jraft #15)
TEST(a_rejoining_follower, doesnt_depose_a_leader_that_has_its_quorum) {
  group g{3};
  g.elect(1);
  g.isolate(3);
  g.run(40);
  EXPECT_EQ(g.now(3).role, role_kind::pre_candidate);
  auto t = g.now(1).current_term;
  g.heal();
  // Its question reaches the leader first.
  g.tick(3, 20);
  auto questions = g.hold(is_to<pre_vote>(1));
  ASSERT_FALSE(questions.empty());
  for (auto& m : questions)
    g.step(1, m);
  auto answers = g.hold(is_to<pre_vote_reply>(3));
  EXPECT_FALSE(answers.empty());
  for (auto& m : answers)
    EXPECT_FALSE(std::get<pre_vote_reply>(m.content).granted);
  g.run(20);
  EXPECT_EQ(g.leader(), 1U);
  EXPECT_EQ(g.now(1).current_term, t);
}

// E6 again: even a real vote of a higher term.
TEST(a_sticky_leader, ignores_votes_of_higher_terms) {
  group g{3};
  g.elect(1);
  g.step(1, g.message(3, 1, term{9}, vote{{log_index{9}, term{8}}, false}));
  EXPECT_EQ(g.now(1).role, role_kind::leader);
  EXPECT_EQ(g.now(1).current_term, term{2});
}

// E7 (braft #405)
TEST(a_voter, doesnt_campaign_for_an_election_timeout_after_its_grant) {
  group g{3};
  g.tick(2, 9);
  g.step(2, g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  ASSERT_EQ(g.hold(is<vote_reply>()).size(), 1U);
  g.tick(2, 9);
  EXPECT_EQ(g.now(2).role, role_kind::follower);
}

// E8 (NuRaft #134)
TEST(a_pre_vote, refuses_a_shorter_log_so_terms_stay) {
  group g{3};
  g.elect(1);
  g.isolate(3);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  auto t = g.now(1).current_term;
  g.crash(1);
  g.heal();
  g.core_of(2).peer_down(node_id{1}); // So that it isn't sticky: only the logs can decide.
  for (int i = 0; i < 50; ++i) {
    g.tick(3);
    g.deliver();
  }
  EXPECT_EQ(g.now(3).role, role_kind::pre_candidate);
  EXPECT_EQ(g.now(3).current_term, t);
  EXPECT_EQ(g.leader(), 0U);
}

// E10 (nebula #2419)
TEST(a_repeated_vote_request, gets_the_same_grant) {
  group g{3};
  auto request = g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false});
  for (int i = 0; i < 2; ++i) {
    g.step(2, request);
    auto answers = g.hold(is<vote_reply>());
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_TRUE(std::get<vote_reply>(answers[0].content).granted);
  }
  g.step(2, g.message(3, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  auto answers = g.hold(is<vote_reply>());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(std::get<vote_reply>(answers[0].content).granted);
}

TEST(a_vote, survives_a_restart_and_isnt_given_twice) {
  group g{3};
  g.step(2, g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  g.restart(2);
  g.hold(is<vote_reply>());
  g.step(2, g.message(3, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  auto answers = g.hold(is<vote_reply>());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(std::get<vote_reply>(answers[0].content).granted);
}

// E11 (nebula #1303)
TEST(a_vote, never_touches_the_log) {
  group g{3};
  g.elect(1);
  g.cut(1, 3);
  ASSERT_TRUE(g.propose(1, "x"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m); // It may be committed.
  auto before = g.now(2).last;
  ASSERT_EQ(before.index, log_index{3});
  g.step(2, g.message(3, 2, term{8}, vote{{log_index{2}, term{2}}, true}));
  EXPECT_EQ(g.core_of(2).hard_state().voted_for, replica{});
  g.step(2, g.message(3, 2, term{9}, vote{{log_index{20}, term{7}}, true}));
  EXPECT_EQ(g.core_of(2).hard_state().voted_for, group::replica_of(3));
  g.step(2, g.message(3, 2, term{10}, vote{{log_index{2}, term{8}}, true}));
  EXPECT_EQ(g.core_of(2).hard_state().voted_for, group::replica_of(3)) << "newer, and shorter";
  EXPECT_EQ(g.now(2).last, before);
  EXPECT_EQ(g[2].durable.end(), before);
}

// E14 (RedisLabs/raft #34)
TEST(four_voters, decide_nothing_with_two) {
  group g{4};
  g.cut(1, 3);
  g.cut(1, 4);
  for (int i = 0; i < 40; ++i) {
    g.tick(1);
    g.deliver();
  }
  EXPECT_NE(g.now(1).role, role_kind::leader);
  g.heal();
  for (int i = 0; i < 20 && g.leader() == 0; ++i) {
    g.tick(1);
    g.deliver();
  }
  ASSERT_EQ(g.leader(), 1U);
  auto commit = g.now(1).commit;
  g.cut(1, 3);
  g.cut(1, 4);
  ASSERT_TRUE(g.propose(1, "x"));
  ASSERT_TRUE(g.core_of(1).read_index(read_token{1}));
  g.pump(1);
  g.deliver();
  EXPECT_EQ(g.now(1).commit, commit);
  EXPECT_TRUE(g[1].reads.empty());
}

TEST(a_leader_without_a_quorum, steps_down_within_an_election_timeout) {
  group g{5};
  g.elect(1);
  g.cut(1, 3);
  g.cut(1, 4);
  g.cut(1, 5);
  for (int i = 0; i < 10; ++i) {
    g.tick(1);
    g.deliver();
  }
  EXPECT_EQ(g.now(1).role, role_kind::follower);
}

TEST(messages_that_arent_meant_for_this_node, are_dropped_and_counted) {
  group g{3};
  g.elect(1);
  auto good = g.message(1, 2, term{2}, heartbeat{log_index{2}, 1});
  auto foreign = good;
  foreign.cluster.low = 99;
  auto misled = good;
  misled.to.storage.low = 99;
  auto other_disk = good;
  other_disk.from.storage.low = 99;
  auto older_life = good;
  --older_life.from_boot.counter;
  auto twin = good;
  ++twin.from_boot.nonce;
  auto to_older_life = g.message(1, 2, term{9}, vote_reply{false});
  to_older_life.request_boot = {g[2].boot.counter - 1, 4};
  std::uint64_t dropped = g.core_of(2).counts().messages_dropped;
  for (const auto& m : {foreign, misled, other_disk, older_life, twin, to_older_life}) {
    g.step(2, m);
    EXPECT_EQ(g.core_of(2).counts().messages_dropped, ++dropped) << describe(m);
    EXPECT_TRUE(g.network().empty());
  }
  EXPECT_EQ(g.now(2).current_term, term{2});
}

TEST(a_stale_leader, is_told_the_new_term) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  g.tick(2, 10);
  g.tick(3, 9);
  g.run(20);
  auto newer = g.leader();
  ASSERT_NE(newer, 1U);
  g.heal();
  g.run(3);
  EXPECT_EQ(g.now(1).leader, node_id{newer});
}

TEST(a_short_timeout, works_as_well) {
  group g{group::options{3, 0, short_timeouts(), 7}};
  g.run(30);
  EXPECT_NE(g.leader(), 0U);
}

} // namespace
} // namespace quorate::raft::test
