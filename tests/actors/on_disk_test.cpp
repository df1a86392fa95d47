// Clusters whose nodes keep their data on disk, with real threads and real files.
#include "quorate/quorate.hpp"
#include "tests/storage/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace quorate {
namespace {

constexpr std::chrono::seconds patience{30};

class a_cluster_on_disk : public testing::Test {
public:
  local_cluster_options options(std::uint32_t nodes = 3) const {
    local_cluster_options out;
    out.nodes = nodes;
    out.data_dir = where / "data";
    return out;
  }
  static local_cluster start(const local_cluster_options& with) {
    auto cluster = local_cluster::start(with);
    EXPECT_TRUE(cluster) << to_string(cluster.error());
    return std::move(*cluster);
  }
  static void expect_value(local_cluster& in, const std::string& key, const std::string& value) {
    auto client = in.client();
    const auto found = client.get(key);
    ASSERT_TRUE(found) << to_string(found.error());
    ASSERT_TRUE(found->has_value()) << key;
    EXPECT_EQ((*found)->value, value);
  }

  temporary_directory where;
};

TEST_F(a_cluster_on_disk, goes_on_where_it_was_when_its_process_ended) {
  nodes_view before;
  {
    auto cluster = start(options());
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
    auto client = cluster.client();
    for (int i = 0; i < 100; ++i)
      ASSERT_TRUE(client.put("key " + std::to_string(i), std::to_string(i)));
    before = *cluster.membership().nodes();
  } // Nothing is stopped in order.
  auto cluster = start(options());
  const auto after = cluster.wait_for_members(3, patience);
  ASSERT_TRUE(after) << to_string(after.error());
  EXPECT_EQ(after->cluster, before.cluster) << "founded once";
  ASSERT_EQ(after->rows.size(), before.rows.size());
  for (std::size_t i = 0; i < before.rows.size(); ++i)
    EXPECT_EQ(after->rows[i].record.id, before.rows[i].record.id);
  for (int i = 0; i < 100; ++i)
    expect_value(cluster, "key " + std::to_string(i), std::to_string(i));
}

TEST_F(a_cluster_on_disk, starts_every_node_that_has_data) {
  {
    auto cluster = start(options());
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
    ASSERT_TRUE(cluster.start_node({"a/b é", false}));
    ASSERT_TRUE(cluster.wait_until_joined(cluster.running(), patience));
  }
  auto cluster = start(options(1));
  EXPECT_EQ(cluster.running(), (std::vector<std::string>{"n1", "n2", "n3", "a/b é"}));
  ASSERT_TRUE(cluster.wait_until_joined(cluster.running(), patience));
  ASSERT_TRUE(cluster.wait_for_members(3, patience));
}

TEST_F(a_cluster_on_disk, restarts_a_killed_node_on_its_data) {
  auto cluster = start(options());
  ASSERT_TRUE(cluster.wait_for_members(3, patience));
  ASSERT_TRUE(cluster.client().put("k", "v"));
  const auto before = cluster.status("n2");
  ASSERT_TRUE(before);
  ASSERT_TRUE(cluster.kill("n2"));
  ASSERT_TRUE(cluster.restart("n2"));
  ASSERT_TRUE(cluster.wait_until_joined({"n2"}, patience));
  const auto after = cluster.status("n2");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->id, before->id);
  expect_value(cluster, "k", "v");
}

TEST_F(a_cluster_on_disk, says_which_directory_is_in_use) {
  auto first = start(options());
  ASSERT_TRUE(first.wait_for_members(3, patience));
  auto with = options();
  with.nodes = 1;
  auto second = start(with);
  const auto joined = second.wait_until_joined({"n1"}, patience);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, errc::storage_locked) << to_string(joined.error());
  EXPECT_NE(joined.error().message.find("data/n1"), std::string::npos) << joined.error().message;
  EXPECT_EQ(second.status("n1")->halted.code, errc::storage_locked);
  ASSERT_TRUE(first.client().put("k", "v")) << "which goes on undisturbed";
}

TEST_F(a_cluster_on_disk, says_that_a_node_is_damaged_and_goes_on_without_it) {
  {
    auto cluster = start(options());
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
    ASSERT_TRUE(cluster.client().put("k", "v"));
  }
  std::ofstream{where / "data/n3/durable_mark", std::ios::binary} << "no mark";
  auto cluster = start(options());
  const auto joined = cluster.wait_until_joined({"n3"}, patience);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, errc::storage_corrupt) << to_string(joined.error());
  expect_value(cluster, "k", "v");
}

TEST_F(a_cluster_on_disk, refuses_a_directory_that_it_cannot_make) {
  auto with = options();
  with.data_dir = where / "missing/data";
  const auto cluster = local_cluster::start(with);
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, errc::storage_unreadable);
  EXPECT_NE(cluster.error().message.find("missing/data"), std::string::npos);
}

TEST_F(a_cluster_on_disk, draws_no_id_again_after_a_restart_with_the_same_seed) {
  auto with = options(4);
  with.seed = 7;
  node_id spare;
  {
    auto cluster = start(with);
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
    ASSERT_TRUE(cluster.wait_until_joined(cluster.running(), patience));
    auto operators = cluster.membership();
    const auto table = operators.nodes();
    ASSERT_TRUE(table);
    for (const auto& row : table->rows)
      if (row.record.state != node_state::member)
        spare = row.record.id;
    const auto parked = operators.park(spare);
    ASSERT_TRUE(parked) << to_string(parked.error());
  }
  auto cluster = start(with);
  ASSERT_TRUE(cluster.wait_for_members(3, patience));
  auto operators = cluster.membership();
  const auto activated = operators.activate(spare);
  ASSERT_TRUE(activated) << to_string(activated.error());
  EXPECT_TRUE(activated->changed);
  const auto table = operators.nodes();
  ASSERT_TRUE(table);
  for (const auto& row : table->rows)
    if (row.record.id == spare) {
      EXPECT_EQ(row.record.state, node_state::auto_join);
    }
}

TEST_F(a_cluster_on_disk, counts_its_syncs) {
  auto cluster = start(options());
  ASSERT_TRUE(cluster.wait_for_members(3, patience));
  ASSERT_TRUE(cluster.client().put("k", "v"));
  std::uint64_t syncs = 0;
  std::uint64_t in_buckets = 0;
  const auto status = cluster.status("n1");
  ASSERT_TRUE(status);
  for (const auto& x : status->counters) {
    if (x.name == "storage_syncs_total")
      syncs = x.value;
    if (x.name == "storage_sync_us_bucket" && x.label == "inf")
      in_buckets = x.value;
  }
  EXPECT_GT(syncs, 3U);
  EXPECT_EQ(in_buckets, syncs);
}

} // namespace
} // namespace quorate
