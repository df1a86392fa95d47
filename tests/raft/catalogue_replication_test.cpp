// Bugs that others had (docs/bug-classes.md), replication and disks: where replication_test.cpp,
// commit_test.cpp and persistence_test.cpp don't go far enough to tell the rule from its absence.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <set>

namespace quorate::raft::test {
namespace {

/// Writes entries of these terms behind what is on a node's disk, and starts it in `current`.
void give_log(group& g, unsigned id, const std::vector<std::uint64_t>& terms, term current) {
  g.crash(id);
  auto& on_disk = g[id].durable;
  for (auto t : terms) {
    entry x;
    x.index.value = on_disk.end().index.value + 1;
    x.entry_term.value = t;
    x.kind = entry_kind::command;
    x.payload = bytes("of term " + std::to_string(t));
    on_disk.entries.push_back(x);
  }
  on_disk.state.current_term = current;
  g.restart(id);
}

void lead(group& g, unsigned id, int ticks = 60) {
  for (int i = 0; i < ticks && g.now(id).role != role_kind::leader; ++i) {
    g.tick(id);
    g.deliver();
  }
  ASSERT_EQ(g.now(id).role, role_kind::leader);
}

void forget_leader(group& g, std::initializer_list<unsigned> who, unsigned leader) {
  for (auto id : who)
    g.core_of(id).peer_down(node_id{leader});
}

// R5 (CCF #3723): terms that alternate on both sides, with heartbeats between all messages.
TEST(logs_that_diverge_in_many_terms, agree_after_no_more_refusals_than_there_are_terms) {
  group g{3};
  give_log(g, 1, {2, 2, 2, 4, 4, 6, 6, 6}, term{7});
  give_log(g, 2, {3, 3, 3, 5, 5, 5, 7}, term{7});
  give_log(g, 3, {3, 3, 3, 5, 5, 5, 7}, term{7});
  std::set<log_index> refused; // An unanswered question is repeated, so each is counted once.
  g.drop_if([&refused](const envelope& m) {
    if (const auto* x = std::get_if<append_rejected>(&m.content); x && x->previous.value != 0)
      refused.insert(x->previous);
    return false;
  });
  for (int i = 0; i < 30 && g.now(2).role == role_kind::follower; ++i)
    g.tick(2);
  for (int i = 0; i < 400; ++i) {
    if (g.network().empty() || (i % 3 == 0 && g.now(2).role == role_kind::leader))
      g.tick(2);
    else
      g.deliver_at(0);
  }
  g.deliver();
  ASSERT_EQ(g.leader(), 2U);
  EXPECT_EQ(g.now(1).last, g.now(2).last);
  EXPECT_FALSE(refused.empty());
  EXPECT_LE(refused.size(), 4U) << "one for each of 1, 2, 4, 6";
  g.check_logs();
}

// R6 (CCF #2803): what nobody else has ends before, at, or behind the new leader's first entry.
TEST(logs_that_diverge_by_a_tail_of_any_length, agree_again) {
  for (std::size_t tail = 1; tail <= 6; ++tail) {
    group g{3};
    give_log(g, 1, std::vector<std::uint64_t>(tail, 2), term{2});
    give_log(g, 2, {}, term{2});
    give_log(g, 3, {}, term{2});
    g.isolate(1);
    lead(g, 2);
    g.heal();
    g.run(2);
    EXPECT_EQ(g.now(1).last, g.now(2).last) << tail;
    EXPECT_EQ(g.now(1).commit, g.now(2).commit) << tail;
    g.check_logs();
  }
}

// R3 (CCF #5325): the hint of a diverging follower and the word of another one together are no
// quorum.
TEST(a_hint, doesnt_make_a_quorum_with_anothers_acknowledgement) {
  group g{5};
  give_log(g, 1, {2, 2, 2, 2, 2}, term{2});
  for (unsigned id : {2U, 3U, 4U, 5U})
    give_log(g, id, {3, 3, 3}, term{3});
  g.isolate(1);
  lead(g, 2);
  auto commit = g.now(2).commit;
  g.heal();
  g.cut(2, 4);
  g.cut(2, 5);
  ASSERT_TRUE(g.propose(2, "y"));
  std::size_t hints = 0;
  g.drop_if([&](const envelope& m) { // 1 refuses, and is given nothing that it would take.
    const auto* x = std::get_if<append>(&m.content);
    hints += std::holds_alternative<append_rejected>(m.content) ? 1 : 0;
    return x != nullptr && m.to.id == node_id{1} && g.core_of(1).entries().contains(x->previous);
  });
  for (int i = 0; i < 5; ++i) {
    g.deliver();
    g.tick(2);
  }
  EXPECT_GT(hints, 0U);
  EXPECT_EQ(g.match_of(2, 3), g.now(2).last.index);
  EXPECT_EQ(g.match_of(2, 1), log_index{0}) << "it has accepted nothing";
  EXPECT_EQ(g.now(2).commit, commit) << "on 2 and 3 of five";
}

// R11 (redpanda #16475)
TEST(an_append_that_contradicts_what_is_committed, takes_nothing_of_it_away) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "a"));
  ASSERT_TRUE(g.propose(1, "b"));
  g.deliver();
  g.run(1);
  ASSERT_EQ(g.now(2).commit, log_index{4});
  append x{{log_index{2}, term{2}}, {}, log_index{2}, 1};
  for (std::uint64_t i = 3; i <= 5; ++i) {
    entry e;
    e.index = log_index{i};
    e.entry_term = term{9};
    e.kind = entry_kind::command;
    x.entries.push_back(e);
  }
  g.step(2, g.message(3, 2, term{9}, x));
  EXPECT_EQ(g.core_of(2).entries().term_at(log_index{3}), term{2});
  EXPECT_EQ(g.core_of(2).entries().term_at(log_index{4}), term{2});
  EXPECT_EQ(g.now(2).commit, log_index{4});
}

