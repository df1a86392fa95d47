// How long a node counts as live after its last word: as long as it was told to be silent, and
// some.
#include "runtime/membership/observations.hpp"

#include "runtime/membership/admission.hpp"
#include "runtime/membership/policy.hpp"
#include "tests/membership/situations.hpp"

#include <gtest/gtest.h>

namespace quorate::membership {

namespace {

using namespace situations;

constexpr std::uint64_t window_ms = 3'000;
constexpr node_id outsider{4};

observations beginning() {
  observations seen;
  seen.begin(node_id{1}, 0, window_ms);
  return seen;
}

nodes_seen heartbeat_at(std::uint64_t now_ms, std::uint64_t heartbeat_ms) {
  nodes_seen out;
  out.now_ms = now_ms;
  out.outsiders = {{outsider, config_version{40}, true, heartbeat_ms}};
  return out;
}

TEST(an_outsider, is_live_for_three_of_the_heartbeats_that_it_was_told) {
  auto seen = beginning();
  seen.add(heartbeat_at(0, 10'000));
  seen.advance(30'000);
  EXPECT_TRUE(seen.live(outsider));
  seen.advance(30'001);
  EXPECT_FALSE(seen.live(outsider));
}

TEST(an_outsider, is_live_for_the_usual_window_where_heartbeats_are_frequent) {
  auto seen = beginning();
  seen.add(heartbeat_at(0, 100));
  seen.advance(window_ms);
  EXPECT_TRUE(seen.live(outsider));
  seen.advance(window_ms + 1);
  EXPECT_FALSE(seen.live(outsider));
}

TEST(an_outsider, stays_healthy_between_heartbeats_that_are_seldom) {
  auto seen = beginning();
  for (std::uint64_t now_ms = 0; now_ms <= 50'000; now_ms += 10'000)
    seen.add(heartbeat_at(now_ms, 10'000));
  EXPECT_EQ(seen.healthy_ms(outsider), 50'000U);
}

/// It was back for less time than there is between two reports, and left in order again.
TEST(a_node_that_says_goodbye_twice, was_there_in_between) {
  auto seen = beginning();
  nodes_seen first;
  first.gone = {outsider};
  first.parting = {outsider};
  first.now_ms = 1'000;
  seen.add(first);
  auto again = first;
  again.now_ms = 9'000;
  seen.add(again);
  auto later = again;
  later.parting.clear();
  later.now_ms = 9'500;
  seen.add(later);
  EXPECT_EQ(seen.silent_ms(outsider), 500U) << "not since its first goodbye";
}

nodes_seen learner_at(std::uint64_t now_ms, std::uint64_t match, std::uint64_t snapshot_bytes) {
  nodes_seen out;
  out.now_ms = now_ms;
  out.replicas = {{outsider, log_index{match}, 0, true, false, snapshot_bytes}};
  return out;
}

TEST(a_learner, makes_progress_while_an_image_is_on_its_way) {
  auto seen = beginning();
  seen.add(learner_at(0, 5, 0));
  seen.add(learner_at(1'000, 5, 100));
  EXPECT_EQ(seen.stuck_ms(outsider), 0U);
  seen.add(learner_at(2'000, 5, 100));
  EXPECT_EQ(seen.stuck_ms(outsider), 1'000U);
  seen.add(learner_at(3'000, 5, 200));
  EXPECT_EQ(seen.stuck_ms(outsider), 0U);
}

TEST(a_learner, that_is_sent_one_image_after_another_makes_none) {
  auto seen = beginning();
  seen.add(learner_at(0, 5, 200));
  seen.add(learner_at(1'000, 5, 50));
  seen.add(learner_at(2'000, 5, 150));
  EXPECT_EQ(seen.stuck_ms(outsider), 2'000U);
  seen.add(learner_at(3'000, 9, 0));
  seen.add(learner_at(4'000, 9, 50));
  EXPECT_EQ(seen.stuck_ms(outsider), 0U);
}

// Found by the simulator: it was promoted on the strength of its previous life.
TEST(a_learner, that_restarts_isnt_caught_up_before_it_says_so) {
  auto seen = beginning();
  nodes_seen report;
  report.replicas = {{outsider, log_index{9}, 0, true, true, 0}};
  seen.add(report);
  EXPECT_TRUE(seen.caught_up(outsider));
  report.now_ms = 100;
  report.replicas = {{outsider, {}, 0, false, false, 0}};
  seen.add(report);
  EXPECT_FALSE(seen.caught_up(outsider));
  EXPECT_TRUE(seen.live(outsider)) << "it was heard of lately";
}

TEST(an_outsider, keeps_the_window_of_its_last_word_when_there_are_fewer_nodes) {
  auto seen = beginning();
  seen.add(heartbeat_at(0, 10'000));
  seen.add(heartbeat_at(12'000, 1'000)); // It slept as it was told before, and isn't begun anew.
  EXPECT_EQ(seen.healthy_ms(outsider), 12'000U);
  seen.advance(12'000 + window_ms + 1);
  EXPECT_FALSE(seen.live(outsider));
}

TEST(an_outsider, is_admitted_only_on_a_fresh_word) {
  const auto config = written_cluster{}.members({1, 2}).outsiders({4}).config();
  auto seen = beginning();
  for (std::uint64_t now_ms = 0; now_ms <= 20'000; now_ms += 10'000)
    seen.add(heartbeat_at(now_ms, 10'000));
  ASSERT_TRUE(next_transition(config, seen));
  EXPECT_EQ(next_transition(config, seen)->event, lifecycle_event::admit);
  seen.advance(20'000 + window_ms + 1);
  EXPECT_TRUE(seen.live(outsider)) << "it need not have said anything yet";
  EXPECT_FALSE(next_transition(config, seen)) << "but it may be dead, and others have spoken since";
  seen.add(heartbeat_at(30'000, 10'000));
  EXPECT_TRUE(next_transition(config, seen));
}

TEST(a_heartbeat, of_a_node_that_knows_the_newest_view_is_answered_without_it) {
  const auto config = written_cluster{}.members({1, 2, 3}).outsiders({4}).config();
  join_request request;
  request.from = {outsider, disk(4)};
  request.cluster = home;
  request.known = config.version();
  auto reply = judge_join(config, request, node_id{1});
  EXPECT_EQ(reply.refusal.code, errc::none);
  EXPECT_EQ(reply.current.version, config.version());
  EXPECT_EQ(reply.current.leader, node_id{1});
  EXPECT_TRUE(reply.current.members.empty());
  // What changes neither the members nor its own row, is no news either.
  auto grown = config;
  auto registering = wanted(lifecycle_event::register_node, initiator::node, {});
  registering.registrations = {request_of(9)};
  ASSERT_TRUE(grown.apply(make_plan(grown, registering, see(grown)).value().change));
  reply = judge_join(grown, request, node_id{1});
  EXPECT_EQ(reply.current.version, grown.version());
  EXPECT_TRUE(reply.current.members.empty());
  request.known = config_version{config.version().value - 1};
  reply = judge_join(config, request, node_id{1});
  EXPECT_EQ(reply.current.members.size(), 3U);
  ASSERT_TRUE(reply.current.own);
  request.known = config.version();
  request.has_log = true; // It may drop its log by this answer: it gets all there is.
  EXPECT_EQ(judge_join(config, request, node_id{1}).current.members.size(), 3U);
}

} // namespace

// Of a process that was suspended its own clock of waking hours knows nothing; the stamps do.
TEST(log_time, follows_the_stamps_and_never_falls) {
  observations seen;
  seen.begin(node_id{1}, 100, 3'000, 5'000);
  seen.advance(200);
  EXPECT_EQ(seen.log_time_ms(), 5'100U);
  seen.stamp(65'000);
  EXPECT_EQ(seen.log_time_ms(), 65'000U);
  seen.advance(300);
  EXPECT_EQ(seen.log_time_ms(), 65'100U);
  seen.stamp(60'000);
  EXPECT_EQ(seen.log_time_ms(), 65'100U);
  EXPECT_EQ(seen.settled_ms(), 200U);
  EXPECT_EQ(seen.log_time_began_ms(), 5'000U);
}

} // namespace quorate::membership
