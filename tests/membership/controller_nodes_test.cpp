// Nodes that speak for themselves: with an empty disk under a known name, from another address,
// with another build.
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

/// Three members, a warm spare, an outsider and a parked node.
written_cluster at_rest() {
  return written_cluster{}
    .members({1, 2, 3})
    .learners({4})
    .outsiders({5})
    .parked({6})
    .feature_level(2);
}

sight without(std::set<std::uint32_t> dead) {
  sight what;
  what.dead = std::move(dead);
  return what;
}

stand_in_driver led_by_node_1(const written_cluster& cluster, const sight& what = {}) {
  stand_in_driver driver{cluster.config()};
  driver.lead(1);
  driver.hear(20, what);
  return driver;
}

/// The node's process, on a disk that nobody knows.
register_request on_empty_disk(std::uint32_t node) {
  auto request = request_of(node);
  request.storage = disk(100 + node);
  return request;
}

node_news says(std::uint32_t node, const std::string& address, std::uint16_t level,
               std::uint64_t boot = 2) {
  return {node_id{node}, {boot, 1}, address, {1, 1, 1, level}};
}

errc last_answer(const stand_in_driver& driver) {
  return driver.registered().empty() ? errc::no_leader
                                     : driver.registered().back().reply.refusal.code;
}

} // namespace

// -- an empty disk under a known name -------------------------------------------------------------

TEST(empty_disk, of_a_member_makes_its_row_lost_and_gives_its_name_to_a_new_id) {
  auto driver = led_by_node_1(at_rest(), without({3}));
  driver.ask_to_register(on_empty_disk(3));
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().op.event, e::re_register);
  driver.apply();
  const auto& config = driver.config();
  EXPECT_TRUE(config.find(node_id{3})->lost);
  EXPECT_EQ(config.position_of(node_id{3}), position::member_voter)
    << "a dead voter until replaced";
  EXPECT_EQ(config.find_name("node-3")->id, node_id{7});
  EXPECT_EQ(config.position_of(node_id{7}), position::auto_join_outsider);
  ASSERT_EQ(last_answer(driver), errc::none);
  EXPECT_EQ(driver.registered().back().reply.id, node_id{7});
}

TEST(empty_disk, of_a_member_is_replaced_at_once_and_then_its_row_goes) {
  auto driver = led_by_node_1(at_rest(), without({3}));
  driver.hear(40, without({3}));
  driver.ask_to_register(on_empty_disk(3));
  driver.live_on(3, without({3}));
  const auto& config = driver.config();
  EXPECT_EQ(config.position_of(node_id{3}), position::removed);
  EXPECT_EQ(config.position_of(node_id{4}), position::member_voter);
  EXPECT_EQ(config.members().size(), 3U);
  EXPECT_EQ(config.find_name("node-3")->id, node_id{7});
}

TEST(empty_disk, of_a_node_that_is_no_member_takes_its_row_away) {
  for (std::uint32_t node : {4U, 5U}) {
    auto driver = led_by_node_1(at_rest(), without({node}));
    driver.ask_to_register(on_empty_disk(node));
    ASSERT_TRUE(driver.proposed()) << node;
    driver.apply();
    EXPECT_EQ(driver.config().position_of(node_id{node}), position::removed);
    EXPECT_EQ(driver.config().position_of(node_id{7}), position::auto_join_outsider);
  }
}

TEST(empty_disk, of_a_parked_node_leaves_it_parked) {
  auto driver = led_by_node_1(at_rest(), without({6}));
  driver.ask_to_register(on_empty_disk(6));
  driver.apply();
  EXPECT_EQ(driver.config().position_of(node_id{6}), position::removed);
  EXPECT_EQ(driver.config().position_of(node_id{7}), position::standby_outsider);
}

TEST(empty_disk, of_a_node_that_an_operator_activated_doesnt_park_it_again) {
  auto driver = led_by_node_1(at_rest(), without({5}));
  auto request = on_empty_disk(5);
  request.parked = true; // As it was started in the beginning.
  driver.ask_to_register(request);
  driver.apply();
  EXPECT_EQ(driver.config().position_of(node_id{7}), position::auto_join_outsider);
}

TEST(empty_disk, doesnt_take_the_name_of_a_live_node) {
  for (std::uint32_t node : {1U, 3U, 4U, 5U, 6U}) {
    auto driver = led_by_node_1(at_rest());
    driver.ask_to_register(on_empty_disk(node));
    EXPECT_FALSE(driver.proposed()) << node;
    EXPECT_EQ(last_answer(driver), errc::name_taken) << node;
  }
}

