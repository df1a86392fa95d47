// What a leader knows of a peer: the state machine of `progress.hpp`.

#include "runtime/raft/progress.hpp"

#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

namespace quorate::raft::test {
namespace {

progress fresh(std::uint64_t next, std::size_t window = 3) {
  progress::beginning from;
  from.next.value = next;
  from.last.value = next - 1;
  from.round = 4;
  from.inflight = {window, 1'000};
  return progress{group::replica_of(2), from};
}

progress replicating(std::uint64_t match) {
  auto p = fresh(match + 1);
  p.append_sent(log_index{match}, log_index{}, 0);
  p.accepted(log_index{match}, log_index{1});
  return p;
}

snapshot_sender image_at(std::uint64_t index) {
  auto image = std::make_shared<snapshot>();
  image->last = {log_index{index}, term{1}};
  return {image, {100, 2}, 0};
}

TEST(a_probe, is_sent_once_until_it_is_answered_or_a_heartbeat_is) {
  auto p = fresh(10);
  EXPECT_TRUE(p.may_send_entries());
  p.append_sent(log_index{12}, log_index{}, 10);
  EXPECT_FALSE(p.may_send_entries());
  EXPECT_EQ(p.next(), log_index{10}) << "a probe isn't optimistic";
  p.nudge();
  EXPECT_TRUE(p.may_send_entries());
  p.accepted(log_index{12}, log_index{1});
  EXPECT_EQ(p.state(), progress_state::replicate);
  EXPECT_EQ(p.match(), log_index{12});
  EXPECT_EQ(p.next(), log_index{13});
}

TEST(a_rejected_probe, goes_back_to_where_the_logs_can_agree) {
  auto p = fresh(10);
  p.append_sent(log_index{9}, log_index{}, 0);
  EXPECT_TRUE(p.rejected(log_index{9}, log_index{5}));
  EXPECT_EQ(p.next(), log_index{6});
  EXPECT_TRUE(p.may_send_entries());
  EXPECT_EQ(p.match(), log_index{0}) << "a hint is no match (CCF #5325)";
  EXPECT_FALSE(p.rejected(log_index{9}, log_index{2})) << "old news";
  EXPECT_EQ(p.next(), log_index{6});
}

TEST(a_window, bounds_what_is_unanswered) {
  auto p = replicating(5);
  for (std::uint64_t i = 6; i <= 8; ++i) {
    ASSERT_TRUE(p.may_send_entries());
    p.append_sent(log_index{i}, log_index{}, 10);
  }
  EXPECT_FALSE(p.may_send_entries());
  p.accepted(log_index{7}, log_index{1});
  EXPECT_TRUE(p.may_send_entries());
  EXPECT_EQ(p.inflight().size(), 1U);
  EXPECT_EQ(p.next(), log_index{9});
}

TEST(a_window, is_full_when_its_bytes_are) {
  auto p = replicating(5);
  p.append_sent(log_index{6}, log_index{}, 999);
  EXPECT_TRUE(p.may_send_entries());
  p.append_sent(log_index{7}, log_index{}, 5'000); // One goes whatever its size.
  EXPECT_FALSE(p.may_send_entries());
  p.accepted(log_index{6}, log_index{1});
  EXPECT_FALSE(p.may_send_entries());
  p.accepted(log_index{7}, log_index{1});
  EXPECT_TRUE(p.may_send_entries());
  EXPECT_EQ(p.inflight().bytes(), 0U);
}

// R7 (openraft #1500)
TEST(a_delayed_rejection, is_ignored_and_match_never_falls) {
  auto p = replicating(8);
  EXPECT_FALSE(p.rejected(log_index{8}, log_index{3}));
  EXPECT_FALSE(p.rejected(log_index{5}, log_index{3}));
  EXPECT_EQ(p.match(), log_index{8});
  EXPECT_EQ(p.state(), progress_state::replicate);
  p.accepted(log_index{4}, log_index{1});
  EXPECT_EQ(p.match(), log_index{8});
}

TEST(a_rejection_beyond_the_match, probes_again_but_not_below_it) {
  auto p = replicating(5);
  p.append_sent(log_index{9}, log_index{}, 10);
  EXPECT_TRUE(p.rejected(log_index{9}, log_index{2}));
  EXPECT_EQ(p.state(), progress_state::probe);
  EXPECT_EQ(p.next(), log_index{6});
  EXPECT_EQ(p.inflight().size(), 0U);
}

TEST(an_image, stops_appends_until_it_has_arrived) {
  auto p = fresh(10);
  p.begin_snapshot(image_at(20));
  EXPECT_FALSE(p.may_send_entries());
  EXPECT_FALSE(p.rejected(log_index{9}, log_index{0}));
  p.accepted(log_index{3}, log_index{15}); // The log begins later than that.
  EXPECT_EQ(p.state(), progress_state::snapshot);
  p.accepted(log_index{20}, log_index{15});
  EXPECT_EQ(p.state(), progress_state::replicate);
  EXPECT_EQ(p.next(), log_index{21});
}

TEST(an_image, that_the_log_has_left_behind_is_followed_by_another) {
  auto p = fresh(10);
  p.begin_snapshot(image_at(20));
  p.accepted(log_index{20}, log_index{40});
  EXPECT_EQ(p.state(), progress_state::probe);
  EXPECT_EQ(p.next(), log_index{21});
}

TEST(an_unreachable_peer, is_probed_from_its_match) {
  auto p = replicating(5);
  p.append_sent(log_index{9}, log_index{}, 10);
  p.unreachable();
  EXPECT_EQ(p.state(), progress_state::probe);
  EXPECT_EQ(p.next(), log_index{6});
}

TEST(a_learner, is_caught_up_when_it_lacks_little_or_a_round_was_fast) {
  auto p = fresh(1001);
  EXPECT_FALSE(p.caught_up(log_index{1000}, 0, 10, 64)) << "never heard of";
  p.heard(1, 4);
  p.append_sent(log_index{1000}, log_index{}, 10);
  p.accepted(log_index{990}, log_index{1});
  EXPECT_TRUE(p.caught_up(log_index{1000}, 2, 10, 64));
  EXPECT_FALSE(p.caught_up(log_index{1000}, 12, 10, 64)) << "silent since";
  EXPECT_FALSE(p.caught_up(log_index{2000}, 2, 10, 64)) << "far behind";
  p.heard(5, 4);
  p.accepted(log_index{1000}, log_index{1});
  p.measure_round(log_index{2000}, 5); // The first round took five ticks.
  EXPECT_TRUE(p.caught_up(log_index{2000}, 6, 10, 64));
  p.heard(15, 4);
  EXPECT_FALSE(p.caught_up(log_index{2000}, 15, 10, 64)) << "the second takes too long";
}

} // namespace
} // namespace quorate::raft::test
