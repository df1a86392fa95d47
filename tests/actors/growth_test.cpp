// A cluster that grows from one member to five, and whoever joins dies on the way.
#include "tests/actors/looks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 2;

/// Where a joiner dies.
enum class stage {
  started,
  registered, ///< It has an id, as it knows.
  learner,    ///< In the leader's config, whether or not it has heard of that.
  fed,        ///< It has a log.
  joint,      ///< Its promotion has been entered, or is in the leader's log as a whole.
  member,     ///< It votes.
};

const char* to_string(stage x) {
  constexpr const char* names[]{"started", "registered", "learner", "fed", "joint", "member"};
  return names[static_cast<int>(x)];
}

constexpr stage stages[]{stage::started, stage::registered, stage::learner,
                         stage::fed,     stage::joint,      stage::member};

bool votes_in_log(deterministic_cluster& in, const std::string& joiner) {
  const auto leader = in.leader();
  const auto id = in.id_of(joiner);
  if (!leader || !id)
    return false;
  const auto& voters = in.pure(*leader)->consensus()->active_config().voters;
  return std::any_of(voters.begin(), voters.end(), [id](const auto& x) { return x.id == id; });
}

bool is_at(deterministic_cluster& in, const std::string& joiner, stage x) {
  const auto* node = in.pure(joiner);
  if (node == nullptr)
    return false; // It is reading its disk.
  switch (x) {
  case stage::started:
    return true;
  case stage::registered:
    return node->identity().id != node_id{};
  case stage::learner:
    return in.row(joiner) && in.row(joiner)->learner;
  case stage::fed:
    return node->consensus() != nullptr;
  case stage::joint:
    return votes_in_log(in, joiner);
  case stage::member:
    return in.is_member(joiner);
  }
  return false;
}

/// Whether those that run can commit, by what stands in the log of the one with the newest config:
/// all that arithmetic allows.
bool has_live_quorum(deterministic_cluster& in) {
  const raft::configuration* newest = nullptr;
  std::set<node_id> live;
  for (const auto& name : in.nodes().running()) {
    const auto* node = in.pure(name);
    if (node == nullptr)
      continue;
    live.insert(node->identity().id);
    if (const auto* core = node->consensus())
      if (newest == nullptr || newest->version < core->active_config().version)
        newest = &core->active_config();
  }
  const auto half = [&live](const std::vector<raft::replica>& voters) {
    const auto count = std::count_if(voters.begin(), voters.end(),
                                     [&](const auto& x) { return live.count(x.id) != 0; });
    return voters.empty() || 2 * static_cast<std::size_t>(count) > voters.size();
  };
  return newest != nullptr && half(newest->voters) && half(newest->outgoing);
}

bool takes_a_write(deterministic_cluster& in) {
  auto client = in.nodes().client();
  return static_cast<bool>(in.get(client.async_put("key", "value")));
}

local_cluster_options growing() {
  local_cluster_options options;
  options.policy.target_members = 5;
  options.policy.warm_spares = 0;
  options.policy.replace_after_ms = 0;
  options.policy.pairing_wait_ms = 0; // One at a time, through the even counts.
  options.deadline = std::chrono::milliseconds{2'000};
  return options;
}

/// How often it couldn't take a write while the joiner was dead.
std::size_t grow_with_deaths_at(stage x, std::uint64_t seed) {
  deterministic_cluster cluster{seed, growing()};
  cluster.grow(1, 1);
  std::size_t lost = 0;
  for (std::size_t members = 2; members <= 5; ++members) {
    const auto joiner = *cluster.nodes().start({});
    EXPECT_TRUE(cluster.run_to([&] { return is_at(cluster, joiner, x); })) << joiner;
    EXPECT_TRUE(cluster.nodes().kill(joiner));
    cluster.run_for(500);
    const bool possible = has_live_quorum(cluster);
    EXPECT_EQ(takes_a_write(cluster), possible) << "with " << joiner << " dead";
    if (!possible) {
      ++lost;
      EXPECT_EQ(members, 2U) << "only of two voters one is too many";
    }
    EXPECT_TRUE(cluster.nodes().restart(joiner));
    EXPECT_TRUE(cluster.run_until([&] { return cluster.members() == members; })) << joiner;
    EXPECT_TRUE(takes_a_write(cluster)) << "it came back with " << joiner;
    EXPECT_EQ(cluster.pure(*cluster.leader())->state()->nodes().rows().size(), members)
      << joiner << " registered once";
  }
  EXPECT_TRUE(cluster.run_until([&] { return unsettled(cluster).empty(); })) << unsettled(cluster);
  return lost;
}

TEST(growth_from_one_to_five, loses_availability_only_where_one_of_two_voters_is_dead) {
  for (const auto x : stages)
    for_seeds(seeds, [x](std::uint64_t seed) {
      SCOPED_TRACE(to_string(x));
      const auto lost = grow_with_deaths_at(x, seed);
      EXPECT_EQ(lost, x >= stage::joint ? 1U : 0U);
    });
}

/// Two candidates are taken in by one joint change, so two voters never are all.
TEST(growth_from_one_to_five, in_pairs_takes_writes_whichever_joiner_dies) {
  for (const auto x : stages)
    for_seeds(seeds, [x](std::uint64_t seed) {
      SCOPED_TRACE(to_string(x));
      auto options = growing();
      options.policy.pairing_wait_ms = 2'000;
      deterministic_cluster cluster{seed, options};
      cluster.grow(1, 1);
      for (std::size_t members = 3; members <= 5; members += 2) {
        ASSERT_TRUE(cluster.nodes().start({}));
        const auto joiner = *cluster.nodes().start({});
        ASSERT_TRUE(cluster.run_to([&] { return is_at(cluster, joiner, x); }));
        ASSERT_TRUE(cluster.nodes().kill(joiner));
        cluster.run_for(500);
        EXPECT_TRUE(has_live_quorum(cluster));
        EXPECT_TRUE(takes_a_write(cluster));
        ASSERT_TRUE(cluster.nodes().restart(joiner));
        ASSERT_TRUE(cluster.run_until([&] { return cluster.members() == members; }));
      }
      const auto counts = effective_voters(cluster, config_version{1});
      EXPECT_EQ(std::count(counts.begin(), counts.end(), 2U), 0) << "it skips even counts";
    });
}

} // namespace

} // namespace quorate::actors
