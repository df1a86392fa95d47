// Snapshots and compaction: N1 to N9 of the bugs that others had.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

group::options keeps_little(unsigned voters = 3, unsigned spares = 0) {
  group::options from;
  from.voters = voters;
  from.spares = spares;
  from.each.retained_entries = 2;
  return from;
}

void propose_some(group& g, unsigned leader, int count) {
  for (int i = 0; i < count; ++i)
    ASSERT_TRUE(g.propose(leader, "c" + std::to_string(i)));
  g.deliver();
}

void compact(group& g, unsigned id) {
  g.core_of(id).compact(g[id].applied_to,
                        bytes("image at " + std::to_string(g[id].applied_to.value)));
  g.pump(id);
}

/// 3 is cut off, the others go on and forget what it lacks.
void leave_one_behind(group& g) {
  g.elect(1);
  g.isolate(3);
  propose_some(g, 1, 10);
  compact(g, 1);
}

TEST(a_compaction, drops_the_log_once_the_image_is_durable) {
  group g{keeps_little(1)};
  g.tick(1);
  propose_some(g, 1, 10);
  g.hold_writes(1);
  compact(g, 1);
  EXPECT_EQ(g.now(1).first, log_index{1});
  g.sync(1);
  EXPECT_EQ(g.now(1).first, log_index{11});
  EXPECT_EQ(g[1].durable.entries.front().index, log_index{11});
  ASSERT_TRUE(g[1].durable.image);
  EXPECT_EQ(g[1].durable.image->last.index, log_index{12});
}

TEST(a_compacted_node, starts_again_from_its_image) {
  group g{keeps_little(1)};
  g.tick(1);
  propose_some(g, 1, 10);
  compact(g, 1);
  propose_some(g, 1, 3);
  g.restart(1);
  g.tick(1);
  EXPECT_EQ(g.now(1).role, role_kind::leader);
  EXPECT_EQ(commands(g[1]).size(), 3U) << "the others are in the image";
}

TEST(a_compaction, that_is_older_than_the_last_is_ignored) {
  group g{keeps_little(1)};
  g.tick(1);
  propose_some(g, 1, 10);
  compact(g, 1);
  g.core_of(1).compact(log_index{5}, bytes("old"));
  g.pump(1);
  EXPECT_EQ(g[1].durable.image->last.index, log_index{12});
}

// N5 (camunda #4451)
TEST(a_follower_that_is_too_late_for_the_log, gets_the_image) {
  group g{keeps_little()};
  leave_one_behind(g);
  g.heal();
  g.run(4);
  EXPECT_EQ(g[3].installs, 1U);
  EXPECT_EQ(g.now(3).applied, g.now(1).applied);
  EXPECT_EQ(g[3].durable.image->image, bytes("image at 12"));
  propose_some(g, 1, 3);
  EXPECT_EQ(commands(g[3]).size(), 3U);
  EXPECT_EQ(g.core_of(1).counts().snapshots_sent, 1U);
}

TEST(a_spare, gets_the_image_and_the_configuration_in_it) {
  group g{keeps_little(2, 1)};
  g.elect(1);
  auto next = g.next_config(1);
  next.learners = replicas({3});
  g.isolate(3);
  g.change_and_settle(1, next);
  propose_some(g, 1, 10);
  compact(g, 1);
  g.heal();
  g.run(4);
  EXPECT_EQ(g[3].installs, 1U);
  EXPECT_EQ(g.core_of(3).committed_config(), next) << "C7 (NuRaft #241)";
  g.restart(3);
  EXPECT_EQ(g.core_of(3).committed_config(), next);
}

TEST(an_image, isnt_sent_into_the_void) {
  group g{keeps_little()};
  leave_one_behind(g);
  g.run(30);
  EXPECT_EQ(g.core_of(1).counts().snapshots_sent, 0U);
}

TEST(an_image_that_was_lost, is_sent_again) {
  group g{keeps_little()};
  leave_one_behind(g);
  g.heal();
  g.drop_if(is<install_snapshot>());
  g.run(4);
  EXPECT_EQ(g.core_of(1).counts().snapshots_sent, 1U);
  g.heal();
  g.run(25);
  EXPECT_EQ(g[3].installs, 1U);
}

TEST(an_image, is_acknowledged_when_it_is_durable) {
  group g{keeps_little()};
  leave_one_behind(g);
  g.heal();
  g.hold_writes(3);
  g.run(5);
  EXPECT_EQ(g[3].installs, 0U);
  EXPECT_EQ(g.match_of(1, 3), log_index{2});
  propose_some(g, 1, 3); // Appends meanwhile change nothing.
  g.tick(3, 40);
  EXPECT_EQ(g.now(3).role, role_kind::follower) << "doesn't campaign meanwhile";
  g.hold([](const envelope&) { return true; });
  g.sync(3);
  EXPECT_EQ(g[3].installs, 1U);
  g.run(5);
  EXPECT_EQ(g.now(3).applied, g.now(1).applied);
}

