// The leader dies after any number of its effects in each kind of transition, and comes back at
// once or when all is over. The simulator's promises are checked meanwhile; here, that it is done
// once.
#include "tests/driver/cluster.hpp"
#include "tests/sim/liveness.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace quorate::driver {
namespace {

/// Three members and two warm spares.
struct parts {
  std::size_t leader = 0;
  std::size_t follower = 0;
  std::size_t spare = 0;
};

parts parts_of(cluster& c) {
  parts out{c.leader(), c.follower(), 0};
  while (c.position(c.id(out.spare)) != "auto_join/learner")
    ++out.spare;
  return out;
}

using wish = std::function<membership::intent(cluster&, const parts&)>;
using outcome = std::function<void(cluster&, const parts&)>;

constexpr std::uint64_t effects_max = 60;

/// Whether the leader died of it.
bool die(std::uint64_t effects, bool comes_back, const wish& want, const outcome& expect) {
  cluster c{effects};
  c.policy.warm_spares = 2;
  c.policy.replace_after_ms = 0; // The spares are for the operator.
  c.found(5);
  const auto who = parts_of(c);
  const auto what = want(c, who);
  const op_id op{6, effects + 1};
  c.world.at(who.leader).effects_left = effects;
  static_cast<void>(c.try_intent(what, op));
  c.comes_true([&] { return !c.world.at(who.leader).running(); }, sim::ms(200));
  const bool died = !c.world.at(who.leader).running();
  if (comes_back)
    c.world.start(who.leader);
  c.world.at(who.leader).effects_left.reset();
  const auto reply = c.intend(what, op);
  EXPECT_EQ(reply.refusal.code, errc::none) << to_string(reply.refusal);
  EXPECT_EQ(c.world.log().membership().times(op), 1U);
  c.world.start(who.leader);
  EXPECT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
  EXPECT_FALSE(c.nodes().joint());
  expect(c, who);
  const auto late = c.intend(what, op);
  EXPECT_FALSE(late.changed);
  EXPECT_EQ(late.refusal.code, errc::none) << to_string(late.refusal);
  return died;
}

/// `deaths_min`: else it was over before the leader had so many effects.
void die_at_any_effect(const wish& want, const outcome& expect,
                       std::uint64_t deaths_min = effects_max / 2) {
  for (const bool comes_back : {true, false}) {
    std::uint64_t deaths = 0;
    for (std::uint64_t k = 0; k < effects_max; ++k) {
      SCOPED_TRACE("after " + std::to_string(k) + " effects");
      deaths += die(k, comes_back, want, expect) ? 1 : 0;
      if (testing::Test::HasFailure())
        return;
    }
    EXPECT_GE(deaths, deaths_min);
  }
}

TEST(a_leader_that_dies_at_any_effect, has_replaced_a_member_once) {
  die_at_any_effect(
    [](cluster& c, const parts& who) {
      return membership::replace_intent{c.id(who.follower), c.id(who.spare),
                                        membership::replaced_fate::standby};
    },
    [](cluster& c, const parts& who) {
      EXPECT_EQ(c.position(c.id(who.follower)), "standby/outsider");
      EXPECT_EQ(c.position(c.id(who.spare)), "member/voter");
    });
}

TEST(a_leader_that_dies_at_any_effect, has_removed_a_member_once) {
  die_at_any_effect(
    [](cluster& c, const parts& who) {
      return membership::remove_intent{c.id(who.follower), false};
    },
    [](cluster& c, const parts& who) {
      EXPECT_EQ(c.position(c.id(who.follower)), "removed");
      EXPECT_EQ(c.nodes().members().size(), 3U);
    });
}

TEST(a_leader_that_dies_at_any_effect, has_reconfigured_once) {
  die_at_any_effect(
    [](cluster& c, const parts& who) {
      std::vector<node_id> named{c.id(who.spare)};
      for (const auto id : c.nodes().members())
        if (id != c.id(who.follower))
          named.push_back(id);
      return membership::reconfigure_intent{named, false};
    },
    [](cluster& c, const parts& who) {
      EXPECT_EQ(c.position(c.id(who.spare)), "member/voter");
      EXPECT_NE(c.position(c.id(who.follower)), "member/voter");
    });
}

TEST(a_leader_that_dies_at_any_effect, has_set_the_target_once_and_promotes_and_admits) {
  die_at_any_effect(
    [](cluster&, const parts&) {
      return membership::set_target_intent{5, false};
    },
    [](cluster& c, const parts&) { EXPECT_EQ(c.nodes().members().size(), 5U); });
}

TEST(a_leader_that_dies_at_any_effect, has_taken_itself_out_once) {
  die_at_any_effect(
    [](cluster& c, const parts& who) {
      return membership::remove_intent{c.id(who.leader), false};
    },
    [](cluster& c, const parts& who) {
      EXPECT_EQ(c.nodes().members().size(), 3U);
      EXPECT_EQ(c.world.at(who.leader).node->halted().code, errc::node_removed);
    },
    10); // It leads no longer soon.
}

/// The policy's replacement: a member is dead already, so five of them, for the leader may die,
/// too.
TEST(a_leader_that_dies_at_any_effect, has_replaced_a_dead_member_once) {
  for (std::uint64_t k = 0; k < 300; k += 3) {
    SCOPED_TRACE("after " + std::to_string(k) + " effects");
    cluster c{k};
    c.policy.target_members = 5;
    c.policy.warm_spares = 2;
    c.policy.replace_after_ms = 1'000;
    c.found(7);
    const auto who = parts_of(c);
    const auto dead = c.id(who.follower);
    c.world.crash(who.follower, true);
    c.world.run_for(sim::ms(900)); // Soon it has been dead for long enough.
    const auto leader = c.leader();
    c.world.at(leader).effects_left = k;
    c.comes_true([&] { return !c.world.at(leader).running(); });
    c.world.start(leader);
    c.world.at(leader).effects_left.reset();
    ASSERT_TRUE(c.comes_true([&] { return c.position(dead) == "auto_join/outsider"; }))
      << c.lines.tail();
    ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
    EXPECT_EQ(c.nodes().members().size(), 5U);
    std::size_t times = 0;
    for (const auto& x : c.nodes().history())
      times += x.event == lifecycle_event::replace && x.node == dead ? 1 : 0;
    EXPECT_EQ(times, 1U);
  }
}

} // namespace
} // namespace quorate::driver
