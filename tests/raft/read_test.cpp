// Linearizable reads: D1 to D8 of the bugs that others had.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

/// 2 leads in a new term and hasn't committed anything of it; 1, before it, committed "x" with 3
/// and told nobody.
void lead_without_knowing_the_commit(group& g) {
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  for (unsigned id : {2U, 3U})
    for (auto& m : g.hold(is_to<append>(id)))
      g.step(id, m);
  for (auto& m : g.hold(is_to<append_accepted>(1)))
    g.step(1, m);
  ASSERT_EQ(g.now(1).commit, log_index{3});
  g.hold([](const envelope&) { return true; });
  g.isolate(1);
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  g.drop_if(is<append>());
  for (int i = 0; i < 5 && g.now(2).role != role_kind::leader; ++i) {
    g.tick(2);
    g.deliver();
  }
  ASSERT_EQ(g.now(2).role, role_kind::leader);
  ASSERT_EQ(g.now(2).commit, log_index{2});
}

TEST(a_read, is_confirmed_by_a_quorum_and_sees_what_was_committed) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  ASSERT_TRUE(g.read(1, 7));
  EXPECT_TRUE(g[1].reads.empty());
  g.deliver();
  ASSERT_EQ(g[1].reads.size(), 1U);
  EXPECT_EQ(g[1].reads[0].token, read_token{7});
  EXPECT_EQ(g[1].reads[0].index, g.now(1).commit);
}

TEST(a_read, is_confirmed_at_once_by_a_sole_voter) {
  group g{1};
  g.tick(1);
  ASSERT_TRUE(g.read(1, 7));
  EXPECT_EQ(g[1].reads.size(), 1U);
}

// D7 (tikv #5316)
TEST(a_read, is_refused_by_whoever_knows_no_leader) {
  group g{3};
  EXPECT_EQ(g.read(2, 1).error().code, errc::not_leader);
}

// -- at a follower --------------------------------------------------------------------------------

TEST(a_followers_reads, are_confirmed_by_its_leader_in_one_round) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  ASSERT_TRUE(g.core_of(2).read_index(read_token{1}));
  ASSERT_TRUE(g.core_of(2).read_index(read_token{2}));
  g.pump(2);
  EXPECT_EQ(g.network().size(), 1U);
  g.deliver();
  ASSERT_EQ(g[2].reads.size(), 2U);
  EXPECT_EQ(g[2].reads[0].index, g.now(1).commit);
}

TEST(a_followers_read, waits_for_a_new_leaders_first_own_entry) {
  group g{3};
  lead_without_knowing_the_commit(g);
  ASSERT_EQ(g.now(3).leader, node_id{0}) << "appends are lost, so it knows of no leader";
  g.drop_if(is<append_accepted>());
  g.run(1);
  ASSERT_EQ(g.now(3).leader, node_id{2});
  ASSERT_TRUE(g.read(3, 1));
  g.run(2);
  EXPECT_TRUE(g[3].reads.empty());
  g.drop_if(nullptr);
  g.run(3);
  ASSERT_EQ(g[3].reads.size(), 1U);
  EXPECT_GE(g[3].reads[0].index, log_index{4});
}

TEST(a_followers_read, fails_when_the_request_is_lost) {
  group g{3};
  g.elect(1);
  g.drop_if(is<read_request>());
  ASSERT_TRUE(g.read(2, 1));
  g.run(9);
  EXPECT_TRUE(g[2].failed_reads.empty());
  g.run(1);
  EXPECT_EQ(g[2].failed_reads, std::vector<read_token>{read_token{1}});
}

TEST(a_followers_read, fails_with_its_leader) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.read(2, 1));
  g.core_of(2).peer_down(node_id{1});
  g.pump(2);
  EXPECT_EQ(g[2].failed_reads, std::vector<read_token>{read_token{1}});
}

TEST(a_followers_read, is_refused_by_a_leader_that_steps_down) {
  group g{3};
  g.elect(1);
  g.cut(1, 3);
  ASSERT_TRUE(g.read(2, 1));
  auto request = g.hold(is<read_request>());
  ASSERT_EQ(request.size(), 1U);
  g.cut(1, 2);
  g.step(1, request[0]);
  g.tick(1, 10); // Nobody answers it.
  EXPECT_EQ(g.now(1).role, role_kind::follower);
  EXPECT_TRUE(g[2].reads.empty());
}

TEST(an_answer_to_a_followers_read, counts_once) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.read(2, 1));
  for (auto& m : g.hold(is<read_request>()))
    g.step(1, m);
  auto rounds = g.hold(is<heartbeat>());
  for (auto& m : rounds)
    g.step(static_cast<unsigned>(m.to.id.value), m);
  for (auto& m : g.hold(is<heartbeat_reply>()))
    g.step(1, m);
  auto answer = g.hold(is<read_reply>());
  ASSERT_EQ(answer.size(), 1U);
  g.step(2, answer[0]);
  g.step(2, answer[0]);
  EXPECT_EQ(g[2].reads.size(), 1U);
}

