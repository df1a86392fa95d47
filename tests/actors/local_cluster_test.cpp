// The public interface, with real threads and real time. These tests wait for conditions, never for
// a while.
#include "quorate/quorate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace quorate {

namespace {

constexpr std::chrono::seconds patience{30};

/// n nodes, of which the first three become members.
local_cluster grown(std::uint32_t nodes) {
  local_cluster_options options;
  options.nodes = nodes;
  auto cluster = local_cluster::start(options);
  EXPECT_TRUE(cluster) << to_string(cluster.error());
  EXPECT_TRUE(cluster->wait_for_members(std::min(nodes, 3U), patience));
  EXPECT_TRUE(cluster->wait_until_joined(cluster->running(), patience));
  return std::move(*cluster);
}

const node_row* find(const nodes_view& table, const std::string& name) {
  for (const auto& row : table.rows)
    if (row.record.name == name)
      return &row;
  return nullptr;
}

std::string name_of(const nodes_view& table, node_id id) {
  for (const auto& row : table.rows)
    if (row.record.id == id)
      return row.record.name;
  return {};
}

TEST(local_cluster, grows_to_its_target) {
  auto cluster = grown(4);
  auto table = cluster.membership().nodes();
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows.size(), 4U);
  EXPECT_FALSE(table->joint);
}

TEST(local_cluster, refuses_options_out_of_range) {
  local_cluster_options options;
  options.election_ticks = 1;
  const auto cluster = local_cluster::start(options);
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, errc::invalid_argument);
}

TEST(local_cluster, refuses_what_it_does_not_know) {
  auto cluster = grown(1);
  EXPECT_EQ(cluster.kill("n9").error().code, errc::unknown_node);
  EXPECT_EQ(cluster.status("n9").error().code, errc::unknown_node);
  EXPECT_EQ(cluster.restart("n1").error().code, errc::invalid_argument);
  EXPECT_EQ(cluster.start_node({"n1", false}).error().code, errc::name_taken);
}

TEST(local_cluster, says_what_a_node_says_of_itself) {
  auto cluster = grown(1);
  const auto status = cluster.status("n1");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->position, "member/voter");
  EXPECT_TRUE(status->leads);
  EXPECT_EQ(cluster.provision("n1")->changed, false);
}

TEST(local_cluster, waits_until_all_nodes_have_joined) {
  auto cluster = grown(8);
  const auto names = cluster.running();
  ASSERT_TRUE(cluster.wait_until_joined(names, patience));
  for (const auto& name : names) {
    const auto status = cluster.status(name);
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->id) << name;
    EXPECT_NE(status->position, "unprovisioned") << name;
    EXPECT_NE(status->position, "unknown") << name;
  }
  EXPECT_TRUE(cluster.wait_until_joined({}, patience));
  EXPECT_EQ(cluster.wait_until_joined({"n1", "n9"}, patience).error().code, errc::unknown_node);
}

TEST(local_cluster, waits_no_longer_than_it_is_told) {
  local_cluster_options options;
  options.nodes = 2;
  options.bootstrap = false;
  auto cluster = local_cluster::start(options);
  ASSERT_TRUE(cluster);
  const auto never = cluster->wait_until_joined({"n1", "n2"}, std::chrono::milliseconds{50});
  EXPECT_EQ(never.error().code, errc::deadline_exceeded);
  auto killed = std::async(std::launch::async, [&cluster] {
    return cluster->wait_until_joined({"n1", "n2"}, patience);
  });
  ASSERT_TRUE(cluster->kill("n2"));
  EXPECT_EQ(killed.get().error().code, errc::unknown_node);
}

TEST(client, puts_gets_and_erases_with_conditions) {
  auto cluster = grown(3);
  auto client = cluster.client();
  const auto first = client.put("key", "one", absent);
  ASSERT_TRUE(first) << to_string(first.error());
  const auto refused = client.put("key", "two", absent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::precondition_failed);
  EXPECT_EQ(refused.error().at, *first);
  const auto second = client.put("key", "two", matches(*first));
  ASSERT_TRUE(second);
  EXPECT_EQ(client.erase("key", matches(*first)).error().code, errc::precondition_failed);
  const auto got = client.get("key");
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->value, "two");
  EXPECT_EQ((*got)->revision, *second);
  EXPECT_TRUE(client.erase("key"));
  EXPECT_FALSE(client.get("key")->has_value());
  EXPECT_EQ(client.put("key", "three", matches(*second)).error().at, revision{});
  EXPECT_EQ(client.put("", "value").error().code, errc::key_empty);
}

