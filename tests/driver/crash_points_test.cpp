// A leader that dies at any point of a transition: the next one goes on to a settled state, and a
// retried intent takes effect once.
#include "tests/driver/cluster.hpp"
#include "tests/sim/liveness.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

/// Effects of a leader from the intent to the end of the transition, and a few more.
constexpr std::uint64_t effects_max = 70;

struct crash_point {
  std::uint64_t effects = 0; ///< After so many.
  bool comes_back = true;    ///< At once; else only when all is over.
};

/// Parks a member while its place is taken by a spare: a joint change. Returns whether the leader
/// died of it.
bool park_and_crash(crash_point at) {
  cluster c{at.effects};
  c.policy.replace_after_ms = 0; // The spare is for the parked one, not for the dead leader.
  c.found(4);
  const auto l = c.leader();
  const auto parked = c.id(c.follower());
  const op_id op{3, at.effects};
  c.world.at(l).effects_left = at.effects;
  static_cast<void>(c.try_intent(membership::park_intent{parked, false}, op));
  c.comes_true([&] { return !c.world.at(l).running(); }, sim::ms(200));
  const bool died = !c.world.at(l).running();
  if (at.comes_back)
    c.world.start(l);
  c.world.at(l).effects_left.reset();
  EXPECT_EQ(c.intend(membership::park_intent{parked, false}, op).refusal.code, errc::none);
  EXPECT_EQ(c.world.log().membership().times(op), 1U);
  c.world.start(l);
  EXPECT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
  EXPECT_EQ(c.position(parked), "standby/outsider");
  EXPECT_FALSE(c.nodes().joint());
  EXPECT_EQ(c.nodes().members().size(), 3U);
  return died;
}

TEST(crash_points, a_leader_that_dies_in_a_transition_and_comes_back_loses_nothing) {
  std::uint64_t deaths = 0;
  for (std::uint64_t k = 0; k < effects_max; ++k) {
    SCOPED_TRACE("after " + std::to_string(k) + " effects");
    deaths += park_and_crash({k, true}) ? 1 : 0;
  }
  EXPECT_GT(deaths, effects_max / 2);
}

TEST(crash_points, the_next_leader_goes_on_alone) {
  for (std::uint64_t k = 0; k < effects_max; ++k) {
    SCOPED_TRACE("after " + std::to_string(k) + " effects");
    park_and_crash({k, false});
  }
}

/// By events of the whole cluster: the other nodes are further each time, too.
TEST(crash_points, a_leader_that_is_parked_dies_at_any_event) {
  for (std::uint64_t k = 0; k < 120; k += 3) {
    SCOPED_TRACE("after " + std::to_string(k) + " events");
    cluster c{k};
    c.found(4);
    const auto l = c.leader();
    const auto parked = c.id(l);
    const op_id op{4, k};
    c.world.log().membership().may_be_parked(parked);
    c.world.ask(l, membership::reconfigure_request{op, {}, membership::park_intent{parked, true}},
                nullptr);
    for (std::uint64_t i = 0; i < k; ++i)
      c.world.step();
    c.world.crash(l, true);
    EXPECT_EQ(c.intend(membership::park_intent{parked, true}, op).refusal.code, errc::none);
    c.world.start(l);
    EXPECT_TRUE(c.settles()) << sim::unsettled(c.world) << '\n' << c.lines.tail();
    EXPECT_EQ(c.position(parked), "standby/outsider");
    EXPECT_LE(c.world.log().membership().times(op), 1U);
  }
}

} // namespace
} // namespace quorate::driver
