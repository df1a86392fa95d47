// Leaving consensus safely (docs/model): a node that applied its own removal and dropped its
// log takes no part below its floor. Both halves of the rule are needed: each has a schedule that
// loses a committed entry without it.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

constexpr unsigned a = 1;
constexpr unsigned b = 2;
constexpr unsigned c = 3;
constexpr unsigned d = 4;

group::options three_and_a_spare() {
  group::options from;
  from.voters = 3;
  from.spares = 1;
  from.each.append_entries_max = 1;
  return from;
}

/// {A, B, C}; D replaces A, which doesn't hear of it; C is parked, applies that and drops its log.
void replace_and_park(group& g) {
  g.elect(b);
  auto learner = g.next_config(b);
  learner.learners = replicas({d});
  g.change_and_settle(b, learner);
  g.run(3);
  g.isolate(a);
  auto next = g.next_config(b);
  next.outgoing = next.voters;
  next.voters = replicas({b, c, d});
  next.learners.clear();
  g.change_and_settle(b, next);
  g.run(2);
  next = g.next_config(b);
  next.voters = replicas({b, d});
  g.change_and_settle(b, next);
  ASSERT_FALSE(names(g.core_of(c).committed_config(), group::replica_of(c)));
  ASSERT_EQ(g.core_of(a).active_config().voters, replicas({a, b, c}));
  g.drop_log(c);
  ASSERT_TRUE(g.propose(b, "kept"));
  g.deliver();
  ASSERT_EQ(commands(g[d]), std::vector<std::string>{"kept"});
}

/// A, on the old configuration, and C can speak to each other and to nobody else.
void leave_two_alone(group& g) {
  g.hold([](const envelope&) { return true; });
  g.heal();
  for (unsigned left : {a, c})
    for (unsigned right : {b, d})
      g.cut(left, right);
}

void campaign_and_write(group& g, unsigned who) {
  for (int i = 0; i < 60 && g.leader() != who; ++i) {
    g.tick(who);
    g.deliver();
  }
  if (g.now(who).role != role_kind::leader)
    return;
  for (int i = 0; i < 8; ++i) {
    static_cast<void>(g.propose(who, "other"));
    g.deliver();
    g.tick(who);
    g.deliver();
  }
}

TEST(a_node_below_its_floor, doesnt_help_an_old_configuration_to_a_leader) {
  group g{three_and_a_spare()};
  replace_and_park(g);
  leave_two_alone(g);
  campaign_and_write(g, a);
  EXPECT_NE(g.now(a).role, role_kind::leader);
  EXPECT_GT(g.core_of(c).counts().floor_refusals, 0U);
  EXPECT_TRUE(g.violations().empty());
}

TEST(a_node_below_its_floor, that_grants_lets_a_committed_entry_be_replaced) {
  planted bug{base::mutant::floor_grants};
  group g{three_and_a_spare()};
  g.expect_violations();
  replace_and_park(g);
  leave_two_alone(g);
  campaign_and_write(g, a);
  EXPECT_TRUE(g.saw("two entries are committed"));
}

TEST(a_node_below_its_floor, acknowledges_nothing_of_an_old_configuration) {
  group g{three_and_a_spare()};
  replace_and_park(g);
  g.hold([](const envelope&) { return true; });
  auto t = g.now(c).current_term;
  auto refusals = g.core_of(c).counts().floor_refusals;
  g.step(c, g.message(a, c, term{t.value + 5}, heartbeat{log_index{1}, 1}));
  g.step(c, g.message(a, c, term{t.value + 5}, append{{}, {}, log_index{0}, 1}));
  EXPECT_TRUE(g.network().empty());
  EXPECT_EQ(g.now(c).current_term, t);
  EXPECT_EQ(g.core_of(c).counts().floor_refusals, refusals + 2);
}

/// C is taken in again as a learner, and gets no more than the beginning of the log, in which it
/// was a voter.
void take_in_again_halfway(group& g) {
  replace_and_park(g);
  auto next = g.next_config(b);
  next.learners = replicas({c});
  ASSERT_TRUE(g.change(b, next));
  for (int i = 0; i < 200 && g.now(c).last.index < g.now(a).last.index; ++i) {
    if (g.network().empty())
      g.tick(b);
    else
      g.deliver_at(0);
  }
  ASSERT_EQ(g.now(c).last, g.now(a).last);
  ASSERT_EQ(g.core_of(c).active_config().voters, replicas({a, b, c}));
  leave_two_alone(g);
  g.tick(a, 10); // Neither has heard of a leader for a while.
  g.tick(c, 10);
  g.hold([](const envelope&) { return true; });
}

TEST(a_node_that_was_taken_in_again, doesnt_campaign_with_the_old_beginning_of_the_log) {
  group g{three_and_a_spare()};
  take_in_again_halfway(g);
  campaign_and_write(g, c);
  EXPECT_EQ(g.now(c).role, role_kind::follower);
  EXPECT_TRUE(g.violations().empty());
}

TEST(a_node_that_was_taken_in_again, and_campaigns_too_early_lets_a_committed_entry_be_replaced) {
  planted bug{base::mutant::floor_campaigns};
  group g{three_and_a_spare()};
  g.expect_violations();
  take_in_again_halfway(g);
  campaign_and_write(g, c);
  EXPECT_TRUE(g.saw("two entries are committed"));
}

TEST(a_node_that_was_taken_in_again, takes_part_once_its_log_says_so) {
  group g{three_and_a_spare()};
  replace_and_park(g);
  auto next = g.next_config(b);
  next.learners = replicas({c});
  g.change_and_settle(b, next);
  g.run(5);
  next = g.next_config(b);
  next.voters = replicas({b, c, d});
  next.learners.clear();
  g.change_and_settle(b, next);
  g.run(5);
  g.crash(b);
  g.run(60);
  EXPECT_NE(g.leader(), 0U);
  EXPECT_EQ(commands(g[c]), std::vector<std::string>{"kept"});
}

} // namespace
} // namespace quorate::raft::test