TEST(reads_between_two_readies, share_one_round) {
  group g{3};
  g.elect(1);
  for (std::uint64_t i = 1; i <= 5; ++i)
    ASSERT_TRUE(g.core_of(1).read_index(read_token{i}));
  g.pump(1);
  EXPECT_EQ(g.network().size(), 2U);
  g.deliver();
  EXPECT_EQ(g[1].reads.size(), 5U);
}

// D1 (etcd #7331)
TEST(a_read_at_a_new_leader, waits_for_its_first_own_entry) {
  group g{3};
  lead_without_knowing_the_commit(g);
  ASSERT_TRUE(g.read(2, 1));
  g.tick(2);
  g.deliver();
  EXPECT_TRUE(g[2].reads.empty());
  g.drop_if(nullptr);
  g.run(2);
  ASSERT_EQ(g[2].reads.size(), 1U);
  EXPECT_GE(g[2].reads[0].index, log_index{4});
}

TEST(a_read_at_a_new_leader, that_doesnt_wait_is_stale) {
  planted bug{base::mutant::read_before_own_term};
  group g{3};
  g.expect_violations();
  lead_without_knowing_the_commit(g);
  ASSERT_TRUE(g.read(2, 1));
  g.deliver();
  EXPECT_FALSE(g.violations().empty());
}

// D2 (d-engine #381)
TEST(a_read_at_a_leader_without_a_quorum, is_never_confirmed_and_fails_once) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.read(1, 1));
  ASSERT_TRUE(g.read(1, 2));
  g.deliver();
  EXPECT_TRUE(g[1].reads.empty());
  g.tick(1, 15);
  EXPECT_TRUE(g[1].reads.empty());
  EXPECT_EQ(g[1].failed_reads, (std::vector<read_token>{read_token{1}, read_token{2}}));
}

TEST(a_read_at_a_leader_without_a_quorum, is_stale_if_nobody_is_asked) {
  planted bug{base::mutant::read_without_round};
  group g{3};
  g.expect_violations();
  g.elect(1);
  g.isolate(1);
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  for (int i = 0; i < 5 && g.now(2).role != role_kind::leader; ++i) {
    g.tick(2);
    g.deliver();
  }
  ASSERT_TRUE(g.propose(2, "y"));
  g.deliver();
  ASSERT_TRUE(g.read(1, 1));
  EXPECT_FALSE(g.violations().empty());
}

// D3 (etcd #20418)
TEST(a_late_answer_to_an_earlier_round, doesnt_confirm_a_later_read) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.read(1, 1));
  for (unsigned id : {2U, 3U})
    for (auto& m : g.hold(is_to<heartbeat>(id)))
      g.step(id, m);
  auto old = g.hold(is<heartbeat_reply>());
  ASSERT_EQ(old.size(), 2U);
  ASSERT_TRUE(g.read(1, 1)); // The same token once more.
  g.hold(is<heartbeat>());
  g.step(1, old[0]);
  EXPECT_EQ(g[1].reads.size(), 1U) << "the first, and not the second";
  g.step(1, old[1]);
  EXPECT_EQ(g[1].reads.size(), 1U);
  g.run(1);
  EXPECT_EQ(g[1].reads.size(), 2U);
}

TEST(reads, fail_when_a_higher_term_is_seen) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.read(1, 4));
  g.hold(is<heartbeat>());
  g.step(1, g.message(2, 1, term{9}, heartbeat{log_index{1}, 1}));
  EXPECT_EQ(g[1].failed_reads, std::vector<read_token>{read_token{4}});
}

TEST(reads, go_on_during_a_transfer) {
  group g{3};
  g.elect(1);
  g.drop_if(is<timeout_now>());
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  ASSERT_TRUE(g.read(1, 4));
  g.deliver();
  EXPECT_EQ(g[1].reads.size(), 1U);
}

TEST(a_joint_configuration, confirms_reads_by_both_halves) {
  group g{group::options{1, 1, {}, 1}};
  g.tick(1);
  auto next = g.next_config(1);
  next.learners = replicas({2});
  g.change_and_settle(1, next);
  g.run(2);
  next = g.next_config(1);
  next.learners.clear();
  next.outgoing = next.voters;
  next.voters = replicas({2});
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  g.cut(1, 2);
  ASSERT_TRUE(g.read(1, 1));
  g.deliver();
  EXPECT_TRUE(g[1].reads.empty());
  g.heal();
  g.run(1);
  EXPECT_EQ(g[1].reads.size(), 1U);
}

} // namespace
} // namespace quorate::raft::test
