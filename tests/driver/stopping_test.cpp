// Nodes that end in order: nobody waits for timeouts, nothing is lost, and nobody is replaced.
#include "tests/driver/cluster.hpp"
#include "tests/sim/violation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::driver {
namespace {

sim::micros election_timeout(const cluster& c) {
  return sim::ms(c.defaults.tick_ms * c.defaults.consensus.election_ticks);
}

bool runs(cluster& c, std::size_t node) {
  return c.world.at(node).running();
}

bool counts_as_live(cluster& c, node_id id) {
  return c.world.at(c.leader()).control->seen().live(id);
}

/// Stops it and waits for its end.
void stop(cluster& c, std::size_t node) {
  c.world.stop(node);
  ASSERT_TRUE(c.comes_true([&] { return !runs(c, node); })) << c.lines.tail();
}

// -- a leader -------------------------------------------------------------------------------------

/// How long nobody leads whom callers can ask, from the word to stop on.
sim::micros without_a_leader(std::uint64_t seed) {
  cluster c{seed};
  c.found(3);
  const auto old = c.leader();
  const auto asked = c.world.now();
  c.world.stop(old);
  EXPECT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }));
  return c.world.now() - asked;
}

TEST(a_leader_that_stops, is_succeeded_in_less_than_an_election_timeout) {
  const cluster c;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_LT(without_a_leader(seed), election_timeout(c) / 2) << "seed " << seed;
}

TEST(a_leader_that_stops, goes_once_its_successor_has_spoken) {
  cluster c;
  c.found(3);
  const auto old = c.leader();
  c.world.stop(old);
  ASSERT_TRUE(c.comes_true([&] { return !runs(c, old); }, election_timeout(c))) << c.lines.tail();
  EXPECT_TRUE(
    c.world.leader()
    || c.comes_true([&] { return c.world.leader().has_value(); }, sim::ms(c.defaults.tick_ms)));
}

TEST(a_leader_that_stops, waits_for_nobody_where_nobody_can_take_over) {
  cluster c;
  c.policy.target_members = 1;
  c.found(1);
  c.put("k", "v");
  stop(c, 0);
  c.world.start(0);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.get("k").value->view(), "v");
}

TEST(a_leader_that_stops, waits_an_election_timeout_at_most_for_a_successor_that_is_dead) {
  cluster c;
  c.found(3);
  const auto old = c.leader();
  for (std::size_t i = 0; i < 3; ++i)
    if (i != old)
      c.world.crash(i, false);
  c.world.stop(old);
  EXPECT_TRUE(c.comes_true([&] { return !runs(c, old); },
                           election_timeout(c) + 2 * sim::ms(c.defaults.tick_ms)))
    << c.lines.tail();
}

TEST(a_leader_that_stops, without_handing_over_is_found) {
  planted bug{base::mutant::leader_stops_at_once};
  cluster c;
  c.found(3);
  EXPECT_THROW(stop(c, c.leader()), sim::violation);
}

TEST(a_node_that_stops, before_its_disk_has_all_is_found) {
  planted bug{base::mutant::stops_before_durable};
  cluster c;
  c.found(3);
  const auto f = c.follower();
  c.world.at(f).slower = sim::ms(100);
  c.world.at(f).slow_until = c.world.now() + sim::seconds(5);
  c.put("k", "v");
  EXPECT_THROW(stop(c, f), sim::violation);
}

// -- what others make of it -----------------------------------------------------------------------

TEST(a_goodbye, counts_at_once_where_a_silence_takes_its_time) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  ASSERT_TRUE(counts_as_live(c, id));
  stop(c, f);
  EXPECT_TRUE(c.comes_true([&] { return !counts_as_live(c, id); }, sim::ms(50))) << c.lines.tail();
}

TEST(a_goodbye, of_an_outsider_counts_at_once_too) {
  cluster c;
  c.policy.warm_spares = 0;
  c.found(4);
  const auto outsider = c.outsider();
  const auto id = c.id(outsider);
  ASSERT_TRUE(c.comes_true([&] { return counts_as_live(c, id); }));
  stop(c, outsider);
  EXPECT_TRUE(c.comes_true([&] { return !counts_as_live(c, id); }, sim::ms(50))) << c.lines.tail();
}

TEST(a_goodbye, is_over_when_the_node_is_back) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  stop(c, f);
  ASSERT_TRUE(c.comes_true([&] { return !counts_as_live(c, id); }));
  c.world.start(f);
  EXPECT_TRUE(c.comes_true([&] { return counts_as_live(c, id); }, sim::seconds(1)))
    << c.lines.tail();
}

TEST(a_goodbye, is_a_restart_and_replaces_nobody_sooner) {
  cluster c;
  c.policy.replace_after_ms = 2'000;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  stop(c, f);
  const auto gone = c.world.now();
  ASSERT_TRUE(c.comes_true([&] { return c.position(id) == "auto_join/outsider"; }))
    << c.lines.tail();
  EXPECT_GE(c.world.now() - gone, sim::ms(1'900));
}

TEST(a_goodbye, that_is_believed_for_ever_is_found) {
  planted bug{base::mutant::goodbye_trusted_for_ever};
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  stop(c, f);
  ASSERT_TRUE(c.comes_true([&] { return !counts_as_live(c, id); }));
  c.world.start(f);
  EXPECT_FALSE(c.comes_true([&] { return counts_as_live(c, id); }, sim::ms(500)));
}

// -- a rolling restart ----------------------------------------------------------------------------

TEST(a_rolling_restart, in_order_loses_no_write_and_replaces_nobody) {
  cluster c;
  c.found(5);
  const auto version = c.nodes().version();
  std::uint64_t writes = 0;
  for (std::size_t i = 0; i < c.world.size(); ++i) {
    c.put("k" + std::to_string(writes), std::to_string(writes));
    ++writes;
    stop(c, i);
    c.put("k" + std::to_string(writes), std::to_string(writes)); // While it is away.
    ++writes;
    c.world.start(i);
    ASSERT_TRUE(c.settles()) << c.lines.tail();
  }
  for (std::uint64_t i = 0; i < writes; ++i)
    EXPECT_EQ(c.get("k" + std::to_string(i)).value->view(), std::to_string(i));
  EXPECT_EQ(c.nodes().version(), version) << "nobody was replaced";
}

TEST(a_rolling_restart, costs_each_leader_less_than_an_election_timeout) {
  cluster c;
  c.found(3);
  for (int round = 0; round < 6; ++round) {
    const auto old = c.leader();
    const auto asked = c.world.now();
    c.world.stop(old);
    ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }));
    EXPECT_LT(c.world.now() - asked, election_timeout(c)) << "round " << round;
    ASSERT_TRUE(c.comes_true([&] { return !runs(c, old); }));
    c.world.start(old);
    ASSERT_TRUE(c.settles()) << c.lines.tail();
  }
}

} // namespace
} // namespace quorate::driver
