// Replication and commit: R1 to R17 of the bugs that others had.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

settings one_entry_at_a_time() {
  settings each;
  each.append_entries_max = 1;
  return each;
}

TEST(a_command, is_applied_by_all_in_the_same_order) {
  group g{3};
  g.elect(1);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(g.propose(1, "c" + std::to_string(i)));
  g.deliver();
  for (auto id : g.ids()) {
    ASSERT_EQ(commands(g[id]).size(), 20U);
    EXPECT_EQ(commands(g[id]), commands(g[1]));
  }
}

TEST(commands_between_two_readies, share_one_write_and_one_append) {
  group g{3};
  g.elect(1);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(g.core_of(1).propose({bytes("x")}));
  auto todo = g.core_of(1).take_ready();
  ASSERT_TRUE(todo.write);
  EXPECT_EQ(todo.write->entries.size(), 5U);
  ASSERT_EQ(todo.messages.size(), 2U);
  EXPECT_EQ(std::get<append>(todo.messages[0].content).entries.size(), 5U);
}

TEST(a_proposal, is_refused_by_whoever_doesnt_lead_and_names_who_does) {
  group g{3};
  g.elect(1);
  auto refused = g.propose(2, "x");
  EXPECT_EQ(refused.error().code, errc::not_leader);
  EXPECT_EQ(refused.error().leader, node_id{1});
}

TEST(proposals, are_refused_beyond_the_bytes_that_may_wait) {
  group::options from;
  from.each.uncommitted_bytes_max = 1'000;
  group g{from};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.propose(1, std::string(5'000, 'x'))) << "the first is let in";
  EXPECT_EQ(g.propose(1, "y").error().code, errc::overloaded);
  g.heal();
  g.run(2);
  EXPECT_TRUE(g.propose(1, "y"));
}

// R2 (CCF #5674)
TEST(stepping_down, never_truncates) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  ASSERT_TRUE(g.propose(1, "x"));
  auto last = g.now(1).last;
  g.tick(1, 12);
  EXPECT_NE(g.now(1).role, role_kind::leader);
  EXPECT_EQ(g.now(1).last, last);
}

/// 1 leads in term 2 with a tail that nobody has; then 2 leads.
void diverge(group& g, unsigned tail) {
  g.elect(1);
  g.isolate(1);
  for (unsigned i = 0; i < tail; ++i)
    ASSERT_TRUE(g.propose(1, "lost" + std::to_string(i)));
  g.core_of(2).peer_down(node_id{1});
  g.core_of(3).peer_down(node_id{1});
  for (int i = 0; i < 5 && g.leader() != 2; ++i) {
    g.tick(2);
    g.deliver();
  }
  ASSERT_EQ(g.now(2).role, role_kind::leader);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(g.propose(2, "kept" + std::to_string(i)));
  g.deliver();
}

// R3 (CCF #5325)
TEST(a_hint, is_never_counted_as_a_match) {
  group g{3};
  diverge(g, 6);
  ASSERT_TRUE(g.core_of(2).transfer(node_id{3})); // Who tries where its own log ends.
  g.pump(2);
  g.deliver();
  ASSERT_EQ(g.leader(), 3U);
  g.heal();
  g.tick(3);
  std::size_t hints = 0;
  g.drop_if([&](const envelope& m) { // It refuses, and is given nothing that it would take.
    const auto* x = std::get_if<append>(&m.content);
    hints += std::holds_alternative<append_rejected>(m.content) ? 1 : 0;
    return x && m.to.id == node_id{1} && g.core_of(1).entries().contains(x->previous);
  });
  for (int i = 0; i < 3; ++i) {
    g.deliver();
    g.tick(3);
  }
  EXPECT_GT(hints, 0U);
  EXPECT_EQ(g.match_of(3, 1), log_index{0});
  g.heal();
  g.run(3);
  EXPECT_EQ(g.now(1).last, g.now(2).last);
  EXPECT_EQ(commands(g[1]), commands(g[2]));
}

// R5, R6 (CCF #3723, #2803)
TEST(divergent_logs, agree_again_within_a_few_round_trips) {
  group g{3};
  diverge(g, 4); // One beyond, and as long as, the new leader's.
  g.heal();
  g.run(2);
  EXPECT_EQ(g.now(1).last, g.now(2).last);
  g.check_logs();
}

// R4 (CCF #5991)
TEST(a_reordered_old_append, doesnt_shorten_the_log) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "a"));
  auto first = g.hold(is_to<append>(2));
  ASSERT_EQ(first.size(), 1U);
  g.step(2, first[0]);
  ASSERT_TRUE(g.propose(1, "b"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  auto last = g.now(2).last;
  ASSERT_EQ(last.index, log_index{4});
  g.step(2, first[0]);
  EXPECT_EQ(g.now(2).last, last);
}

TEST(a_reordered_old_append, shortens_the_log_if_it_truncates_without_a_conflict) {
  planted bug{base::mutant::truncate_without_conflict};
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "a"));
  auto first = g.hold(is_to<append>(2));
  ASSERT_EQ(first.size(), 1U);
  g.step(2, first[0]);
  ASSERT_TRUE(g.propose(1, "b"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  g.step(2, first[0]);
  EXPECT_EQ(g.now(2).last.index, log_index{3});
}

// R7 (openraft #1500)
TEST(a_rejection_that_was_overtaken, is_ignored) {
  group g{3};
  g.elect(1);
  g.isolate(3);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  ASSERT_TRUE(g.core_of(1).transfer(node_id{2}));
  g.pump(1);
  g.deliver();
  ASSERT_EQ(g.leader(), 2U);
  g.heal();
  g.tick(2);
  std::vector<envelope> rejections;
  for (int i = 0; i < 200 && !g.network().empty(); ++i) {
    const auto& m = g.network().front();
    if (std::holds_alternative<append_rejected>(m.content) && m.to.id == node_id{2})
      rejections.push_back(m);
    g.deliver_at(0);
  }
  ASSERT_FALSE(rejections.empty());
  auto before = g.core_of(2).peers();
  for (auto& m : rejections)
    g.step(2, m);
  auto after = g.core_of(2).peers();
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(before[i].match, after[i].match);
  g.run(2);
  EXPECT_EQ(g.now(3).last, g.now(2).last);
}

// R12 (redpanda #13495)
TEST(appends, may_come_twice_and_in_any_order) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    base::random rng{seed};
    group g{group::options{3, 0, one_entry_at_a_time(), seed}};
    g.elect(1);
    std::vector<envelope> sent;
    for (int i = 0; i < 12; ++i) {
      ASSERT_TRUE(g.propose(1, "c" + std::to_string(i)));
      for (auto& m : g.hold(is_to<append>(2)))
        sent.push_back(m);
    }
    ASSERT_EQ(sent.size(), 12U);
    for (int i = 0; i < 300; ++i)
      g.step(2, sent[rng.below(sent.size())]);
    EXPECT_EQ(g.now(2).last, g.now(1).last);
    g.check_logs();
  }
}