TEST(client, sees_a_write_through_a_callback) {
  auto cluster = grown(1);
  std::promise<result<revision>> done;
  cluster.client().put("key", "value", any, [&](result<revision> x) { done.set_value(x); });
  // That client is gone already: what was under way is answered nevertheless.
  const auto answer = done.get_future().get();
  EXPECT_TRUE(answer || answer.error().code == errc::shutting_down
              || answer.error().code == errc::outcome_unknown);
}

TEST(a_killed_node, comes_back_with_what_it_had) {
  auto cluster = grown(3);
  auto client = cluster.client();
  ASSERT_TRUE(client.put("before", "x"));
  ASSERT_TRUE(cluster.kill("n3"));
  EXPECT_EQ(cluster.running().size(), 2U);
  ASSERT_TRUE(client.put("meanwhile", "x"));
  ASSERT_TRUE(cluster.restart("n3"));
  ASSERT_TRUE(client.put("after", "x"));
  EXPECT_TRUE(cluster.wait_for_members(3, patience));
}

TEST(a_member, that_is_parked_gives_its_place_to_the_spare_and_gets_one_again) {
  auto cluster = grown(4);
  auto membership = cluster.membership();
  auto table = cluster.wait_for_members(3, patience);
  ASSERT_TRUE(table);
  const auto* member = find(*table, "n2");
  ASSERT_NE(member, nullptr);
  const auto id = member->record.id;
  // Refused as long as no spare has caught up that could take its place.
  auto parked = membership.park(id);
  for (const auto until = std::chrono::steady_clock::now() + patience;
       !parked && std::chrono::steady_clock::now() < until;)
    parked = membership.park(id);
  ASSERT_TRUE(parked) << to_string(parked.error());
  EXPECT_EQ(membership.park(id)->changed, false);
  table = membership.nodes();
  ASSERT_TRUE(table);
  EXPECT_EQ(find(*table, "n2")->record.state, node_state::standby);
  EXPECT_TRUE(membership.activate(id)->changed);
}

TEST(a_write, takes_effect_once_though_leaders_die) {
  auto cluster = grown(3);
  auto client = cluster.client();
  auto membership = cluster.membership();
  constexpr std::size_t rounds = 3;
  constexpr std::size_t writes = 20;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::future<result<revision>>> puts;
    for (std::size_t i = 0; i < writes; ++i)
      puts.push_back(client.async_put("key" + std::to_string(i), "x"));
    auto table = membership.nodes();
    ASSERT_TRUE(table) << to_string(table.error());
    const auto leader = name_of(*table, table->leader);
    ASSERT_TRUE(cluster.kill(leader));
    for (auto& put : puts) {
      const auto done = put.get();
      EXPECT_TRUE(done) << to_string(done.error());
    }
    ASSERT_TRUE(cluster.restart(leader));
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
  }
  // Every write has a revision of its own: were one of them applied twice, there would be more.
  const auto last = client.put("last", "x");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->value, rounds * writes + 1);
}

TEST(a_subscriber, hears_how_the_cluster_grows) {
  local_cluster_options options;
  options.nodes = 0;
  auto cluster = local_cluster::start(options);
  ASSERT_TRUE(cluster);
  std::atomic<std::uint64_t> expected{1};
  std::atomic<bool> in_order{true};
  cluster->subscribe([&](const transition& x) {
    if (x.version.value != expected++)
      in_order = false;
  });
  for (auto i = 0; i < 3; ++i)
    ASSERT_TRUE(cluster->start_node());
  ASSERT_TRUE(cluster->provision("n1"));
  ASSERT_TRUE(cluster->wait_for_members(3, patience));
  EXPECT_TRUE(in_order);
  EXPECT_GT(expected, 1U);
}

TEST(membership_client, explains_plans_and_tries_without_changing_anything) {
  auto cluster = grown(4);
  auto membership = cluster.membership();
  const auto table = membership.nodes().value();
  const auto found = std::find_if(table.rows.begin(), table.rows.end(), [](const node_row& row) {
    return row.record.state == node_state::auto_join;
  });
  ASSERT_NE(found, table.rows.end());
  const auto spare = found->record.id;
  ASSERT_TRUE(membership.park(spare));
  const auto before = membership.nodes()->version;
  const auto parked = membership.explain(spare);
  ASSERT_TRUE(parked) << to_string(parked.error());
  EXPECT_EQ(parked->position, "standby/outsider");
  EXPECT_NE(parked->summary.find("only an operator's activate"), std::string::npos)
    << parked->summary;
  EXPECT_EQ(membership.explain(node_id{77}).error().code, errc::unknown_node);
  auto plans = membership.async_plan();
  const auto plan = plans.get();
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ(plan->version, before);
  EXPECT_EQ(plan->members, 3U);
  EXPECT_FALSE(plan->next) << plan->summary;
  const auto activate = membership.dry_run().activate(spare);
  ASSERT_TRUE(activate) << to_string(activate.error());
  ASSERT_TRUE(activate->change);
  EXPECT_EQ(activate->change->moves.front().to, "auto_join/outsider");
  EXPECT_FALSE(membership.dry_run().park(spare)->changes);
  EXPECT_EQ(membership.dry_run().set_target(4).error().code, errc::target_even);
  EXPECT_EQ(membership.nodes()->version, before);
}

