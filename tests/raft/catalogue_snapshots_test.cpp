// Bugs that others had (docs/bug-classes.md), snapshots and reads: where snapshot_test.cpp and
// read_test.cpp don't go far enough to tell the rule from its absence.

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

group::options keeps_nothing() {
  group::options from;
  from.each.retained_entries = 0;
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

log_index image_of(group& g, unsigned id) {
  return g[id].durable.image ? g[id].durable.image->last.index : log_index{};
}

/// 3 is cut off, the others go on and forget what it lacks.
void leave_one_behind(group& g) {
  g.elect(1);
  g.run(1);
  g.isolate(3);
  propose_some(g, 1, 10);
  compact(g, 1);
}

/// Until the image is on its way to the disk of 3.
void receive_image(group& g) {
  g.heal();
  for (int i = 0; i < 40 && g.core_of(1).counts().snapshots_sent == 0; ++i)
    g.run(1);
  g.run(3);
  ASSERT_FALSE(g[3].unsynced.empty());
}

// N4 (hashicorp/raft #248): an own image while a newer one is being received.
TEST(an_own_image, doesnt_replace_one_that_is_being_received) {
  group g{keeps_nothing()};
  leave_one_behind(g);
  g.hold_writes(3);
  receive_image(g);
  compact(g, 3);
  g.sync(3);
  g.run(3);
  EXPECT_EQ(image_of(g, 3), log_index{12});
  EXPECT_EQ(g[3].installs, 1U);
  g.core_of(3).compact(log_index{5}, bytes("old"));
  g.pump(3);
  EXPECT_EQ(image_of(g, 3), log_index{12});
}

// N4: a newer one is received while the disk still writes the own.
TEST(an_own_image, that_is_still_being_written_is_replaced_by_a_received_one) {
  group g{keeps_nothing()};
  leave_one_behind(g);
  g.hold_writes(3);
  compact(g, 3);
  receive_image(g);
  log_index newest{};
  while (!g[3].unsynced.empty()) {
    g.sync_one(3);
    EXPECT_GE(image_of(g, 3), newest);
    newest = image_of(g, 3);
  }
  g.sync(3);
  EXPECT_EQ(newest, log_index{12});
  g.run(3);
  EXPECT_EQ(g.now(3).applied, g.now(1).applied);
}

// N9 (RavenDB-6719): what it wrote as a leader of the past is gone with the image.
TEST(an_image, leaves_nothing_of_an_earlier_leadership) {
  group g{keeps_nothing()};
  g.elect(3);
  g.isolate(3);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(g.propose(3, "lost"));
  g.core_of(1).peer_down(node_id{3});
  g.core_of(2).peer_down(node_id{3});
  for (int i = 0; i < 60 && g.leader() != 1; ++i) {
    g.tick(1);
    g.deliver();
  }
  ASSERT_EQ(g.now(1).role, role_kind::leader);
  propose_some(g, 1, 5);
  compact(g, 1);
  auto end = g[1].durable.image->last;
  ASSERT_LT(end.index, g.now(3).last.index);
  g.heal();
  g.drop_if([end](const envelope& m) { // Nothing comes behind the image.
    const auto* x = std::get_if<append>(&m.content);
    return x != nullptr && m.to.id == node_id{3} && x->previous.index >= end.index;
  });
  for (int i = 0; i < 40 && g[3].installs == 0; ++i)
    g.run(1);
  ASSERT_EQ(g[3].installs, 1U);
  EXPECT_EQ(g.now(3).last, end);
  EXPECT_TRUE(g.core_of(3).entries().empty());
  EXPECT_TRUE(g[3].durable.entries.empty());
}

// N6 (willemt/raft #49): a question about the very beginning, which isn't in the log any more.
TEST(an_append_from_the_beginning, changes_nothing_in_a_log_that_was_compacted) {
  group g{keeps_nothing()};
  g.elect(1);
  auto first = append{{}, {g.core_of(2).entries().at(log_index{1})}, log_index{1}, 1};
  propose_some(g, 1, 5);
  g.run(1);
  compact(g, 2);
  auto before = g.now(2);
  ASSERT_GT(before.first, log_index{2});
  g.step(2, g.message(1, 2, term{2}, first));
  EXPECT_EQ(g.now(2).last, before.last);
  EXPECT_EQ(g.now(2).first, before.first);
  auto answers = g.hold(is<append_accepted>());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(std::get<append_accepted>(answers[0].content).match, before.commit);
}

// C6, C7 (NuRaft #111, #241): and a restart doesn't make more of it.
TEST(a_snapshot, shows_no_uncommitted_change_as_committed_after_a_restart) {
  group g{group::options{3, 1, {}, 1}};
  g.elect(1);
  g.isolate(1);
  auto next = g.next_config(1);
  next.learners = replicas({4});
  ASSERT_TRUE(g.change(1, next));
  compact(g, 1);
  g.restart(1);
  EXPECT_EQ(g.core_of(1).committed_config().version, config_version{1});
  EXPECT_EQ(g.core_of(1).active_config(), next);
}

// D7 (tikv #5316)
TEST(a_read, is_refused_at_once_where_no_leader_is_known) {
  group g{3};
  auto refused = g.read(2, 1);
  EXPECT_EQ(refused.error().code, errc::not_leader);
  EXPECT_EQ(refused.error().leader, node_id{});
  EXPECT_TRUE(g[2].failed_reads.empty()) << "it is answered by the refusal alone";
}

/// Starts again, and is asked while its first entry is on its way to the disk.
void read_after_a_restart(group& g) {
  g.tick(1);
  ASSERT_TRUE(g.propose(1, "x"));
  g[1].durable.state.commit = log_index{1}; // The hint may be old.
  g.restart(1);
  EXPECT_EQ(g.read(1, 1).error().code, errc::not_leader);
  g.hold_writes(1);
  g.tick(1);
  g.sync_one(1); // Term and vote.
  ASSERT_EQ(g.now(1).role, role_kind::leader);
  ASSERT_LT(g.now(1).commit, log_index{3});
  ASSERT_TRUE(g.read(1, 2));
}

// D8 (redisraft #18, dqlite #258)
TEST(a_read_after_a_restart, waits_until_what_is_committed_is_known) {
  group g{1};
  read_after_a_restart(g);
  EXPECT_TRUE(g[1].reads.empty());
  g.sync(1);
  ASSERT_EQ(g[1].reads.size(), 1U);
  EXPECT_GE(g[1].reads[0].index, log_index{3});
}

TEST(a_read_after_a_restart, that_doesnt_wait_misses_what_was_committed) {
  planted bug{base::mutant::read_before_own_term};
  group g{1};
  g.expect_violations();
  read_after_a_restart(g);
  EXPECT_TRUE(g.saw("misses what was committed"));
}

} // namespace
} // namespace quorate::raft::test
