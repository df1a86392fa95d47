// What leaves a core only when it is durable: P1 to P8 of the bugs that others had, by whole cores.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

// P8
TEST(a_vote_request, leaves_when_term_vote_and_log_are_durable) {
  group g{3};
  g.elect(1);
  g.hold_writes(2);
  ASSERT_TRUE(g.propose(1, "x"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  ASSERT_EQ(g.now(2).last.index, log_index{3});
  ASSERT_EQ(g.now(2).durable, log_index{2});
  g.step(2, g.message(1, 2, g.now(1).current_term, timeout_now{}));
  ASSERT_EQ(g.now(2).role, role_kind::candidate);
  EXPECT_TRUE(g.hold(is<vote>()).empty());
  g.sync_one(2); // The entry.
  EXPECT_TRUE(g.hold(is<vote>()).empty());
  g.sync_one(2); // Term and vote.
  EXPECT_EQ(g.hold(is<vote>()).size(), 2U);
}

TEST(a_candidate, waits_for_a_slow_disk_instead_of_asking_in_ever_newer_terms) {
  group g{1};
  g.hold_writes(1);
  g.tick(1, 100);
  EXPECT_EQ(g[1].unsynced.size(), 1U);
  g.sync(1);
  EXPECT_EQ(g.now(1).role, role_kind::leader);
  EXPECT_EQ(g.now(1).current_term, term{2});
}

TEST(a_vote, leaves_when_it_is_durable) {
  group g{3};
  g.hold_writes(2);
  g.step(2, g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  EXPECT_TRUE(g.network().empty());
  g.sync(2);
  EXPECT_EQ(g.hold(is<vote_reply>()).size(), 1U);
}

TEST(a_vote, that_leaves_before_is_noticed) {
  planted bug{base::mutant::vote_before_durable};
  group g{3};
  g.expect_violations();
  g.hold_writes(2);
  g.step(2, g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  EXPECT_FALSE(g.violations().empty());
}

TEST(a_repeated_append, is_acknowledged_only_when_the_first_is_durable) {
  group g{3};
  g.elect(1);
  g.hold_writes(2);
  ASSERT_TRUE(g.propose(1, "x"));
  auto sent = g.hold(is_to<append>(2));
  ASSERT_EQ(sent.size(), 1U);
  g.step(2, sent[0]);
  g.step(2, sent[0]);
  EXPECT_TRUE(g.hold(is<append_accepted>()).empty());
  g.sync(2);
  EXPECT_EQ(g.hold(is<append_accepted>()).size(), 2U);
}

// Correction (b): a follower's commit may be ahead of its own disk.
TEST(an_acknowledgement_up_to_the_commit, waits_for_the_disk_too) {
  group g{3};
  g.elect(1);
  g.hold_writes(2);
  ASSERT_TRUE(g.propose(1, "x"));
  auto sent = g.hold(is_to<append>(2));
  g.step(2, sent[0]);
  g.step(2, g.message(1, 2, term{2}, append{{log_index{3}, term{2}}, {}, log_index{3}, 1}));
  ASSERT_EQ(g.now(2).commit, log_index{3});
  g.step(2, sent[0]); // Now below the commit.
  EXPECT_TRUE(g.hold(is<append_accepted>()).empty());
  g.sync(2);
  EXPECT_FALSE(g.hold(is<append_accepted>()).empty());
}

TEST(an_answer_in_a_new_term, leaves_when_the_term_is_durable) {
  group g{3};
  g.hold_writes(2);
  g.step(2, g.message(1, 2, term{5}, heartbeat{log_index{1}, 1}));
  EXPECT_TRUE(g.network().empty());
  g.sync(2);
  EXPECT_EQ(g.hold(is<heartbeat_reply>()).size(), 1U);
}

// P1 (etcd #1690)
TEST(a_late_acknowledgement_of_overwritten_entries, acknowledges_nothing_of_the_new_ones) {
  group g{3};
  g.hold_writes(2);
  auto append_of = [&](unsigned from, std::uint64_t t) {
    append x{{log_index{1}, term{1}}, {}, log_index{1}, 1};
    for (std::uint64_t i = 2; i <= 4; ++i) {
      entry e;
      e.index = log_index{i};
      e.entry_term = term{t};
      e.kind = entry_kind::command;
      e.payload = bytes("of term " + std::to_string(t));
      x.entries.push_back(e);
    }
    return g.message(from, 2, term{t}, x);
  };
  g.step(2, append_of(1, 2));
  g.step(2, append_of(3, 3));
  ASSERT_EQ(g[2].unsynced.size(), 2U);
  g.sync_one(2);
  EXPECT_EQ(g.now(2).durable, log_index{1});
  EXPECT_TRUE(g.hold(is<append_accepted>()).empty());
  g.sync_one(2);
  EXPECT_EQ(g.now(2).durable, log_index{4});
  auto acks = g.hold(is<append_accepted>());
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].to.id, node_id{3});
}

// P2 (openraft #1960)
TEST(a_merged_acknowledgement, covers_all_writes_before_it) {
  group g{1};
  g.tick(1);
  g.hold_writes(1);
  ASSERT_TRUE(g.propose(1, "x"));
  ASSERT_TRUE(g.propose(1, "y"));
  ASSERT_EQ(g[1].unsynced.size(), 2U);
  auto first = g[1].unsynced[0].sequence;
  auto second = g[1].unsynced[1].sequence;
  for (auto& write : g[1].unsynced)
    g[1].durable.execute(write);
  g[1].unsynced.clear();
  g.core_of(1).persisted(second);
  g.core_of(1).persisted(first);
  g.pump(1);
  EXPECT_EQ(commands(g[1]), (std::vector<std::string>{"x", "y"}));
}

TEST(a_leader, may_commit_by_the_others_disks_before_its_own) {
  group g{3};
  g.elect(1);
  g.hold_writes(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  EXPECT_EQ(g.now(1).commit, log_index{3});
  EXPECT_TRUE(commands(g[1]).empty()) << "but it applies what its own disk has";
  g.sync(1);
  EXPECT_EQ(commands(g[1]).size(), 1U);
}

// P6 (etcd #14093)
TEST(a_commit_hint_beyond_the_log, is_clamped) {
  group g{3};
  g[2].durable.state.commit = log_index{99};
  g.restart(2);
  EXPECT_EQ(g.now(2).commit, log_index{1});
}

TEST(sequences, go_on_after_those_of_earlier_writes) {
  group g{1};
  g[1].durable.last = storage::write_sequence{41};
  g.restart(1);
  g.hold_writes(1);
  g.tick(1);
  ASSERT_EQ(g[1].unsynced.size(), 1U);
  EXPECT_EQ(g[1].unsynced[0].sequence.value, 42U);
}

TEST(a_restarted_sender, fences_what_its_earlier_life_said) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  auto old = g.hold(is<append_accepted>());
  ASSERT_EQ(old.size(), 1U);
  g.restart(2);
  g.tick(1);
  g.hold(is<append>());
  g.deliver(); // 1 hears of the new life by its answer to a heartbeat.
  auto before = g.core_of(1).counts().messages_dropped;
  g.step(1, old[0]);
  EXPECT_EQ(g.core_of(1).counts().messages_dropped, before + 1);
}

TEST(a_restarted_sender, isnt_fenced_if_old_boots_count) {
  planted bug{base::mutant::old_boot_accepted};
  group g{3};
  g.elect(1);
  auto old = g.message(2, 1, term{2}, heartbeat_reply{1});
  old.request_boot = {0, 0};
  old.from_boot.counter = 0;
  g.step(1, old);
  EXPECT_EQ(g.core_of(1).counts().messages_dropped, 0U);
}

} // namespace
} // namespace quorate::raft::test
