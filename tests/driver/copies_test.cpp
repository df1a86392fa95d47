// Two processes on copies of one disk, and a disk that was rolled back.
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

errc halted(const cluster& c, std::size_t node) {
  return c.world.at(node).node->halted().code;
}

/// What `cluster::add` does not: with a disk, and at an address of its own.
std::size_t start_copy(cluster& c, std::size_t of) {
  auto options = c.world.at(of).options;
  options.address += "-copy";
  const auto twin = c.world.add(std::move(options));
  c.world.at(twin).disk.exchange(c.world.at(of).disk.durable());
  c.world.start(twin);
  return twin;
}

std::uint64_t refused(const cluster& c, std::size_t node) {
  for (const auto& x : c.world.at(node).node->status().counters)
    if (x.name == "refusals_total" && x.label == to_string(errc::storage_in_use))
      return x.value;
  return 0;
}

/// As long as the node lives; both say so.
void expect_refused(cluster& c, std::size_t node) {
  c.world.watch_no_more();
  const auto leader = c.leader();
  const auto twin = start_copy(c, node);
  ASSERT_TRUE(c.comes_true([&] { return refused(c, twin) > 3; }));
  c.world.run_for(sim::seconds(10));
  EXPECT_GT(refused(c, leader), 3U) << "whoever refuses counts it, too";
  EXPECT_EQ(halted(c, node), errc::none) << "who works isn't pushed out";
  EXPECT_EQ(c.leader(), leader);
  EXPECT_EQ(c.put("key", "value").outcome, errc::none);
}

TEST(a_copied_directory, that_is_started_beside_a_member_is_refused) {
  cluster c;
  c.found(3);
  expect_refused(c, c.follower());
}

TEST(a_copied_directory, of_the_leader_is_refused) {
  cluster c;
  c.found(3);
  expect_refused(c, c.leader());
}

TEST(a_copied_directory, of_a_spare_is_refused) {
  cluster c;
  c.policy.warm_spares = 0;
  c.found(4);
  const auto spare = c.outsider();
  expect_refused(c, spare);
}

TEST(a_copied_directory, that_took_over_halts_the_node_that_was_silent) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  c.world.watch_no_more();
  const auto twin = start_copy(c, f);
  c.world.pause(f, sim::seconds(20));
  c.world.run_for(sim::seconds(20));
  EXPECT_EQ(halted(c, twin), errc::none);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, f) != errc::none; }));
  EXPECT_EQ(halted(c, f), errc::storage_in_use);
  EXPECT_NE(c.world.at(f).node->halted().message.find("speaks at n"), std::string::npos)
    << "it says where the other one is";
}

TEST(a_copied_directory, started_twice_at_once_leaves_one_at_most) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  c.world.watch_no_more();
  c.world.crash(f, true);
  const auto twin = start_copy(c, f);
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] {
    return halted(c, f) == errc::storage_in_use || halted(c, twin) == errc::storage_in_use;
  }));
}

TEST(a_node, that_moves_to_another_address_is_heard_again) {
  cluster c;
  c.policy.warm_spares = 0;
  c.found(4);
  const auto spare = c.outsider();
  const auto id = c.id(spare);
  c.world.crash(spare, true);
  const auto moved = start_copy(c, spare);
  c.world.run_for(sim::seconds(20));
  EXPECT_EQ(halted(c, moved), errc::none);
  EXPECT_EQ(c.id(moved), id);
  EXPECT_GT(c.world.at(moved).node->known().version.value, 0U) << "the leader answers it";
}

TEST(a_rolled_back_disk, is_told_by_the_boots_that_others_have_heard) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  const auto old = c.world.at(f).disk.durable();
  c.restart(f);
  ASSERT_TRUE(c.settles());
  c.world.watch_no_more();
  c.world.crash(f, true);
  c.world.at(f).disk.exchange(old);
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, f) == errc::storage_in_use; }));
}

} // namespace
} // namespace quorate::driver