// R13 (redpanda #2932, #2937): the log loses its end, then its beginning.
TEST(what_is_durable, is_counted_anew_when_the_log_loses_an_end) {
  group::options from;
  from.each.retained_entries = 0;
  group g{from};
  give_log(g, 2, {2, 2, 2}, term{2});
  ASSERT_EQ(g.now(2).durable, log_index{4});
  g.hold_writes(2);
  append x{{log_index{2}, term{2}}, {}, log_index{2}, 1};
  entry e;
  e.index = log_index{3};
  e.entry_term = term{3};
  e.kind = entry_kind::command;
  x.entries = {e};
  g.step(2, g.message(1, 2, term{3}, x));
  EXPECT_EQ(g.now(2).last.index, log_index{3});
  EXPECT_EQ(g.now(2).durable, log_index{2}) << "at once";
  g.sync(2);
  EXPECT_EQ(g.now(2).durable, log_index{3});
  g.core_of(2).compact(log_index{2}, bytes("image"));
  g.pump(2);
  EXPECT_EQ(g.now(2).first, log_index{3});
  EXPECT_EQ(g.now(2).durable, log_index{3});
}

/// Round by round the leader commits without one follower and dies, and that follower alone
/// campaigns. Returns what was committed.
std::vector<std::string> change_leaders(group& g, int rounds) {
  std::vector<std::string> committed;
  g.elect(1);
  for (int i = 0; i < rounds && g.violations().empty(); ++i) {
    auto leader = g.leader();
    auto late = leader % 3 + 1;
    g.isolate(late);
    committed.push_back("c" + std::to_string(i));
    EXPECT_TRUE(g.propose(leader, committed.back()));
    g.deliver();
    g.crash(leader);
    g.heal();
    for (int t = 0; t < 40; ++t) {
      if (t == 10) // From here on the other one isn't sticky, either.
        g.tick(6 - leader - late, 10);
      g.tick(late);
      g.deliver();
    }
    g.run(60);
    EXPECT_NE(g.leader(), 0U);
    g.restart(leader);
    g.run(5);
  }
  return committed;
}

// R14 (NuRaft #185)
TEST(a_committed_command, survives_every_change_of_leader) {
  group g{3};
  auto committed = change_leaders(g, 10);
  for (auto id : g.ids())
    EXPECT_EQ(commands(g[id]), committed) << id;
}

TEST(a_committed_command, is_lost_with_the_leader_if_logs_arent_compared) {
  planted bug{base::mutant::vote_without_log_check};
  group g{3};
  g.expect_violations();
  change_leaders(g, 10);
  EXPECT_TRUE(g.saw("lacks the committed entry"));
}