TEST(empty_disk, waits_for_a_new_leader_that_may_not_have_heard_of_the_old_one_yet) {
  stand_in_driver driver{at_rest().config()};
  driver.lead(1);
  driver.hear(1, without({3}));
  driver.ask_to_register(on_empty_disk(3));
  EXPECT_EQ(last_answer(driver), errc::name_taken);
  driver.hear(3, without({3}));
  driver.ask_to_register(on_empty_disk(3));
  EXPECT_TRUE(driver.proposed());
}

TEST(empty_disk, waits_for_three_heartbeats_of_those_that_send_them_seldom) {
  stand_in_driver driver{at_rest().config()};
  driver.lead(1);
  const auto hear_after = [&](std::uint64_t passed_ms) {
    driver.tick(passed_ms);
    auto seen = situations::report(driver.config(), without({5}), 0);
    seen.heartbeat_ms = 10'000;
    driver.report(seen);
  };
  hear_after(29'000);
  driver.ask_to_register(on_empty_disk(5));
  EXPECT_EQ(last_answer(driver), errc::name_taken);
  hear_after(2'000);
  driver.ask_to_register(on_empty_disk(5));
  EXPECT_TRUE(driver.proposed());
}

TEST(empty_disk, doesnt_take_the_name_of_a_node_that_registered_just_now) {
  auto driver = led_by_node_1(at_rest());
  driver.ask_to_register(request_of(20));
  driver.apply();
  driver.ask_to_register(on_empty_disk(20));
  EXPECT_FALSE(driver.proposed());
  EXPECT_EQ(last_answer(driver), errc::name_taken);
  driver.hear(4, without({7}));
  driver.ask_to_register(on_empty_disk(20));
  EXPECT_TRUE(driver.proposed());
}

TEST(empty_disk, that_leaves_no_live_quorum_is_shown_the_way_to_recover) {
  auto driver = led_by_node_1(at_rest(), without({2, 3}));
  driver.ask_to_register(on_empty_disk(3));
  EXPECT_FALSE(driver.proposed());
  ASSERT_EQ(last_answer(driver), errc::no_live_quorum);
  const auto& text = driver.registered().back().reply.refusal.message;
  EXPECT_NE(text.find("recover"), std::string::npos) << text;
}

TEST(empty_disk, is_refused_at_feature_level_1) {
  auto driver = led_by_node_1(at_rest().feature_level(1), without({3}));
  driver.ask_to_register(on_empty_disk(3));
  EXPECT_FALSE(driver.proposed());
  EXPECT_EQ(last_answer(driver), errc::name_taken);
}

TEST(empty_disk, twice_under_one_name_loses_two_rows) {
  auto driver = led_by_node_1(
    written_cluster{}.members({1, 2, 3, 4, 5}).target(5, 0).feature_level(2), without({3}));
  driver.ask_to_register(on_empty_disk(3));
  driver.apply();
  driver.hear(10, without({3, 6}));
  auto again = on_empty_disk(3);
  again.storage = disk(200);
  driver.ask_to_register(again);
  driver.apply();
  EXPECT_TRUE(driver.config().find(node_id{3})->lost);
  EXPECT_EQ(driver.config().position_of(node_id{6}), position::removed);
  EXPECT_EQ(driver.config().find_name("node-3")->id, node_id{7});
}

TEST(empty_disk, is_answered_again_when_the_answer_was_lost) {
  auto driver = led_by_node_1(at_rest(), without({3}));
  driver.ask_to_register(on_empty_disk(3));
  driver.apply();
  driver.ask_to_register(on_empty_disk(3));
  EXPECT_EQ(driver.registered().back().reply.id, node_id{7});
  EXPECT_EQ(driver.registered().size(), 2U);
}

TEST(lost_row, is_written_by_a_new_storage_alone_and_never_taken_back) {
  auto cluster = at_rest();
  const auto sound = cluster.config();
  const auto seen = see(sound);
  auto parked = make_plan(sound, wanted(e::park, initiator::operator_, {5}), seen).value().change;
  parked.changed.front().lost = true;
  auto copy = sound;
  EXPECT_EQ(copy.apply(sound.complete(parked)).error().code, errc::malformed);
  cluster.row(3).lost = true;
  const auto lost = cluster.config();
  delta back;
  back.op.event = e::update;
  back.op.by = initiator::node;
  back.changed = {*lost.find(node_id{3})};
  back.changed.front().lost = false;
  copy = lost;
  EXPECT_EQ(copy.apply(lost.complete(back)).error().code, errc::malformed);
}

// -- news of a known node -------------------------------------------------------------------------

TEST(news, of_an_address_and_a_build_is_written_into_the_row) {
  auto driver = led_by_node_1(at_rest());
  const auto before = *driver.config().find(node_id{5});
  driver.tell(says(5, "elsewhere", 2, 7));
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().op.event, e::update);
  driver.apply();
  const auto& after = *driver.config().find(node_id{5});
  EXPECT_EQ(after.address, "elsewhere");
  EXPECT_EQ(after.boot.counter, 7U);
  EXPECT_EQ(after.since, before.since) << "its place is what it was";
  EXPECT_EQ(after.why, before.why);
  EXPECT_FALSE(driver.proposed());
}

TEST(news, of_an_earlier_life_comes_too_late) {
  auto driver = led_by_node_1(at_rest());
  driver.tell(says(5, "elsewhere", 2, 7));
  driver.apply();
  driver.tell(says(5, "host-5", 2, 6));
  EXPECT_FALSE(driver.proposed());
}

TEST(news, that_waits_together_shares_one_entry) {
  auto driver = led_by_node_1(at_rest());
  driver.tell(says(5, "a", 2));
  driver.tell(says(6, "b", 2)); // The first is in flight.
  driver.tell(says(3, "c", 2));
  driver.apply();
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().changed.size(), 2U);
  driver.apply();
  EXPECT_FALSE(driver.proposed());
  EXPECT_EQ(driver.config().find(node_id{3})->address, "c");
}

