// What is committed, by leaders and by followers, and what is lost if the rules are broken.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace quorate::raft::test {
namespace {

/// Everybody but the leader forgets whom it heard: restarts, so that it isn't sticky.
void forget_leader(group& g, std::initializer_list<unsigned> who) {
  for (auto id : who)
    g.restart(id);
}

/// Figure 3.7 of the thesis up to (c): entry 3 of term 2 is on 1, 2, 3 and 4, the leader is 1 in
/// term 4, and its own entry is nowhere else. 5 has another entry 3, of term 3.
void figure_eight(group& g) {
  g.elect(1);
  for (auto id : {3U, 4U, 5U})
    g.cut(1, id);
  g.cut(2, 5);
  ASSERT_TRUE(g.propose(1, "old")); // Entry 3 of term 2, on 1 and 2.
  g.deliver();
  g.crash(1);
  forget_leader(g, {3, 4});
  g.restart(5);
  g.drop_if(is<append>());
  for (int i = 0; i < 40 && g.leader() != 5; ++i) {
    g.tick(5);
    g.deliver();
  }
  ASSERT_EQ(g.leader(), 5U);
  ASSERT_EQ(g.now(5).last, (log_position{log_index{3}, term{3}}));
  g.crash(5);
  g.heal();
  g.restart(1);
  forget_leader(g, {2, 3, 4});
  // What 1 sends after its election: the old entry reaches 3, its own one is stored by nobody.
  g.drop_if([&g](const envelope& m) {
    const auto* x = std::get_if<append>(&m.content);
    bool own = x && std::any_of(x->entries.begin(), x->entries.end(), [&](const entry& e) {
                 return e.entry_term == m.sender_term;
               });
    bool fits = x && g.core_of(m.to.id.value).entries().contains(x->previous);
    return own && fits;
  });
  for (int i = 0; i < 60 && g.leader() != 1; ++i) {
    g.tick(1);
    g.deliver();
  }
  ASSERT_EQ(g.leader(), 1U);
  for (int i = 0; i < 3; ++i) {
    g.tick(1);
    g.deliver();
  }
  for (unsigned id : {3U, 4U}) {
    ASSERT_EQ(g.now(id).last, (log_position{log_index{3}, term{2}}));
    ASSERT_EQ(g.match_of(1, id), log_index{3});
  }
}

group::options five() {
  group::options from;
  from.voters = 5;
  from.each.append_entries_max = 1;
  return from;
}

// R1 (goraft #27, CCF #3950)
TEST(an_entry_of_an_earlier_term, isnt_committed_by_counting) {
  group g{five()};
  figure_eight(g);
  EXPECT_EQ(g.now(1).commit, log_index{2});
  g.heal();
  g.run(3);
  EXPECT_GE(g.now(1).commit, log_index{4}) << "its own entry commits both";
}

TEST(figure_eight, loses_a_committed_entry_if_it_is_counted) {
  planted bug{base::mutant::commit_without_own_term};
  group g{five()};
  g.expect_violations();
  figure_eight(g);
  ASSERT_EQ(g.now(1).commit, log_index{3});
  g.crash(1);
  g.heal();
  g.restart(5);
  forget_leader(g, {2, 3, 4});
  for (int i = 0; i < 60 && g.leader() != 5; ++i) {
    g.tick(5);
    g.deliver();
  }
  EXPECT_TRUE(g.saw("lacks the committed entry 3"));
}

// Append rule (d): the last index that *this message* verified.
TEST(a_commit_index, counts_only_as_far_as_its_message_verifies) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  ASSERT_TRUE(g.propose(1, "y"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  g.hold(is<append_accepted>());
  ASSERT_EQ(g.now(2).last.index, log_index{4});
  // A leader of the next term agrees up to 3, has committed far more, and sends nothing.
  append ask{{log_index{3}, term{2}}, {}, log_index{9}, 1};
  g.step(2, g.message(3, 2, term{3}, ask));
  EXPECT_EQ(g.now(2).commit, log_index{3});
}

TEST(a_commit_index, covers_what_nobody_verified_if_it_counts_further) {
  planted bug{base::mutant::commit_beyond_verified};
  group g{3};
  g.expect_violations();
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  ASSERT_TRUE(g.propose(1, "y"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m);
  append ask{{log_index{3}, term{2}}, {}, log_index{9}, 1};
  g.step(2, g.message(3, 2, term{3}, ask));
  EXPECT_EQ(g.now(2).commit, log_index{4});
}

// R9 (etcd #10508, #14370)
TEST(a_single_node, commits_nothing_before_it_is_durable) {
  group g{1};
  g.tick(1);
  g.hold_writes(1);
  ASSERT_TRUE(g.propose(1, "x"));
  EXPECT_TRUE(commands(g[1]).empty());
  EXPECT_EQ(g.now(1).commit, log_index{2});
  g.crash(1);
  g.restart(1);
  g.tick(1);
  EXPECT_TRUE(commands(g[1]).empty());
  ASSERT_TRUE(g.propose(1, "y"));
  EXPECT_EQ(commands(g[1]), std::vector<std::string>{"y"});
}

// R10 (redpanda #31642)
TEST(a_commit_that_is_learned_before_the_flush, is_applied_after_it_without_another_word) {
  group g{3};
  g.elect(1);
  g.hold_writes(2);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  g.run(1);
  EXPECT_EQ(g.now(2).commit, g.now(1).commit);
  EXPECT_TRUE(commands(g[2]).empty());
  g.isolate(2);
  g.sync(2);
  EXPECT_EQ(commands(g[2]), std::vector<std::string>{"x"});
}

// R15 (openraft #1246)
TEST(a_single_node, commits_and_applies_its_tail_after_a_restart) {
  group g{1};
  g.tick(1);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(g.propose(1, "x"));
  g[1].durable.state.commit = log_index{1}; // The hint may be old.
  g.restart(1);
  g.tick(1);
  EXPECT_EQ(g.now(1).role, role_kind::leader);
  EXPECT_EQ(commands(g[1]).size(), 3U);
}

} // namespace
} // namespace quorate::raft::test