// R16 (etcd #10166, cockroach #25173): a copy of the follower's identity on an empty disk.
TEST(a_heartbeat_with_a_commit_beyond_the_log, is_dropped_and_the_log_is_filled_again) {
  group g{3};
  g.elect(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  g.run(2);
  g.crash(2);
  g[2].durable = {};
  g.restart(2);
  g.step(2, g.message(1, 2, term{2}, heartbeat{log_index{3}, 1}));
  EXPECT_EQ(g.now(2).commit, log_index{0});
  EXPECT_EQ(g.core_of(2).counts().messages_dropped, 1U);
  g.run(5);
  EXPECT_EQ(commands(g[2]), std::vector<std::string>{"x"});
}

// R18 (nebula #2419): what it proposes stands behind what the other leader left it.
TEST(a_leader_that_comes_back, goes_on_where_its_log_was_cut_off) {
  group g{3};
  g.elect(1);
  g.isolate(1);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(g.propose(1, "lost"));
  forget_leader(g, {2, 3}, 1);
  lead(g, 2);
  ASSERT_TRUE(g.propose(2, "kept"));
  g.deliver();
  g.heal();
  g.run(3);
  ASSERT_TRUE(g.core_of(2).transfer(node_id{1}));
  g.pump(2);
  g.deliver();
  ASSERT_EQ(g.leader(), 1U);
  ASSERT_TRUE(g.propose(1, "again"));
  g.deliver();
  g.run(2);
  for (auto id : g.ids())
    EXPECT_EQ(commands(g[id]), (std::vector<std::string>{"kept", "again"})) << id;
  g.check_logs();
}

/// The leader's and one follower's disks are slow; then the power fails everywhere.
void lose_all_power(group& g) {
  g.elect(1);
  g.run(1);
  for (auto id : g.ids())
    g.hold_writes(id);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  EXPECT_EQ(g.now(1).commit, log_index{2}) << "on nobody's disk";
  g.sync(2);
  g.deliver();
  EXPECT_EQ(g.now(1).commit, log_index{2}) << "on one";
  g.sync(3);
  g.deliver();
  EXPECT_EQ(g.now(1).commit, log_index{3}) << "on two of three";
  for (auto id : g.ids())
    g.crash(id);
  for (auto id : g.ids())
    g.restart(id);
  g.run(60);
}

// P3 (etcd #14143)
TEST(what_was_committed, survives_a_power_failure_of_all) {
  group g{3};
  lose_all_power(g);
  for (auto id : g.ids())
    EXPECT_EQ(commands(g[id]), std::vector<std::string>{"x"}) << id;
}

/// Commits "x" with the bug, on too few disks.
void commit_too_early(group& g, bool first_disk_is_fast) {
  g.expect_violations();
  g.elect(1);
  for (auto id : g.ids())
    if (id != 2 || !first_disk_is_fast)
      g.hold_writes(id);
  ASSERT_TRUE(g.propose(1, "x"));
  g.deliver();
  EXPECT_TRUE(g.saw("committed without a quorum of disks"));
}

TEST(what_was_committed, could_be_lost_if_followers_acknowledged_before_they_sync) {
  planted bug{base::mutant::append_acked_before_durable};
  group g{3};
  commit_too_early(g, false);
}

TEST(what_was_committed, could_be_lost_if_a_leader_counted_what_it_hasnt_synced) {
  planted bug{base::mutant::self_match_before_durable};
  group g{3};
  commit_too_early(g, true);
}

// P8: the schedule behind the rule that a vote request waits for the log that it boasts of. "x" is
// committed by 1 and 3; 2 has it in memory, campaigns, and loses it, its term and its vote. A grant
// for what it had would make it the leader of that very term without "x".
TEST(a_candidate_that_loses_what_it_boasted_of, doesnt_win_by_a_grant_for_its_earlier_life) {
  group g{3};
  g.elect(1);
  g.run(1);
  g.hold_writes(2);
  ASSERT_TRUE(g.propose(1, "x"));
  for (unsigned id : {2U, 3U})
    for (auto& m : g.hold(is_to<append>(id)))
      g.step(id, m);
  for (auto& m : g.hold(is_to<append_accepted>(1)))
    g.step(1, m);
  ASSERT_EQ(g.now(1).commit, log_index{3});
  g.crash(1);
  auto campaign = g.message(1, 2, term{2}, timeout_now{});
  g.step(2, campaign);
  ASSERT_EQ(g.now(2).role, role_kind::candidate);
  auto asked = g.hold(is_to<vote>(3));
  EXPECT_TRUE(asked.empty()) << "none has left";
  for (auto& m : asked)
    g.step(3, m);
  auto late = g.hold(is_to<vote_reply>(2));
  g.restart(2);
  ASSERT_EQ(g.now(2).last.index, log_index{2});
  g.step(2, campaign); // It was sent twice.
  ASSERT_EQ(g.now(2).current_term, term{3});
  g.deliver();
  for (auto& m : late)
    g.step(2, m);
  EXPECT_NE(g.now(2).role, role_kind::leader);
  g.core_of(3).peer_down(node_id{1});
  g.run(60);
  EXPECT_EQ(g.leader(), 3U);
  EXPECT_EQ(commands(g[2]), std::vector<std::string>{"x"});
}

} // namespace
} // namespace quorate::raft::test
