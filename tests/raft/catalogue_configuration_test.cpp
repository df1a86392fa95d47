// Bugs that others had (docs/bug-classes.md), membership: where configuration_test.cpp and
// leaving_test.cpp don't go far enough to tell the rule from its absence.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

configuration with_voters(group& g, unsigned leader, std::initializer_list<unsigned> ids) {
  auto next = g.next_config(leader);
  next.voters = replicas(ids);
  return next;
}

/// Only this node's time passes until it leads.
void lead(group& g, unsigned id, int ticks = 60) {
  for (int i = 0; i < ticks && g.now(id).role != role_kind::leader; ++i) {
    g.tick(id);
    g.deliver();
  }
  ASSERT_EQ(g.now(id).role, role_kind::leader);
}

/// `old` leads apart with a change that nobody hears of, and `next` leads the others.
void strand_a_change(group& g, unsigned old, unsigned next) {
  g.isolate(old);
  auto learner = g.next_config(old);
  learner.learners = replicas({4});
  ASSERT_TRUE(g.change(old, learner));
  for (auto id : g.ids())
    if (id != old)
      g.core_of(id).peer_down(node_id{old});
  lead(g, next);
  g.heal();
  g.run(3);
  ASSERT_EQ(g.core_of(old).active_config().version, config_version{1});
}

// C8 (tikv #11463): a voter becomes a learner in one simple change, and its word decides nothing
// from then on.
TEST(a_demotion, takes_one_vote_by_a_simple_change) {
  group g{3};
  g.elect(1);
  auto next = with_voters(g, 1, {1, 2});
  next.learners = replicas({3});
  ASSERT_TRUE(g.change(1, next));
  g.deliver();
  g.run(2);
  EXPECT_EQ(g.core_of(3).committed_config(), next);
  EXPECT_FALSE(g.now(1).joint);
  g.isolate(2);
  auto commit = g.now(1).commit;
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  EXPECT_EQ(g.match_of(1, 3), g.now(1).last.index);
  EXPECT_EQ(g.now(1).commit, commit) << "a learner is no quorum";
  g.tick(3, 60);
  EXPECT_EQ(g.now(3).role, role_kind::follower);
}

// C8: but a demotion beside a promotion is two voters, whatever the caller calls it.
TEST(a_demotion, beside_a_promotion_has_to_be_joint) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  auto next = with_voters(g, 1, {1, 2, 4});
  next.learners = replicas({3});
  EXPECT_EQ(g.change(1, next).error().code, errc::illegal_transition);
  next.outgoing = g.core_of(1).active_config().voters;
  EXPECT_TRUE(g.change(1, next));
}

// C10 (etcd #10864): it hears of its demotion by an image only.
TEST(a_demotion, that_a_voter_learns_by_an_image_is_accepted) {
  group::options from;
  from.each.retained_entries = 0;
  group g{from};
  g.elect(1);
  g.isolate(3);
  auto next = with_voters(g, 1, {1, 2});
  next.learners = replicas({3});
  g.change_and_settle(1, next);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  g.core_of(1).compact(g[1].applied_to, bytes("image"));
  g.pump(1);
  ASSERT_GT(g.now(1).first, log_index{3});
  g.heal();
  g.run(10);
  EXPECT_EQ(g[3].installs, 1U);
  EXPECT_EQ(g.core_of(3).active_config(), next);
  ASSERT_TRUE(g.propose(1, "y"));
  g.deliver();
  g.run(1);
  EXPECT_EQ(commands(g[3]), std::vector<std::string>{"y"});
}

// C11 (redpanda #5340): what is committed is counted again as soon as others decide.
TEST(a_change, that_leaves_a_quorum_of_those_who_have_it_commits_without_another_word) {
  group g{2};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.propose(1, "x"));
  auto at = g.now(1).last.index;
  ASSERT_LT(g.now(1).commit, at);
  g.hold_writes(1); // So that no word of the disk can be the cause.
  ASSERT_TRUE(g.change(1, with_voters(g, 1, {1})));
  EXPECT_EQ(g.now(1).commit, at);
  EXPECT_EQ(commands(g[1]), std::vector<std::string>{"x"});
}

