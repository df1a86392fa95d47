// The time that leaders stamp entries with goes on through changes of leader.
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

std::uint64_t log_time_ms(const cluster& c, std::size_t node) {
  return c.world.at(node).node->state()->log_time_ms();
}

TEST(log_time, goes_on_from_what_a_leader_applies_after_its_election) {
  cluster c;
  c.found(3);
  const auto old = c.leader();
  const auto begin = log_time_ms(c, old);
  c.world.run_for(sim::seconds(10));
  // A stamp of now, which the others have in their logs, and don't know to be committed.
  const auto last = c.world.at(old).core()->current().last.index;
  c.world.ask(old, kv::request{kv::open_session_request{}}, {});
  ASSERT_TRUE(c.comes_true([&] {
    for (std::size_t i = 0; i < 3; ++i)
      if (c.world.at(i).core()->current().last.index == last)
        return false;
    return true;
  }));
  c.world.crash(old, false);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader().has_value(); }));
  c.world.run_for(sim::seconds(5));
  ASSERT_EQ(c.put("a", "1").outcome, errc::none);
  EXPECT_GE(log_time_ms(c, c.leader()), begin + 14'900);
  EXPECT_LE(log_time_ms(c, c.leader()), begin + 17'000);
}

} // namespace
} // namespace quorate::driver
