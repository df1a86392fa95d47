// Three nodes, each with an actor system and sockets of its own, as three processes would have.
#include "tests/network/network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace quorate::network {
namespace {

std::size_t voters_of(node& x) {
  auto table = x.membership().nodes();
  if (!table || table->joint)
    return 0;
  return static_cast<std::size_t>(
    std::count_if(table->rows.begin(), table->rows.end(),
                  [](const node_row& row) { return row.role == node_role::voter; }));
}

bool grows_to(node& x, std::size_t voters) {
  return eventually([&] { return voters_of(x) == voters; });
}

/// Which of them leads; the end: none.
std::size_t leader_of(std::vector<node>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (auto status = all[i].status(); status && status->leads)
      return i;
  return all.size();
}

TEST(three_nodes, join_by_themselves_and_hold_what_is_written) {
  auto all = joined_nodes(3);
  ASSERT_TRUE(grows_to(all[0], 3));
  auto put = all[1].client().put("greeting", "hello", absent);
  ASSERT_TRUE(put) << to_string(put.error());
  auto got = all[2].client().get("greeting");
  ASSERT_TRUE(got) << to_string(got.error());
  ASSERT_TRUE(*got);
  EXPECT_EQ((*got)->value, "hello");
}

TEST(three_nodes, may_be_asked_before_they_have_read_their_storage) {
  auto all = joined_nodes(1);
  for (int i = 0; i < 10; ++i) {
    auto pattern = (std::filesystem::temp_directory_path() / "quorate-early-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    auto options = options_of("n" + std::to_string(i + 2));
    options.data_dir = pattern;
    options.seeds = {all[0].address()};
    {
      auto early = node::start(options);
      ASSERT_TRUE(early) << to_string(early.error());
      auto put = early->client().put("early", "1");
      EXPECT_TRUE(put) << to_string(put.error());
    }
    std::filesystem::remove_all(pattern);
  }
}

TEST(three_nodes, go_on_when_the_leader_dies) {
  auto all = joined_nodes(3);
  ASSERT_TRUE(grows_to(all[0], 3));
  const auto leader = leader_of(all);
  ASSERT_LT(leader, all.size());
  auto survivor = all[(leader + 1) % 3].client();
  ASSERT_TRUE(survivor.put("a", "1"));
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(leader));
  auto put = survivor.put("a", "2");
  ASSERT_TRUE(put) << to_string(put.error());
  EXPECT_EQ((*survivor.get("a"))->value, "2");
}

TEST(three_nodes, hand_over_when_the_leader_stops) {
  auto all = joined_nodes(3);
  ASSERT_TRUE(grows_to(all[0], 3));
  const auto leader = leader_of(all);
  ASSERT_LT(leader, all.size());
  auto survivor = all[(leader + 1) % 3].client();
  auto stopped = all[leader].stop();
  ASSERT_TRUE(stopped) << to_string(stopped.error());
  EXPECT_EQ(all[leader].status().error().code, errc::shutting_down);
  ASSERT_TRUE(survivor.put("a", "1"));
}

TEST(a_remote_client, reads_and_writes_from_any_address) {
  auto all = joined_nodes(3);
  ASSERT_TRUE(grows_to(all[0], 3));
  for (auto& x : all) {
    auto cluster = remote_cluster::connect(remote_to({x.address()}));
    ASSERT_TRUE(cluster) << to_string(cluster.error());
    auto client = cluster->client();
    auto put = client.put("key", x.name());
    ASSERT_TRUE(put) << to_string(put.error());
    EXPECT_EQ((*client.get("key"))->value, x.name());
    auto status = cluster->status();
    ASSERT_TRUE(status) << to_string(status.error());
    EXPECT_EQ(status->name, x.name());
  }
}

TEST(a_remote_client, founds_a_cluster_and_changes_its_members) {
  auto first = node::start(options_of("n1"));
  ASSERT_TRUE(first) << to_string(first.error());
  auto cluster = remote_cluster::connect(remote_to({first->address()}));
  ASSERT_TRUE(cluster);
  auto founded = cluster->provision(first->address(), quick_policy());
  ASSERT_TRUE(founded) << to_string(founded.error());
  EXPECT_TRUE(founded->changed);
  founded = cluster->provision(first->address(), quick_policy());
  ASSERT_TRUE(founded) << to_string(founded.error());
  EXPECT_FALSE(founded->changed);
  auto target = cluster->membership().set_target(5);
  ASSERT_TRUE(target) << to_string(target.error());
  auto table = cluster->membership().nodes();
  ASSERT_TRUE(table) << to_string(table.error());
  EXPECT_EQ(table->cluster_name, "test");
  EXPECT_EQ(table->policy.target_members, 5u);
}

TEST(a_remote_client, says_why_it_reached_nobody) {
  auto options = remote_to({"127.0.0.1:1"});
  options.deadline = std::chrono::milliseconds{300};
  auto cluster = remote_cluster::connect(options);
  ASSERT_TRUE(cluster);
  auto put = cluster->client().put("a", "b");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, errc::deadline_exceeded);
  EXPECT_NE(put.error().message.find("Connection refused"), std::string::npos)
    << put.error().message;
  auto status = cluster->status();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, errc::unreachable) << to_string(status.error());
}

TEST(a_remote_client, of_another_cluster_is_refused) {
  auto all = joined_nodes(1);
  auto options = remote_to({all[0].address()});
  options.cluster_name = "another";
  auto cluster = remote_cluster::connect(options);
  ASSERT_TRUE(cluster);
  auto put = cluster->client().put("a", "b");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, errc::cluster_name_differs) << to_string(put.error());
}

} // namespace
} // namespace quorate::network