TEST(committed_entries, are_handed_out_by_the_first_ready_after_a_start) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  ASSERT_TRUE(g.propose(1, "y"));
  g.deliver();
  g.restart(1);
  EXPECT_GE(g[1].applied.size(), 2U);
}

// R17 (etcd, slow follower)
TEST(a_window_that_was_lost_as_a_whole, is_found_out_by_heartbeats) {
  group::options from;
  from.each.inflight_messages_max = 2;
  from.each.append_entries_max = 1;
  group g{from};
  g.elect(1);
  g.drop_if(is_to<append>(2));
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(g.propose(1, "c" + std::to_string(i)));
  g.deliver();
  EXPECT_EQ(g.now(2).last.index, log_index{2});
  g.heal();
  g.run(8);
  EXPECT_EQ(g.now(2).last, g.now(1).last);
  EXPECT_EQ(commands(g[2]).size(), 10U);
}

TEST(an_idle_group, sends_heartbeats_and_nothing_else) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.run(3);
  for (int i = 0; i < 10; ++i) {
    g.tick(1);
    for (const auto& m : g.network())
      EXPECT_TRUE(std::holds_alternative<heartbeat>(m.content)) << describe(m);
    g.deliver();
  }
}

TEST(a_malformed_append, is_dropped) {
  group g{3};
  entry gap;
  gap.index = log_index{7};
  gap.entry_term = term{2};
  gap.kind = entry_kind::command;
  g.step(2, g.message(1, 2, term{2}, append{{log_index{1}, term{1}}, {gap}, log_index{0}, 1}));
  EXPECT_EQ(g.core_of(2).counts().messages_dropped, 1U);
  EXPECT_EQ(g.now(2).last.index, log_index{1});
}

} // namespace
} // namespace quorate::raft::test