// C12 (RethinkDB 2.1.5): a hint, from whomever, deletes nothing.
TEST(a_hint_that_a_node_is_out, costs_it_nothing_but_its_voice) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  g.run(1);
  auto before = g.now(2);
  auto on_disk = g[2].durable.entries.size();
  auto hint = g.message(3, 2, term{2}, not_member{config_version{99}});
  hint.request_boot = g[2].boot;
  g.step(2, hint);
  EXPECT_TRUE(g.now(2).quiet);
  EXPECT_EQ(g.now(2).last, before.last);
  EXPECT_EQ(g.now(2).commit, before.commit);
  EXPECT_EQ(g[2].durable.entries.size(), on_disk);
  // It still votes for others, and a leader's word gives it back its voice.
  g.crash(1);
  g.core_of(3).peer_down(node_id{1});
  g.core_of(2).peer_down(node_id{1});
  lead(g, 3);
  EXPECT_FALSE(g.now(2).quiet);
}

// C13 (etcd, pendingConf): nothing remembers a change that is gone.
TEST(a_change_that_was_lost, keeps_neither_leader_from_the_next_one) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  strand_a_change(g, 1, 2);
  g.change_and_settle(2, g.next_config(2));
  ASSERT_TRUE(g.core_of(2).transfer(node_id{1}));
  g.pump(2);
  g.deliver();
  ASSERT_EQ(g.leader(), 1U);
  EXPECT_TRUE(g.change(1, g.next_config(1)));
}

// C15 (redpanda #2932)
TEST(a_transfer, isnt_refused_because_of_a_change) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.drop_if(is<append_accepted>());
  ASSERT_TRUE(g.change(1, g.next_config(1)));
  g.deliver();
  ASSERT_LT(g.now(1).commit, g.now(1).last.index) << "the change isn't committed";
  EXPECT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  g.heal();
  g.run(5);
  EXPECT_EQ(g.leader(), 2U);
}

TEST(a_transfer, isnt_refused_because_of_a_change_that_was_lost) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  strand_a_change(g, 1, 2);
  EXPECT_TRUE(g.core_of(2).transfer(node_id{1}));
  g.pump(2);
  g.deliver();
  ASSERT_EQ(g.leader(), 1U);
  EXPECT_TRUE(g.core_of(1).transfer(node_id{3}));
}

// J5 (etcd #3504, KAFKA-12181): the same id on a new disk is fed by nobody and counts for nothing.
TEST(an_id_on_a_new_disk, acknowledges_nothing_that_counts_until_it_is_taken_in) {
  group g{3};
  g.elect(1);
  g.run(1);
  g.isolate(3);
  g.crash(2);
  g[2].durable = {};
  g[2].self.storage.low = 78;
  g.restart(2);
  ASSERT_TRUE(g.propose(1, "x"));
  auto commit = g.now(1).commit;
  for (int i = 0; i < 8; ++i) {
    g.tick(1);
    g.deliver();
  }
  EXPECT_EQ(g.now(2).last.index, log_index{0});
  auto ack = g.message(2, 1, term{2}, append_accepted{g.now(1).last.index, 1'000});
  ack.from.storage.low = 78;
  ack.request_boot = g[1].boot;
  g.step(1, ack);
  EXPECT_EQ(g.now(1).commit, commit);
  // The lost disk goes, with the help of 3; then the new one comes.
  g.heal();
  g.run(2);
  g.change_and_settle(1, with_voters(g, 1, {1, 3}));
  auto next = g.next_config(1);
  next.learners = {g[2].self};
  g.change_and_settle(1, next);
  g.run(5);
  EXPECT_EQ(commands(g[2]), std::vector<std::string>{"x"});
}

// J5: nor may one id stand for two disks at any time.
TEST(an_id_on_a_new_disk, doesnt_replace_the_old_one_in_a_single_change) {
  group g{3};
  g.elect(1);
  auto next = g.next_config(1);
  next.voters[1].storage.low = 78;
  EXPECT_EQ(g.change(1, next).error().code, errc::illegal_transition);
  next = with_voters(g, 1, {1, 3});
  next.learners = {replica{node_id{2}, storage_id{2, 78}}};
  EXPECT_EQ(g.change(1, next).error().code, errc::illegal_transition);
}

} // namespace
} // namespace quorate::raft::test
