// Nodes that end in order, through real actors.
#include "tests/actors/deterministic_cluster.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 10;

std::uint64_t election_ms(deterministic_cluster& cluster) {
  const auto& options = cluster.nodes().options();
  return static_cast<std::uint64_t>(options.tick.count()) * options.election_ticks;
}

/// Stops it; true once it has ended.
result<void> stop(deterministic_cluster& cluster, const std::string& name) {
  std::optional<result<void>> how;
  cluster.nodes().stop(name, [&](result<void> x) { how = std::move(x); });
  cluster.run_until([&] { return how.has_value(); });
  return how.value_or(make_error(errc::deadline_exceeded));
}

TEST(a_leader_that_stops, is_succeeded_before_anybody_waits_for_a_timeout) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    const auto old = *cluster.leader();
    bool ended = false;
    cluster.nodes().stop(old, [&](result<void>) { ended = true; });
    ASSERT_TRUE(cluster.run_until([&] { return cluster.leader() && *cluster.leader() != old; },
                                  election_ms(cluster) / 2));
    ASSERT_TRUE(cluster.run_until([&] { return ended; }, election_ms(cluster)));
    EXPECT_EQ(cluster.nodes().running().size(), 2U);
  });
}

TEST(a_node_that_stops, can_be_restarted_and_is_what_it_was) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(4, 3);
    for (const std::string name : {"n1", "n2", "n3", "n4"}) {
      const auto before = cluster.row(name)->state;
      ASSERT_TRUE(stop(cluster, name)) << name;
      EXPECT_EQ(cluster.pure(name), nullptr);
      ASSERT_TRUE(cluster.nodes().restart(name));
      ASSERT_TRUE(cluster.run_until([&] { return cluster.members() == 3; }));
      cluster.run_for(300);
      EXPECT_EQ(cluster.row(name)->state, before) << name;
    }
  });
}

TEST(a_rolling_restart, in_order_loses_no_write) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    auto client = cluster.nodes().client();
    std::uint64_t writes = 0;
    for (int round = 0; round < 2; ++round)
      for (const std::string name : {"n1", "n2", "n3"}) {
        auto put = client.async_put("key", std::to_string(writes + 1));
        cluster.run_steps(seed * 3);
        ASSERT_TRUE(stop(cluster, name));
        ASSERT_TRUE(cluster.get(std::move(put)));
        ++writes;
        const auto got = cluster.get(client.async_get("key"));
        ASSERT_TRUE(got && *got);
        EXPECT_EQ((*got)->value, std::to_string(writes));
        EXPECT_EQ((*got)->revision.value, writes) << "each took effect once";
        ASSERT_TRUE(cluster.nodes().restart(name));
        ASSERT_TRUE(cluster.run_until([&] {
          const auto* node = cluster.pure(name);
          const auto leader = cluster.leader();
          return node != nullptr && leader
                 && node->status().applied == cluster.pure(*leader)->status().applied;
        }));
      }
  });
}

TEST(a_node_that_stops, alone_loses_nothing) {
  deterministic_cluster cluster{1};
  cluster.grow(1, 1);
  auto client = cluster.nodes().client();
  ASSERT_TRUE(cluster.get(client.async_put("key", "value")));
  ASSERT_TRUE(stop(cluster, "n1"));
  ASSERT_TRUE(cluster.nodes().restart("n1"));
  const auto got = cluster.get(client.async_get("key"));
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->value, "value");
}

TEST(a_node_that_stops, is_unknown_if_it_does_not_run_or_is_killed_meanwhile) {
  deterministic_cluster cluster{1};
  cluster.grow(3, 3);
  EXPECT_EQ(stop(cluster, "n9").error().code, errc::unknown_node);
  const auto leader = *cluster.leader();
  std::optional<result<void>> how;
  cluster.nodes().stop(leader, [&](result<void> x) { how = std::move(x); });
  ASSERT_TRUE(cluster.nodes().kill(leader));
  ASSERT_TRUE(cluster.run_until([&] { return how.has_value(); }));
  EXPECT_EQ(how->error().code, errc::unknown_node);
  EXPECT_EQ(stop(cluster, leader).error().code, errc::unknown_node);
}

} // namespace

} // namespace quorate::actors
