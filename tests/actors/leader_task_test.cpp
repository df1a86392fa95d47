// Work on the leader, through real actors.
#include "actors/leader_task.hpp"

#include "tests/actors/deterministic_cluster.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 10;

/// A task on each of some nodes, and all that they were told, in order.
struct tasks {
  struct word {
    std::string node;
    fencing_token token{}; ///< None: deposed.
  };

  void add(deterministic_cluster& cluster, const std::string& name) {
    leader_callbacks work;
    work.on_elected = [this, name](fencing_token token) {
      words.push_back({name, token});
      tokens.push_back(token);
    };
    work.on_deposed = [this, name] { words.push_back({name, {}}); };
    auto task = cluster.nodes().run_on_leader(name, std::move(work));
    ASSERT_TRUE(task);
    all.emplace(name, std::move(task).value());
  }

  /// Who works at the moment, by what they were told.
  std::vector<std::string> working() const {
    std::vector<std::string> out;
    for (const auto& [name, task] : all)
      if (task->token())
        out.push_back(name);
    return out;
  }

  std::map<std::string, std::shared_ptr<leader_task::state>> all;
  std::vector<word> words;
  std::vector<fencing_token> tokens;
};

using names = std::vector<std::string>;

TEST(leader_tasks, run_on_the_leader_alone_with_a_token_that_rises) {
  for_seeds(seeds, [](std::uint64_t seed) {
    tasks x;
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    for (const auto* name : {"n1", "n2", "n3"})
      x.add(cluster, name);
    for (int round = 0; round < 4; ++round) {
      cluster.run_for(50);
      const auto leader = *cluster.leader();
      EXPECT_EQ(x.working(), names{leader});
      EXPECT_EQ(x.tokens.back().value, cluster.pure(leader)->status().current_term.value);
      ASSERT_TRUE(cluster.nodes().kill(leader));
      cluster.settle();
      EXPECT_EQ(x.working(), names{}) << "a node that has ended works no more";
      ASSERT_TRUE(cluster.run_until([&] { return cluster.leader() && !x.working().empty(); }));
      EXPECT_NE(x.working(), names{leader});
      ASSERT_TRUE(cluster.nodes().restart(leader));
      ASSERT_TRUE(cluster.run_until([&] { return cluster.pure(leader) != nullptr; }));
      cluster.run_for(1'000);
    }
    EXPECT_GE(x.tokens.size(), 5U);
    for (std::size_t i = 1; i < x.tokens.size(); ++i)
      EXPECT_GT(x.tokens[i], x.tokens[i - 1]);
  });
}

TEST(leader_tasks, begin_behind_an_applied_entry_of_the_leaders_own_term) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    const auto old = *cluster.leader();
    std::size_t told = 0;
    std::vector<std::shared_ptr<leader_task::state>> all;
    for (const std::string name : {"n1", "n2", "n3"}) {
      leader_callbacks work;
      work.on_elected = [&, name](fencing_token token) {
        ++told;
        const auto* node = cluster.pure(name);
        EXPECT_EQ(node->state()->applied().entry_term.value, token.value);
      };
      all.push_back(cluster.nodes().run_on_leader(name, std::move(work)).value());
    }
    cluster.settle();
    ASSERT_EQ(told, 1U);
    ASSERT_TRUE(cluster.nodes().kill(old));
    ASSERT_TRUE(cluster.run_until([&] { return told == 2; }));
  });
}

TEST(leader_tasks, are_told_of_the_end_before_leadership_is_handed_over) {
  for_seeds(seeds, [](std::uint64_t seed) {
    tasks x;
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    for (const auto* name : {"n1", "n2", "n3"})
      x.add(cluster, name);
    cluster.settle();
    const auto old = *cluster.leader();
    bool ended = false;
    cluster.nodes().stop(old, [&](result<void>) { ended = true; });
    ASSERT_TRUE(cluster.run_until([&] { return ended && x.words.size() >= 3; }));
    ASSERT_EQ(x.words.size(), 3U);
    EXPECT_EQ(x.words[0].node, old);
    EXPECT_EQ(x.words[1].node, old);
    EXPECT_FALSE(x.words[1].token);
    EXPECT_NE(x.words[2].node, old);
    EXPECT_GT(x.words[2].token, x.words[0].token);
  });
}

TEST(leader_tasks, end_with_the_user_and_are_told_so) {
  tasks x;
  deterministic_cluster cluster{1};
  cluster.grow(1, 1);
  x.add(cluster, "n1");
  cluster.settle();
  ASSERT_EQ(x.working(), names{"n1"});
  x.all.at("n1")->ask_to_end();
  cluster.settle();
  EXPECT_EQ(x.working(), names{});
  EXPECT_EQ(x.words.size(), 2U);
  x.all.at("n1")->stop(); // Nothing to wait for any more.
  EXPECT_EQ(cluster.nodes().run_on_leader("n9", {}).error().code, errc::unknown_node);
}

/// What the work keeps under one key: the token and a payload.
std::string fenced(fencing_token token, const std::string& payload) {
  return std::to_string(token.value) + ' ' + payload;
}

TEST(leader_tasks, of_an_old_leader_cannot_write_what_its_successor_has_claimed) {
  for_seeds(seeds, [](std::uint64_t seed) {
    tasks x;
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    for (const auto* name : {"n1", "n2", "n3"})
      x.add(cluster, name);
    cluster.settle();
    auto client = cluster.nodes().client();
    const auto old = x.tokens.back();
    const auto claimed = cluster.get(client.async_put("work", fenced(old, "claimed"), absent));
    ASSERT_TRUE(claimed);
    const auto first = cluster.get(client.async_put("work", fenced(old, "1"), matches(*claimed)));
    ASSERT_TRUE(first);
    // Its successor claims the key; the old one stood still, and goes on.
    ASSERT_TRUE(cluster.nodes().kill(*cluster.leader()));
    ASSERT_TRUE(cluster.run_until([&] { return x.tokens.back() > old; }));
    const auto found = cluster.get(client.async_get("work"));
    ASSERT_TRUE(found && *found);
    ASSERT_LT(std::stoull((*found)->value), x.tokens.back().value);
    ASSERT_TRUE(cluster.get(
      client.async_put("work", fenced(x.tokens.back(), "1"), matches((*found)->revision))));
    const auto late = cluster.get(client.async_put("work", fenced(old, "2"), matches(*first)));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, errc::precondition_failed);
  });
}

} // namespace

} // namespace quorate::actors
