// Clusters on real file systems that fill up, and that turn read-only.
#include "quorate/quorate.hpp"
#include "tests/processes/small_file_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace quorate::processes {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;

constexpr auto patience = 60s;
constexpr std::uint64_t mib = std::uint64_t{1} << 20;
constexpr std::size_t value_bytes = 64 << 10;

class a_real_disk : public testing::Test {
public:
  local_cluster_options options() const {
    local_cluster_options out;
    out.data_dir = disk / "data";
    // Three nodes share it, and each may flush a buffer at any time: from low to none has to be
    // further than that.
    out.disk_reserve_bytes = 192 * mib;
    out.deadline = 2s; // What can't be answered, isn't waited for.
    return out;
  }
  void start(const local_cluster_options& with) {
    cluster.reset();
    auto started = local_cluster::start(with);
    ASSERT_TRUE(started) << to_string(started.error());
    cluster.emplace(std::move(*started));
  }
  void found(const local_cluster_options& with) {
    start(with);
    ASSERT_TRUE(cluster->wait_for_members(3, patience));
  }
  node_status status(const std::string& name) {
    const auto found = cluster->status(name);
    EXPECT_TRUE(found) << to_string(found.error());
    return found ? *found : node_status{};
  }

  /// Until a put fails: why it did. `unknown_max`: of so many, nobody knows whether they did.
  error fill_by_puts(int unknown_max = 0) {
    auto client = cluster->client();
    for (int i = 0; i < 10'000; ++i) {
      const auto key = "key " + std::to_string(next_++);
      const auto value = std::string(value_bytes, static_cast<char>('a' + i % 26));
      const auto done = client.put(key, value);
      if (done)
        acknowledged_[key] = value;
      else if (done.error().code != errc::outcome_unknown || --unknown_max < 0)
        return done.error();
    }
    return {};
  }
  /// Whether a put succeeds before long.
  bool takes_puts_again() {
    auto client = cluster->client();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      if (client.put("again", "1"))
        return true;
      std::this_thread::sleep_for(20ms); // Between two questions, not instead of one.
    }
    return false;
  }
  void expect_all_acknowledged() {
    auto client = cluster->client();
    for (const auto& [key, value] : acknowledged_) {
      const auto found = client.get(key);
      ASSERT_TRUE(found) << to_string(found.error());
      ASSERT_TRUE(found->has_value()) << key << " is lost";
      ASSERT_EQ((*found)->value, value) << key;
    }
  }
  std::vector<std::string> names() const {
    return {"n1", "n2", "n3"};
  }

  small_file_system disk;
  std::optional<local_cluster> cluster; // Ends before its disk.
  std::map<std::string, std::string> acknowledged_;
  int next_ = 0;
};

TEST_F(a_real_disk, that_fills_up_refuses_writes_in_time_and_goes_on_by_itself) {
  if (!disk.mount_in_memory(512 * mib))
    GTEST_SKIP() << disk.why_not();
  found(options());
  disk.fill(disk.free_bytes() - 232 * mib);
  // One leader may hand over to the next until the last one has little room, too, and take a put
  // with it.
  const auto why = fill_by_puts(3);
  EXPECT_EQ(why.code, errc::storage_full) << to_string(why);
  EXPECT_THAT(why.message, HasSubstr("almost full are the disks of n"));
  std::size_t crowded = 0; // One free byte less, and the third has heard of it, too.
  for (const auto& name : names()) {
    crowded += status(name).room != disk_room::enough ? 1 : 0;
    EXPECT_EQ(status(name).halted.code, errc::none) << name;
  }
  EXPECT_GE(crowded, 2u);
  EXPECT_TRUE(cluster->client().get("key 0")) << "reads go on";
  EXPECT_TRUE(cluster->start_node({"n4", false}));
  EXPECT_TRUE(cluster->wait_until_joined({"n4"}, patience)) << "and so does membership";
  disk.clear();
  ASSERT_TRUE(takes_puts_again());
  for (const auto& name : names())
    EXPECT_EQ(status(name).room, disk_room::enough) << name;
  expect_all_acknowledged();
}

TEST_F(a_real_disk, that_is_full_without_a_reserve_halts_nodes_and_loses_nothing) {
  if (!disk.mount_in_memory(512 * mib))
    GTEST_SKIP() << disk.why_not();
  auto without = options();
  without.disk_reserve_bytes = 0;
  found(without);
  disk.fill(disk.free_bytes() - 32 * mib);
  const auto why = fill_by_puts();
  EXPECT_NE(why.code, errc::none);
  EXPECT_NE(why.code, errc::storage_full);
  std::size_t halted = 0;
  for (const auto& name : names()) {
    const auto found = status(name);
    if (found.halted.code == errc::none)
      continue;
    ++halted;
    EXPECT_EQ(found.halted.code, errc::storage_failed);
    EXPECT_THAT(found.halted.message, HasSubstr("No space left on device"));
  }
  EXPECT_GE(halted, 2u) << "too few are left to acknowledge anything";
  disk.clear();
  found(options());
  expect_all_acknowledged();
  EXPECT_TRUE(takes_puts_again());
}

TEST_F(a_real_disk, that_is_mounted_read_only_is_refused_and_taken_up_later) {
  if (!disk.mount_in_memory(512 * mib))
    GTEST_SKIP() << disk.why_not();
  found(options());
  ASSERT_TRUE(cluster->client().put("k", "v"));
  acknowledged_["k"] = "v";
  cluster.reset();
  ASSERT_TRUE(disk.remount(true)) << disk.why_not();
  start(options());
  for (const auto& name : names()) {
    EXPECT_EQ(status(name).halted.code, errc::storage_unreadable);
    EXPECT_THAT(status(name).halted.message, HasSubstr("Read-only file system"));
  }
  cluster.reset();
  ASSERT_TRUE(disk.remount(false)) << disk.why_not();
  found(options());
  expect_all_acknowledged();
}

TEST_F(a_real_disk, that_turns_read_only_halts_its_nodes_and_loses_nothing) {
  if (!disk.mount_on_loop(512 * mib))
    GTEST_SKIP() << disk.why_not();
  found(options());
  auto client = cluster->client();
  for (int i = 0; i < 100; ++i) {
    const auto key = "key " + std::to_string(i);
    ASSERT_TRUE(client.put(key, "v"));
    acknowledged_[key] = "v";
  }
  if (!disk.break_down())
    GTEST_SKIP() << disk.why_not();
  EXPECT_FALSE(client.put("k", "v"));
  std::size_t halted = 0;
  for (const auto& name : names())
    if (const auto found = status(name); found.halted.code != errc::none) {
      ++halted;
      EXPECT_EQ(found.halted.code, errc::storage_failed);
      EXPECT_THAT(found.halted.message,
                  AnyOf(HasSubstr("Read-only file system"), HasSubstr("Input/output error")));
    }
  EXPECT_GE(halted, 2u);
  cluster.reset();
  ASSERT_TRUE(disk.repair()) << disk.why_not();
  found(options());
  expect_all_acknowledged();
}

} // namespace
} // namespace quorate::processes
