// An operator moves leadership, and hears how that ended.
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

class an_operators_handover : public testing::Test {
public:
  an_operators_handover() {
    c.found(4); // The fourth is a warm spare.
    led = c.leader();
  }

  ops::transfer_reply ask(std::size_t node, ops::transfer_request what) {
    const auto said = c.ask<ops::transfer_reply>(node, what);
    EXPECT_TRUE(said) << c.lines.tail();
    return said.value_or(ops::transfer_reply{});
  }

  std::size_t spare() {
    for (std::size_t i = 0; i < c.world.size(); ++i)
      if (c.world.at(led).node->state()->nodes().learners().count(c.id(i)) != 0)
        return i;
    ADD_FAILURE() << "nobody is a warm spare";
    return 0;
  }

  cluster c;
  std::size_t led = 0;
};

TEST_F(an_operators_handover, makes_another_member_lead_in_less_than_an_election_timeout) {
  const auto asked = c.world.now();
  const auto left = ask(led, {c.id(led), {}});
  EXPECT_EQ(left.refusal.code == errc::not_leader || left.refusal.code == errc::no_leader, true)
    << to_string(left.refusal);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != led; }));
  EXPECT_LT(c.world.now() - asked,
            sim::ms(c.defaults.tick_ms * c.defaults.consensus.election_ticks) / 2);
  // Asked again, as the client does, the new leader says that it is so; nothing moves any more.
  const auto now = c.leader();
  EXPECT_EQ(ask(now, {c.id(led), {}}).leader, c.id(now));
  EXPECT_EQ(c.leader(), now);
}

TEST_F(an_operators_handover, makes_lead_whoever_is_named) {
  for (std::size_t to = 0; to < c.world.size(); ++to) {
    if (to == spare())
      continue;
    ask(c.leader(), {c.id(led), c.id(to)});
    ASSERT_TRUE(c.comes_true([&] { return c.world.leader() == to; })) << c.lines.tail();
    EXPECT_EQ(ask(to, {c.id(led), c.id(to)}).leader, c.id(to));
  }
}

TEST_F(an_operators_handover, only_says_who_it_would_be_if_it_is_a_dry_run) {
  const auto said = ask(led, {c.id(led), {}, true});
  EXPECT_EQ(said.refusal.code, errc::none);
  EXPECT_NE(said.leader, c.id(led));
  EXPECT_TRUE(c.world.at(led).node->leads());
  EXPECT_FALSE(c.world.at(led).core()->current().transferring);
}

TEST_F(an_operators_handover, to_a_node_that_cannot_lead_is_refused_by_name) {
  EXPECT_EQ(ask(led, {c.id(led), node_id{99}}).refusal.code, errc::unknown_node);
  EXPECT_EQ(ask(led, {c.id(led), c.id(spare())}).refusal.code, errc::no_successor);
  EXPECT_TRUE(c.world.at(led).node->leads());
}

TEST_F(an_operators_handover, of_a_node_that_does_not_lead_shows_the_way) {
  const auto said = ask(c.follower(), {c.id(led), {}});
  EXPECT_EQ(said.refusal.code, errc::not_leader);
  EXPECT_EQ(said.refusal.leader_address, c.world.at(led).options.address);
}

TEST_F(an_operators_handover, that_nobody_answers_ends_and_writes_are_taken_again) {
  const auto to = c.follower();
  // It is heard of a moment ago, and is gone.
  c.world.pause(to, sim::seconds(60));
  const auto said = ask(led, {c.id(led), c.id(to)});
  EXPECT_EQ(said.refusal.code, errc::no_successor) << to_string(said.refusal);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() == led; }));
  c.put("k", "v");
  // Now it has been silent for too long to be asked at all.
  EXPECT_EQ(ask(led, {c.id(led), c.id(to)}).refusal.code, errc::no_successor);
}

TEST_F(an_operators_handover, is_not_begun_twice_at_a_time) {
  c.world.pause(c.follower(), sim::seconds(60));
  std::optional<ops::transfer_reply> first;
  c.world.ask(led, ops::transfer_request{c.id(led), c.id(c.follower())},
              [&](const reply_body& said) { first = std::get<ops::transfer_reply>(said); });
  EXPECT_EQ(ask(led, {c.id(led), {}}).refusal.code, errc::transfer_in_progress);
  EXPECT_TRUE(c.comes_true([&] { return first.has_value(); }));
}

TEST_F(an_operators_handover, is_answered_if_its_leader_halts) {
  c.world.pause(c.follower(), sim::seconds(60));
  std::optional<ops::transfer_reply> said;
  c.world.ask(led, ops::transfer_request{c.id(led), c.id(c.follower())},
              [&](const reply_body& x) { said = std::get<ops::transfer_reply>(x); });
  c.world.stop(led);
  EXPECT_TRUE(c.comes_true([&] { return said.has_value() || !c.world.at(led).running(); }));
}

} // namespace
} // namespace quorate::driver
