// What the shells add to the pure parts: calls and their answers, subscriptions, the end, and
// payloads on their way.
#include "tests/actors/deterministic_cluster.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 10;

TEST(a_put, is_read_back) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    auto client = cluster.nodes().client();
    const auto put = cluster.get(client.async_put("key", "value", absent));
    ASSERT_TRUE(put) << to_string(put.error());
    const auto got = cluster.get(client.async_get("key"));
    ASSERT_TRUE(got && *got);
    EXPECT_EQ((*got)->value, "value");
    EXPECT_EQ((*got)->revision, *put);
  });
}

TEST(a_put, whose_leader_dies_takes_effect_once) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    auto client = cluster.nodes().client();
    ASSERT_TRUE(cluster.get(client.async_put("key", "first")));
    auto put = client.async_put("key", "second");
    cluster.run_steps(seed * 5);
    ASSERT_TRUE(cluster.nodes().kill(*cluster.leader()));
    const auto second = cluster.get(std::move(put));
    ASSERT_TRUE(second) << to_string(second.error());
    EXPECT_EQ(second->value, 2U);
    const auto third = cluster.get(client.async_put("key", "third", matches(*second)));
    EXPECT_TRUE(third) << to_string(third.error());
  });
}

TEST(a_payload, is_not_copied_on_its_way_to_all_replicas) {
  deterministic_cluster cluster{1};
  cluster.grow(3, 3);
  auto client = cluster.nodes().client();
  const std::string value(100'000, 'x');
  ASSERT_TRUE(cluster.get(client.async_put("key", value)));
  cluster.run_for(100);
  std::set<const char*> where;
  for (const auto& name : cluster.nodes().running()) {
    const auto& log = cluster.pure(name)->consensus()->entries();
    std::size_t found = 0;
    for (auto index = log.first(); index <= log.last().index; ++index.value)
      if (const auto bytes = log.at(index).payload.view(); bytes.size() > value.size()) {
        where.insert(bytes.data());
        ++found;
      }
    EXPECT_EQ(found, 1U) << name;
  }
  EXPECT_EQ(where.size(), 1U);
}

TEST(a_subscriber, hears_each_transition_once_and_in_order) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    std::vector<std::uint64_t> versions;
    cluster.nodes().system().subscribe(
      [&](const transition& x) { versions.push_back(x.version.value); });
    cluster.grow(4, 3);
    ASSERT_TRUE(cluster.nodes().kill(*cluster.leader()));
    ASSERT_TRUE(cluster.run_until([&] { return cluster.members() == 3; }));
    cluster.run_for(2'000);
    ASSERT_GT(versions.size(), 6U);
    for (std::size_t i = 0; i < versions.size(); ++i)
      EXPECT_EQ(versions[i], i + 1);
  });
}

/// What subscribers hear until the cluster has grown, and when.
std::vector<std::pair<std::uint64_t, std::uint64_t>> history_of(std::uint64_t seed) {
  deterministic_cluster cluster{seed};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
  const auto& clock = cluster.nodes().system().caf().clock();
  const auto start = clock.now();
  cluster.nodes().system().subscribe(
    [&](const transition& x) { out.emplace_back(x.version.value, (clock.now() - start).count()); });
  cluster.grow(5, 3);
  cluster.run_for(500);
  return out;
}

TEST(a_seed, is_one_interleaving) {
  EXPECT_EQ(history_of(7), history_of(7));
  EXPECT_NE(history_of(7), history_of(8));
}

TEST(the_end, answers_calls_that_are_under_way) {
  for_seeds(seeds, [](std::uint64_t seed) {
    std::map<errc, int> answers;
    std::optional<client> late;
    {
      deterministic_cluster cluster{seed};
      cluster.grow(3, 3);
      auto client = cluster.nodes().client();
      late = client;
      for (int i = 0; i < 100; ++i)
        client.put("key" + std::to_string(i), "value", any,
                   [&](const result<revision>& x) { ++answers[x ? errc::none : x.error().code]; });
      cluster.run_steps(seed * 20);
    }
    auto total = 0;
    for (const auto& [code, count] : answers) {
      EXPECT_TRUE(code == errc::none || code == errc::shutting_down
                  || code == errc::outcome_unknown)
        << to_string(code);
      total += count;
    }
    EXPECT_EQ(total, 100);
    EXPECT_EQ(late->put("key", "value").error().code, errc::shutting_down);
  });
}

TEST(the_end, comes_at_any_moment) {
  for_seeds(60, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.found(3);
    cluster.run_steps(seed % 40);
    cluster.run_for(seed);
  });
}

TEST(a_killed_node, that_is_restarted_at_once_gets_its_disk_after_its_previous_life_has_ended) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    auto client = cluster.nodes().client();
    for (int i = 0; i < 5; ++i) {
      auto put = client.async_put("key", std::to_string(i));
      cluster.run_steps(seed + 7);
      ASSERT_TRUE(cluster.nodes().kill("n2"));
      ASSERT_TRUE(cluster.nodes().restart("n2"));
      EXPECT_TRUE(cluster.get(std::move(put)));
    }
    cluster.run_for(1'000);
    EXPECT_EQ(cluster.members(), 3U);
    EXPECT_EQ(cluster.pure("n2")->status().state_hash, cluster.pure("n1")->status().state_hash);
  });
}

} // namespace

} // namespace quorate::actors
