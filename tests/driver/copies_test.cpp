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

TEST(a_copied_directory, that_is_started_beside_the_node_is_refused_and_halts) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  c.world.watch_no_more();
  const auto twin = start_copy(c, f);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, twin) != errc::none; }));
  EXPECT_EQ(halted(c, twin), errc::storage_in_use);
  EXPECT_NE(c.world.at(twin).node->halted().message.find("speaks at n"), std::string::npos)
    << "it says where the other one is";
  EXPECT_EQ(halted(c, f), errc::none) << "who works isn't pushed out";
  EXPECT_EQ(c.put("key", "value").outcome, errc::none);
}

TEST(a_copied_directory, of_the_leader_is_refused_and_halts) {
  cluster c;
  c.found(3);
  const auto l = c.leader();
  c.world.watch_no_more();
  const auto twin = start_copy(c, l);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, twin) == errc::storage_in_use; }));
  EXPECT_EQ(c.leader(), l);
}

TEST(a_copied_directory, of_a_spare_is_refused_and_halts) {
  cluster c;
  c.policy.warm_spares = 0;
  c.found(4);
  std::size_t spare = 0;
  while (c.has_log(spare))
    ++spare;
  const auto twin = start_copy(c, spare);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, twin) == errc::storage_in_use; }));
  EXPECT_EQ(halted(c, spare), errc::none);
}

TEST(a_node, that_moves_to_another_address_is_heard_again) {
  cluster c;
  c.policy.warm_spares = 0;
  c.found(4);
  std::size_t spare = 0;
  while (c.has_log(spare))
    ++spare;
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
