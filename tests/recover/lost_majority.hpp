// A cluster that has lived on real disks, and lost two of three.
#pragma once

#include "quorate/quorate.hpp"
#include "tests/storage/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace quorate {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{30};

class a_lost_majority : public testing::Test {
public:
  std::string directory(const std::string& node) const {
    return where / "data" + '/' + node;
  }
  local_cluster_options options(std::uint32_t nodes) const {
    local_cluster_options out;
    out.cluster_name = "orders";
    out.nodes = nodes;
    out.data_dir = where / "data";
    out.snapshot_entries = 200;
    out.snapshot_log_ratio = 0;
    out.disk_reserve_bytes = 0;
    out.deadline = std::chrono::seconds{2};
    return out;
  }
  static local_cluster start(const local_cluster_options& with) {
    auto cluster = local_cluster::start(with);
    EXPECT_TRUE(cluster) << to_string(cluster.error());
    return std::move(*cluster);
  }

  /// Three members that are killed in the middle of writes. What was acknowledged while all of them
  /// had everything is in `acknowledged`.
  void live_and_die() {
    auto cluster = start(options(3));
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
    auto client = cluster.client();
    for (int i = 0; i < 500; ++i)
      put(client, i);
    ASSERT_TRUE(have_applied_the_same(cluster, {"n1", "n2", "n3"}));
    std::thread load{[&client] { // Some of it is acknowledged, and may be lost.
      for (int i = 0; client.put("late " + std::to_string(i), "x"); ++i) {}
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    for (const auto* each : {"n3", "n1", "n2"})
      EXPECT_TRUE(cluster.kill(each));
    load.join(); // It waits for its deadline once nobody is left.
  }

  void put(client& by, int i) {
    const auto key = "key " + std::to_string(i);
    const auto done = by.put(key, std::to_string(i));
    ASSERT_TRUE(done) << to_string(done.error());
    acknowledged[key] = std::to_string(i);
  }

  static bool have_applied_the_same(local_cluster& in, const std::vector<std::string>& nodes) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      std::set<log_index> applied;
      for (const auto& each : nodes)
        if (const auto status = in.status(each))
          applied.insert(status->applied);
      if (applied.size() == 1)
        return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }

  /// The disks of n1 and n2 are gone; that of n1 lies elsewhere.
  void lose_the_majority() {
    fs::rename(directory("n1"), where / "old n1");
    fs::remove_all(directory("n2"));
  }

  recover::plan planned() const {
    auto out = recover::plan_for({directory("n3")});
    EXPECT_TRUE(out) << to_string(out.error());
    return out ? *out : recover::plan{};
  }

  void expect_all(local_cluster& in) const {
    auto client = in.client();
    for (const auto& [key, value] : acknowledged) {
      const auto got = client.get(key);
      ASSERT_TRUE(got && *got) << key;
      EXPECT_EQ((*got)->value, value);
    }
  }

  temporary_directory where;
  std::map<std::string, std::string> acknowledged;
};

} // namespace quorate
