// Majorities against an obviously correct twin.

#include "runtime/raft/quorum.hpp"

#include "runtime/base/random.hpp"
#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <map>

namespace quorate::raft::test {
namespace {

/// Tries every value: the largest that more than half of the voters have reached.
std::uint64_t slow_majority_value(const std::vector<replica>& voters,
                                  const std::map<node_id, std::uint64_t>& reached) {
  std::uint64_t best = 0;
  for (std::uint64_t value = 0; value <= 20; ++value) {
    std::size_t have = 0;
    for (const auto& who : voters)
      have += reached.at(who.id) >= value ? 1 : 0;
    if (2 * have > voters.size())
      best = value;
  }
  return best;
}

/// Tries every way in which the missing answers could turn out.
ballot_result slow_ballot(const std::vector<replica>& voters,
                          const std::map<node_id, bool>& answers) {
  std::size_t yes = 0;
  std::size_t open = 0;
  for (const auto& who : voters) {
    auto found = answers.find(who.id);
    yes += found != answers.end() && found->second ? 1 : 0;
    open += found == answers.end() ? 1 : 0;
  }
  bool can_win = 2 * (yes + open) > voters.size();
  bool has_won = 2 * yes > voters.size();
  return has_won ? ballot_result::won : can_win ? ballot_result::pending : ballot_result::lost;
}

configuration random_config(base::random& rng) {
  configuration config;
  for (unsigned id = 1; id <= 7; ++id) {
    if (rng.chance(50))
      config.voters.push_back(group::replica_of(id));
    if (rng.chance(40))
      config.outgoing.push_back(group::replica_of(id));
  }
  if (config.voters.empty())
    config.voters.push_back(group::replica_of(3));
  if (rng.chance(40))
    config.outgoing.clear();
  return config;
}

TEST(a_majority, is_more_than_half) {
  EXPECT_EQ(majority_of(1), 1U);
  EXPECT_EQ(majority_of(2), 2U);
  EXPECT_EQ(majority_of(3), 2U);
  EXPECT_EQ(majority_of(4), 3U);
  EXPECT_EQ(majority_of(5), 3U);
  EXPECT_EQ(majority_value({}), 0U);
  EXPECT_EQ(majority_value({5, 4, 4, 3}), 4U);
  EXPECT_EQ(majority_value({5, 5, 0, 0}), 0U);
}

TEST(a_quorum_of_nobody, decides_nothing) {
  configuration nobody;
  EXPECT_EQ(quorum_value(nobody, [](const replica&) { return 7U; }), 0U);
  EXPECT_FALSE(is_quorum(nobody, [](const replica&) { return true; }));
  EXPECT_EQ(quorum_ballot(nobody, [](const replica&) { return std::optional<bool>{true}; }),
            ballot_result::lost);
}

TEST(a_quorum_value, is_what_the_slow_twin_says) {
  base::random rng{1};
  for (int i = 0; i < 5'000; ++i) {
    auto config = random_config(rng);
    std::map<node_id, std::uint64_t> reached;
    for (unsigned id = 1; id <= 7; ++id)
      reached[node_id{id}] = rng.below(20);
    auto expected = slow_majority_value(config.voters, reached);
    if (config.joint())
      expected = std::min(expected, slow_majority_value(config.outgoing, reached));
    EXPECT_EQ(quorum_value(config, [&](const replica& who) { return reached.at(who.id); }),
              expected)
      << describe(config);
  }
}

TEST(a_quorum_ballot, is_what_the_slow_twin_says) {
  base::random rng{2};
  for (int i = 0; i < 5'000; ++i) {
    auto config = random_config(rng);
    std::map<node_id, bool> answers;
    for (unsigned id = 1; id <= 7; ++id)
      if (rng.chance(70))
        answers[node_id{id}] = rng.chance(60);
    auto expected = slow_ballot(config.voters, answers);
    if (config.joint()) {
      auto other = slow_ballot(config.outgoing, answers);
      bool lost = expected == ballot_result::lost || other == ballot_result::lost;
      bool won = expected == ballot_result::won && other == ballot_result::won;
      expected = lost ? ballot_result::lost : won ? ballot_result::won : ballot_result::pending;
    }
    auto ask = [&](const replica& who) -> std::optional<bool> {
      auto found = answers.find(who.id);
      return found == answers.end() ? std::nullopt : std::optional<bool>{found->second};
    };
    EXPECT_EQ(quorum_ballot(config, ask), expected) << describe(config);
  }
}

TEST(two_quorums, of_configurations_that_may_follow_each_other_always_meet) {
  base::random rng{3};
  int followed = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto active = random_config(rng);
    auto next = random_config(rng);
    if (rng.chance(50))
      next.outgoing = active.voters;
    if (!may_follow(active, next))
      continue;
    ++followed;
    for (unsigned set = 0; set < 128; ++set) {
      auto in = [&](const replica& who) { return (set >> (who.id.value - 1) & 1U) != 0; };
      auto out = [&](const replica& who) { return !in(who); };
      ASSERT_FALSE(is_quorum(active, in) && is_quorum(next, out))
        << describe(active) << " then " << describe(next);
    }
  }
  EXPECT_GT(followed, 100);
}

} // namespace
} // namespace quorate::raft::test