TEST(an_image, that_wasnt_durable_is_forgotten_by_a_crash) {
  group g{keeps_little()};
  leave_one_behind(g);
  g.heal();
  g.hold_writes(3);
  g.run(5);
  g.restart(3);
  EXPECT_EQ(g.now(3).last.index, log_index{2});
  g.run(30);
  EXPECT_EQ(g.now(3).applied, g.now(1).applied);
}

/// The image of 1, as a message to `to`.
envelope image_for(group& g, unsigned to) {
  snapshot_sender sending{g[1].durable.image, {1'000, 1}, 0};
  return g.message(1, to, g.now(1).current_term, sending.next_chunk(1));
}

// N2 (camunda #6092), N7 (NuRaft #407)
TEST(an_image_that_is_older_than_the_commit, takes_nothing_away) {
  group g{keeps_little()};
  g.elect(1);
  propose_some(g, 1, 5);
  compact(g, 1);
  propose_some(g, 1, 5);
  auto before = g.now(2);
  g.step(2, image_for(g, 2));
  EXPECT_EQ(g.now(2).last, before.last);
  EXPECT_EQ(g.now(2).commit, before.commit);
  EXPECT_EQ(g[2].installs, 0U);
  auto answers = g.hold(is<append_accepted>());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(std::get<append_accepted>(answers[0].content).match, before.commit);
}

// N3 (hashicorp/raft #697)
TEST(an_image, wipes_a_log_that_conflicts_with_it) {
  group g{keeps_little()};
  g.elect(3);
  g.isolate(3);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(g.propose(3, "lost"));
  g.core_of(1).peer_down(node_id{3});
  g.core_of(2).peer_down(node_id{3});
  for (int i = 0; i < 5 && g.leader() != 1; ++i) {
    g.tick(1);
    g.deliver();
  }
  ASSERT_EQ(g.now(1).role, role_kind::leader);
  propose_some(g, 1, 10);
  compact(g, 1);
  g.heal();
  g.run(5);
  EXPECT_EQ(g[3].installs, 1U);
  EXPECT_EQ(g.now(3).last, g.now(1).last);
  EXPECT_EQ(g[3].durable.end(), g.now(1).last);
  g.check_logs();
}

// N6 (willemt/raft #49)
TEST(an_image_that_the_log_has_already, only_advances_the_commit) {
  group g{keeps_little()};
  g.elect(1);
  propose_some(g, 1, 2);
  g.drop_if([](const envelope& m) {
    return m.to.id == node_id{2} && !std::holds_alternative<append>(m.content);
  });
  ASSERT_TRUE(g.propose(1, "x"));
  for (auto& m : g.hold(is_to<append>(2)))
    g.step(2, m); // It has the entry, and doesn't know that it is committed.
  g.cut(1, 2);
  g.deliver();
  ASSERT_LT(g.now(2).commit, g.now(1).commit);
  compact(g, 1);
  auto last = g.now(2).last;
  g.step(2, image_for(g, 2));
  EXPECT_EQ(g.now(2).last, last);
  EXPECT_EQ(g.now(2).commit, g.now(1).commit);
  EXPECT_EQ(g[2].installs, 0U);
}

// C6 (NuRaft #111)
TEST(a_snapshot, names_the_configuration_in_effect_at_its_index) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.isolate(1);
  auto next = g.next_config(1);
  next.learners = replicas({4});
  ASSERT_TRUE(g.change(1, next));
  compact(g, 1);
  EXPECT_EQ(g[1].durable.image->config.version, config_version{1});
}

TEST(a_snapshot, of_the_active_configuration_would_make_an_uncommitted_change_look_committed) {
  planted bug{base::mutant::snapshot_of_active_config};
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.isolate(1);
  auto next = g.next_config(1);
  next.learners = replicas({4});
  ASSERT_TRUE(g.change(1, next));
  compact(g, 1);
  EXPECT_EQ(g[1].durable.image->config.version, config_version{2});
}

TEST(retained_entries, spare_a_follower_that_is_a_little_late_the_image) {
  group g{keeps_little()};
  g.elect(1);
  g.isolate(3);
  propose_some(g, 1, 2);
  compact(g, 1);
  g.heal();
  g.run(4);
  EXPECT_EQ(g[3].installs, 0U);
  EXPECT_EQ(g.now(3).applied, g.now(1).applied);
}

} // namespace
} // namespace quorate::raft::test
