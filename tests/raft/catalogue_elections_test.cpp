// Bugs that others had (docs/bug-classes.md), elections: where election_test.cpp doesn't go far
// enough to tell the rule from its absence.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

/// An answer of `from` that fits the present life of `to`.
void answer(group& g, unsigned from, unsigned to, term t, body content) {
  auto m = g.message(from, to, t, std::move(content));
  m.request_boot = g[to].boot;
  g.step(to, std::move(m));
}

std::vector<bool> grants(group& g) {
  std::vector<bool> all;
  for (const auto& m : g.hold(is<vote_reply>()))
    all.push_back(std::get<vote_reply>(m.content).granted);
  return all;
}

// E2 (openraft #1385): the others still call it their leader, in a term that its disk has lost.
TEST(a_leader_whose_disk_was_rolled_back, learns_its_old_term_and_leads_nothing) {
  group g{3};
  auto old = g[1].durable;
  g.elect(1);
  g.crash(1);
  g[1].durable = old;
  g.restart(1);
  for (int i = 0; i < 60; ++i) { // Nobody else's time passes: they go on believing in it.
    g.tick(1);
    g.deliver();
    EXPECT_NE(g.now(1).role, role_kind::leader);
  }
  EXPECT_EQ(g.now(1).current_term, term{2});
  EXPECT_EQ(g.now(1).leader, node_id{});
  EXPECT_EQ(g.core_of(1).hard_state().voted_for, replica{});
}

// E3 (hashicorp/raft #606): the others' belief in this very node is no reason to refuse it for
// ever.
TEST(a_leader_that_stepped_down_by_itself, is_followed_again_once_nobody_is_sticky) {
  int tried = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    group g{group::options{3, 0, {}, seed}};
    g.elect(1);
    g.isolate(1);
    g.tick(1, 10);
    ASSERT_EQ(g.now(1).role, role_kind::follower);
    g.tick(2, 10); // An election timeout, and neither has drawn one so short that it campaigns.
    g.tick(3, 10);
    if (g.now(2).role != role_kind::follower || g.now(3).role != role_kind::follower)
      continue;
    ++tried;
    ASSERT_EQ(g.now(2).leader, node_id{1});
    g.hold([](const envelope&) { return true; });
    g.heal();
    for (int i = 0; i < 20 && g.leader() == 0; ++i) {
      g.tick(1);
      g.deliver();
    }
    EXPECT_EQ(g.leader(), 1U) << "seed " << seed;
  }
  EXPECT_GT(tried, 10);
}

// E4 (hashicorp/raft #609): here each pre-vote is granted, and its sender never hears of it.
TEST(a_candidate_that_hears_no_answers, doesnt_starve_those_who_grant_its_pre_votes) {
  group g{3};
  g.elect(1);
  g.run(2);
  g.crash(1);
  std::size_t granted = 0;
  g.drop_if([&granted](const envelope& m) {
    if (m.to.id != node_id{3})
      return false;
    const auto* x = std::get_if<pre_vote_reply>(&m.content);
    granted += x != nullptr && x->granted ? 1 : 0;
    return x != nullptr || std::holds_alternative<vote_reply>(m.content);
  });
  for (int i = 0; i < 100 && g.leader() == 0; ++i) {
    pre_vote asks{term{g.now(2).current_term.value + 1}, g.now(3).last};
    g.network().push_back(g.message(3, 2, g.now(3).current_term, asks));
    g.tick(2);
    g.tick(3);
    g.deliver();
  }
  EXPECT_EQ(g.leader(), 2U);
  EXPECT_GT(granted, 0U);
}

// E5 (canonical/raft #279): only the node whose term is old can win, as its log is the newest.
TEST(a_restarted_node_with_an_old_term, learns_the_newer_one_though_nobody_else_could_win) {
  group g{4};
  g.elect(2);
  g.isolate(2);
  ASSERT_TRUE(g.propose(2, "tail"));
  g.crash(1);
  for (unsigned id : {3U, 4U})
    answer(g, 1, id, term{9}, vote_reply{false});
  ASSERT_EQ(g.now(3).current_term, term{9});
  g.restart(2);
  ASSERT_EQ(g.now(2).current_term, term{2});
  g.hold([](const envelope&) { return true; });
  g.heal();
  g.run(60);
  EXPECT_EQ(g.leader(), 2U);
  EXPECT_GE(g.now(2).current_term, term{10});
  EXPECT_EQ(commands(g[3]), std::vector<std::string>{"tail"});
}

// E7 (braft #405): in a term that the voter knows already, so that only the grant can have
// restarted its timer.
TEST(a_voter, waits_for_its_candidate_in_a_term_that_it_knew_before) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    group g{group::options{3, 0, {}, seed}};
    answer(g, 3, 2, term{5}, vote_reply{false});
    g.tick(2, 9);
    g.step(2, g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
    ASSERT_EQ(grants(g), std::vector<bool>{true});
    g.tick(2, 9);
    EXPECT_EQ(g.now(2).role, role_kind::follower) << "seed " << seed;
  }
}

// E10 (nebula #2419): the log is looked at again.
TEST(a_repeated_vote_request, is_refused_if_its_log_isnt_new_enough_any_more) {
  group g{3};
  g.elect(1);
  answer(g, 3, 2, term{5}, vote_reply{false});
  g.step(2, g.message(3, 2, term{5}, vote{{log_index{2}, term{2}}, false}));
  g.step(2, g.message(3, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  EXPECT_EQ(grants(g), (std::vector<bool>{true, false}));
}

// E13 (kafka #302, KAFKA-16526): a voter that has lost its vote has lost its disk, and is another
// replica.
TEST(a_voter_with_a_new_disk, grants_nothing_that_counts_in_the_term_in_which_it_voted) {
  group g{3};
  g.step(2, g.message(1, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  ASSERT_EQ(grants(g), std::vector<bool>{true});
  g.crash(2);
  g[2].durable = {};
  g[2].self.storage.low = 78;
  g.restart(2);
  auto dropped = g.core_of(2).counts().messages_dropped;
  g.step(2, g.message(3, 2, term{5}, vote{{log_index{1}, term{1}}, false}));
  EXPECT_TRUE(grants(g).empty()) << "the request is for the lost disk";
  EXPECT_EQ(g.core_of(2).counts().messages_dropped, dropped + 1);
  // And if it did grant one, by its new name, the candidate wouldn't count it.
  g.tick(3, 20);
  g.hold([](const envelope&) { return true; });
  auto grant = g.message(2, 3, g.now(3).current_term, pre_vote_reply{term{2}, true});
  grant.from.storage.low = 78;
  grant.request_boot = g[3].boot;
  g.step(3, grant);
  EXPECT_EQ(g.now(3).role, role_kind::pre_candidate);
}

// E16 (hashicorp/raft #413)
TEST(a_transfer, is_refused_at_once_by_a_candidate_too) {
  group g{3};
  g.tick(1, 20);
  ASSERT_EQ(g.now(1).role, role_kind::pre_candidate);
  EXPECT_EQ(g.core_of(1).transfer(node_id{2}).error().code, errc::not_leader);
}

} // namespace
} // namespace quorate::raft::test
