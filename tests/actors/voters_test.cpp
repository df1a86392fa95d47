// How many voters there are while nodes come, go and restart: read from the log's sequence of
// configurations.
#include "tests/actors/looks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 3;

local_cluster_options with_target(std::uint32_t members, std::uint32_t warm_spares = 1) {
  local_cluster_options options;
  options.policy.target_members = members;
  options.policy.warm_spares = warm_spares;
  return options;
}

bool takes_a_write(deterministic_cluster& in, const std::string& value) {
  auto client = in.nodes().client();
  const auto put = in.get(client.async_put("key", value));
  return static_cast<bool>(put);
}

// -- restarts -------------------------------------------------------------------------------------------------

/// Each node in turn is down for a while, and the next one goes three seconds after it.
void roll(deterministic_cluster& in, std::uint64_t down_ms) {
  constexpr std::uint64_t interval_ms = 3'000;
  for (const auto& name : in.nodes().running()) {
    ASSERT_TRUE(in.nodes().kill(name));
    in.run_for(down_ms);
    EXPECT_TRUE(in.leader()) << "one of three is down";
    ASSERT_TRUE(in.nodes().restart(name));
    in.run_for(interval_ms - down_ms);
    EXPECT_TRUE(takes_a_write(in, name)) << name;
  }
}

// consul #8118: servers that restart faster than they count as stable.
TEST(a_rolling_restart, at_intervals_of_three_seconds_replaces_nobody) {
  for (const std::uint64_t down_ms : {500U, 2'500U}) {
    for_seeds(seeds, [down_ms](std::uint64_t seed) {
      local_cluster_options options;
      options.policy = membership_policy{}; // The default one, which thinks in minutes.
      deterministic_cluster cluster{seed, options};
      cluster.found(4);
      ASSERT_TRUE(cluster.run_until(
        [&] { return cluster.members() == 3 && cluster.learners() == 1; }, 60'000));
      const auto before = cluster.pure(*cluster.leader())->state()->nodes().version();
      roll(cluster, down_ms);
      EXPECT_TRUE(done(cluster, lifecycle_event::replace).empty());
      EXPECT_EQ(cluster.pure(*cluster.leader())->state()->nodes().version(), before)
        << "nothing was changed at all";
      EXPECT_EQ(unsettled(cluster), "");
    });
  }
}

TEST(a_rolling_restart, that_takes_each_node_nearly_as_long_as_a_dead_one_may_replaces_nobody) {
  for_seeds(seeds, [](std::uint64_t seed) {
    auto options = with_target(3);
    options.policy.replace_after_ms = 3'000;
    deterministic_cluster cluster{seed, options};
    cluster.grow(4, 3);
    roll(cluster, 2'500);
    EXPECT_TRUE(done(cluster, lifecycle_event::replace).empty());
    EXPECT_EQ(unsettled(cluster), "");
  });
}

// -- replacements ---------------------------------------------------------------------------------------------

struct parts {
  std::string follower;
  std::string learner;
};

parts parts_of(deterministic_cluster& in) {
  parts out;
  for (const auto& name : others(in, *in.leader()))
    (in.is_member(name) ? out.follower : out.learner) = name;
  return out;
}

/// Three from here on in each config, and one of them is joint: the halves of a replacement.
void expect_never_fewer_than_three(deterministic_cluster& in, config_version from) {
  const auto counts = effective_voters(in, from);
  EXPECT_GE(counts.size(), 3U) << "before, entered, left";
  for (const auto count : counts)
    EXPECT_EQ(count, 3U);
}

config_version version(deterministic_cluster& in) {
  return in.pure(*in.leader())->state()->nodes().version();
}

TEST(a_replacement, by_the_policy_never_has_one_voter_fewer_at_any_instant) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(4, 3);
    cluster.run_for(500);
    const auto from = version(cluster);
    const auto dead = parts_of(cluster).follower;
    ASSERT_TRUE(cluster.nodes().kill(dead));
    ASSERT_TRUE(
      cluster.run_until([&] { return !cluster.is_member(dead) && cluster.members() == 3; }));
    expect_never_fewer_than_three(cluster, from);
  });
}

/// Of what an operator asks for, with a spare at hand.
void expect_replaced(std::uint64_t seed,
                     const std::function<membership::intent(node_id, node_id)>& want) {
  deterministic_cluster cluster{seed};
  cluster.grow(4, 3);
  cluster.run_for(500);
  const auto from = version(cluster);
  const auto who = parts_of(cluster);
  const auto reply = cluster.ask(want(cluster.id_of(who.follower), cluster.id_of(who.learner)));
  ASSERT_TRUE(reply.changed) << to_string(reply.refusal);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.members() == 3; }));
  EXPECT_TRUE(cluster.is_member(who.learner));
  EXPECT_FALSE(cluster.is_member(who.follower));
  expect_never_fewer_than_three(cluster, from);
}

TEST(a_replacement, by_an_operator_never_has_one_voter_fewer_at_any_instant) {
  using membership::replaced_fate;
  for (const auto fate : {replaced_fate::standby, replaced_fate::auto_join, replaced_fate::removed})
    for_seeds(seeds, [fate](std::uint64_t seed) {
      expect_replaced(seed, [fate](node_id follower, node_id learner) {
        return membership::replace_intent{follower, learner, fate};
      });
    });
}

TEST(a_parked_or_removed_member, with_a_spare_at_hand_never_leaves_one_voter_fewer) {
  for_seeds(seeds, [](std::uint64_t seed) {
    expect_replaced(seed, [](node_id follower, node_id) {
      return membership::park_intent{follower, false};
    });
    expect_replaced(seed, [](node_id follower, node_id) {
      return membership::remove_intent{follower, false};
    });
  });
}

TEST(a_parked_member, without_a_spare_leaves_one_voter_fewer_and_only_by_force) {
  auto options = with_target(3, 0);
  deterministic_cluster cluster{1, options};
  cluster.grow(3, 3);
  const auto from = version(cluster);
  const auto who = cluster.id_of(parts_of(cluster).follower);
  EXPECT_EQ(cluster.ask(membership::park_intent{who, false}).refusal.code, errc::below_min_members);
  ASSERT_TRUE(cluster.ask(membership::park_intent{who, true}).changed);
  const auto counts = effective_voters(cluster, from);
  EXPECT_EQ(*std::min_element(counts.begin(), counts.end()), 2U);
}

} // namespace

} // namespace quorate::actors
