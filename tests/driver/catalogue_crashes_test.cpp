// Bugs that others had (docs/bug-classes.md): crashes while a cluster begins, and while it grows by
// the very node that it then needs.
#include "tests/driver/cluster.hpp"
#include "tests/sim/liveness.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

/// All or nothing: an id and a first entry, or neither.
void expect_whole(cluster& c, std::uint64_t k) {
  const auto& disk = c.world.at(0).disk.durable();
  const bool named = disk.identity() && disk.identity()->id;
  EXPECT_EQ(named, !disk.entries().empty()) << k;
  EXPECT_EQ(named, static_cast<bool>(disk.state().current_term)) << k;
}

// J11 (restate #2516), J10 (consul #3834): a cluster is founded by one write, so it is founded
// whole or not at all, and a second request finds out which.
TEST(founding, that_a_crash_interrupts_is_whole_or_has_not_begun) {
  std::uint64_t founded = 0;
  std::uint64_t not_founded = 0;
  for (std::uint64_t k = 0; k < 200; ++k) { // Some with each prefix of what wasn't synced.
    cluster c{k};
    c.policy.target_members = 1;
    c.add();
    c.world.run_for(sim::ms(50));
    c.world.ask(0, membership::provision_request{"sim", c.policy}, nullptr);
    for (std::uint64_t i = 0; i < k / 10; ++i)
      c.world.step();
    c.world.crash(0, false);
    expect_whole(c, k);
    const bool was_founded = !c.world.at(0).disk.durable().entries().empty();
    ++(was_founded ? founded : not_founded);
    const auto cluster_before = was_founded ? c.world.at(0).disk.durable().identity()->cluster
                                            : fingerprint{};
    c.world.start(0);
    c.world.run_for(sim::ms(100));
    const auto reply = c.provision(0);
    EXPECT_EQ(reply.refusal.code, errc::none) << k;
    EXPECT_EQ(reply.changed, !was_founded) << k;
    if (was_founded) {
      EXPECT_EQ(reply.cluster, cluster_before) << k;
    }
    ASSERT_TRUE(c.settles()) << k << ' ' << sim::unsettled(c.world);
    EXPECT_EQ(c.nodes().members().size(), 1U);
  }
  EXPECT_GT(founded, 25U);
  EXPECT_GT(not_founded, 25U);
}

/// One node becomes two; `joiner` or the founder dies after so long, and comes back without what
/// wasn't synced.
void join_and_crash(sim::micros after, bool joiner, bool both) {
  cluster c{after + (joiner ? 1 : 0)};
  c.add();
  c.world.run_for(sim::ms(100));
  ASSERT_EQ(c.provision(0).refusal.code, errc::none);
  c.add();
  c.world.run_for(after);
  c.world.crash(joiner ? 1 : 0, true);
  if (both)
    c.world.crash(joiner ? 0 : 1, true);
  c.world.run_for(sim::ms(300));
  for (std::size_t i = 0; i < 2; ++i)
    c.world.start(i);
  ASSERT_TRUE(c.settles()) << after << ' ' << sim::unsettled(c.world) << '\n' << c.lines.tail();
  EXPECT_EQ(c.nodes().members().size(), 2U);
  EXPECT_EQ(c.nodes().rows().size(), 2U) << "it registered once";
}

// J4 (restate #4293): the change from one voter to two needs the joiner's disk, and the joiner
// remembers who it is, whenever it dies.
TEST(joining, of_the_second_voter_survives_its_death_at_any_moment) {
  for (std::uint64_t i = 0; i < 60; ++i)
    join_and_crash(sim::ms(20 * i), true, i % 3 == 0);
}

TEST(joining, of_the_second_voter_survives_the_death_of_the_first_at_any_moment) {
  for (std::uint64_t i = 0; i < 60; ++i)
    join_and_crash(sim::ms(20 * i), false, false);
}

} // namespace
} // namespace quorate::driver