TEST(local_cluster, restarts_all_its_nodes_in_order_while_a_client_works) {
  auto cluster = grown(3);
  auto client = cluster.client();
  std::uint64_t writes = 0;
  for (const auto& name : cluster.running()) {
    ASSERT_TRUE(client.put("key", std::to_string(++writes)));
    const auto stopped = cluster.stop(name);
    ASSERT_TRUE(stopped) << to_string(stopped.error());
    EXPECT_EQ(cluster.stop(name).error().code, errc::unknown_node);
    ASSERT_TRUE(client.put("key", std::to_string(++writes)));
    ASSERT_TRUE(cluster.restart(name));
    ASSERT_TRUE(cluster.wait_until_joined({name}, patience));
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
  }
  const auto got = client.get("key");
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->value, std::to_string(writes));
  EXPECT_EQ((*got)->revision.value, writes);
}

TEST(a_subscriber, begins_with_the_table_and_may_end_itself) {
  auto cluster = grown(3);
  std::promise<nodes_view> first;
  std::atomic<int> calls{0};
  auto subscription = cluster.subscribe(
    [&](const membership_event& x) {
      if (calls++ == 0)
        first.set_value(std::get<nodes_view>(x));
    },
    {true, 16});
  auto table = first.get_future();
  ASSERT_EQ(table.wait_for(patience), std::future_status::ready);
  EXPECT_GE(table.get().rows.size(), 3U);
  subscription.end();
  const int before = calls;
  ASSERT_TRUE(cluster.start_node({"late"}));
  ASSERT_TRUE(cluster.wait_until_joined({"late"}, patience));
  EXPECT_EQ(calls, before);
}

TEST(a_leader_task, moves_with_the_leader_and_ends_with_its_object) {
  auto cluster = grown(3);
  std::mutex mutex;
  std::condition_variable news;
  std::vector<fencing_token> tokens;
  int deposed = 0;
  std::vector<leader_task> tasks;
  for (const auto& name : cluster.running()) {
    auto task = cluster.run_on_leader(name, {[&](fencing_token token) {
                                               const std::lock_guard guard{mutex};
                                               tokens.push_back(token);
                                               news.notify_all();
                                             },
                                             [&] {
                                               const std::lock_guard guard{mutex};
                                               ++deposed;
                                             }});
    ASSERT_TRUE(task);
    tasks.push_back(std::move(*task));
  }
  const auto elected = [&](std::size_t times) {
    std::unique_lock lock{mutex};
    return news.wait_for(lock, patience, [&] { return tokens.size() >= times; });
  };
  ASSERT_TRUE(elected(1));
  const auto table = cluster.membership().nodes();
  ASSERT_TRUE(table);
  ASSERT_TRUE(cluster.stop(name_of(*table, table->leader)));
  ASSERT_TRUE(elected(2));
  tasks.clear();
  const std::lock_guard guard{mutex};
  EXPECT_GT(tokens.back(), tokens.front());
  EXPECT_EQ(static_cast<std::size_t>(deposed), tokens.size());
}

TEST(the_end_of_a_cluster, answers_calls_that_are_under_way) {
  std::vector<std::future<result<revision>>> puts;
  std::optional<client> survivor;
  {
    auto cluster = grown(3);
    survivor = cluster.client();
    for (auto i = 0; i < 200; ++i)
      puts.push_back(survivor->async_put("key" + std::to_string(i), "x"));
  }
  for (auto& put : puts) {
    const auto done = put.get();
    EXPECT_TRUE(done || done.error().code == errc::shutting_down
                || done.error().code == errc::outcome_unknown)
      << to_string(done.error());
  }
  EXPECT_EQ(survivor->get("key1").error().code, errc::shutting_down);
}

} // namespace

} // namespace quorate