TEST(news, raises_the_feature_level_when_all_members_and_learners_have_told_of_theirs) {
  auto driver = led_by_node_1(at_rest().feature_level(1));
  driver.tell(says(1, "host-1", 2));
  driver.tell(says(2, "host-2", 2));
  driver.tell(says(3, "host-3", 2));
  driver.tell(says(5, "host-5", 2));
  EXPECT_FALSE(driver.proposed()) << "the learner runs the old build";
  driver.tell(says(4, "host-4", 2));
  ASSERT_TRUE(driver.proposed());
  EXPECT_EQ(driver.change().changed.size(), 5U);
  EXPECT_EQ(driver.change().feature_level, 2U);
  driver.apply();
  EXPECT_EQ(driver.config().feature_level(), 2U);
}

TEST(news, is_told_to_each_leader_anew) {
  auto driver = led_by_node_1(at_rest().feature_level(1));
  for (std::uint32_t node : {1U, 2U, 3U})
    driver.tell(says(node, "host-" + std::to_string(node), 2));
  driver.lose(2);
  driver.lead(2);
  driver.hear(5);
  driver.tell(says(4, "host-4", 2));
  EXPECT_FALSE(driver.proposed());
  for (std::uint32_t node : {1U, 2U, 3U})
    driver.tell(says(node, "host-" + std::to_string(node), 2));
  EXPECT_TRUE(driver.proposed());
}

TEST(news, never_lowers_the_feature_level) {
  auto driver = led_by_node_1(at_rest());
  driver.tell(says(3, "host-3", 1));
  EXPECT_FALSE(driver.proposed());
  ASSERT_FALSE(driver.refusals().empty());
  EXPECT_EQ(driver.refusals().back().why.code, errc::feature_level_too_low);
}

TEST(news, of_an_old_build_keeps_an_outsider_outside) {
  auto driver = led_by_node_1(written_cluster{}.members({1, 2, 3}).outsiders({5}).feature_level(2),
                              without({5}));
  driver.tell(says(5, "host-5", 1));
  driver.live_on(30);
  EXPECT_EQ(driver.config().find(node_id{5})->versions.feature_level, 1U);
  EXPECT_EQ(driver.config().position_of(node_id{5}), position::auto_join_outsider);
  driver.tell(says(5, "host-5", 2, 3));
  driver.live_on(30);
  EXPECT_NE(driver.config().position_of(node_id{5}), position::auto_join_outsider);
}

TEST(news, of_a_protocol_that_a_member_doesnt_speak_is_refused) {
  auto driver = led_by_node_1(at_rest());
  auto said = says(3, "host-3", 2);
  said.versions.protocol_min = said.versions.protocol_max = 2;
  driver.tell(said);
  EXPECT_FALSE(driver.proposed());
  EXPECT_EQ(driver.refusals().back().why.code, errc::protocol_unsupported);
}

} // namespace quorate::membership
