// A node whose storage lost what was promised: it says so, and nothing else.
#include "runtime/storage/recovery.hpp"
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

/// Starts anew on a disk that `spoil` has damaged.
template <class Spoil>
const driver& restart_spoiled(cluster& c, std::size_t node, Spoil spoil) {
  c.world.crash(node, true);
  spoil(c.world.at(node).disk);
  c.world.start(node);
  c.world.run_for(sim::seconds(2));
  return *c.world.at(node).node;
}

TEST(a_node_whose_log_is_corrupt, takes_no_part_and_changes_nothing) {
  cluster c;
  c.found(3);
  c.put("k", "v");
  const auto lost = c.follower();
  const auto mailed = c.situations.of(sim::situation::crash);
  const auto& node = restart_spoiled(c, lost, [](storage::memory_store& disk) {
    ASSERT_TRUE(disk.spoil(disk.durable().last().index));
  });
  EXPECT_EQ(c.situations.of(sim::situation::crash), mailed + 1);
  EXPECT_EQ(node.halted().code, errc::storage_corrupt);
  EXPECT_EQ(node.status().halted.code, errc::storage_corrupt);
  EXPECT_EQ(node.consensus(), nullptr);
  EXPECT_EQ(c.world.at(lost).disk.unsynced(), 0U);
  const auto boots = c.world.at(lost).disk.durable().identity()->boots;
  restart_spoiled(c, lost, [](storage::memory_store&) {});
  EXPECT_EQ(c.world.at(lost).disk.durable().identity()->boots, boots) << "not even that";
  c.put("k", "w"); // The others go on.
  EXPECT_EQ(*c.get("k").value, shared_bytes{"w"});
}

TEST(a_node_that_forgot_its_votes, takes_no_part) {
  cluster c;
  c.found(3);
  const auto lost = c.follower();
  const auto& node = restart_spoiled(c, lost,
                                     [](storage::memory_store& disk) { disk.spoil_state(); });
  EXPECT_EQ(node.halted().code, errc::storage_amnesiac);
  EXPECT_EQ(node.consensus(), nullptr);
}

TEST(a_damaged_member, is_replaced_like_a_dead_one) {
  cluster c;
  c.policy.replace_after_ms = 1'500;
  c.found(4);
  const auto lost = c.follower();
  restart_spoiled(c, lost, [](storage::memory_store& disk) { disk.spoil_state(); });
  EXPECT_TRUE(c.comes_true([&] { return c.position(c.id(lost)) != "member/voter"; }));
}

} // namespace
} // namespace quorate::driver
