// Who has to go when too many have connected and said nothing.
#include "runtime/wire/lobby.hpp"

#include <gtest/gtest.h>

namespace quorate::wire {
namespace {

TEST(a_lobby, lets_everybody_in_who_fits) {
  lobby x{2};
  EXPECT_FALSE(x.enter(visitor_id{1}, "a"));
  EXPECT_FALSE(x.enter(visitor_id{2}, "b"));
  EXPECT_EQ(x.size(), 2u);
}

TEST(a_full_lobby, sends_away_the_oldest_of_the_host_with_most) {
  lobby x{4};
  x.enter(visitor_id{1}, "good");
  for (std::uint64_t i = 2; i <= 4; ++i)
    EXPECT_FALSE(x.enter(visitor_id{i}, "bad"));
  for (std::uint64_t i = 5; i < 100; ++i)
    EXPECT_EQ(x.enter(visitor_id{i}, "bad"), visitor_id{i - 3});
  EXPECT_EQ(x.enter(visitor_id{100}, "other"), visitor_id{97});
  EXPECT_EQ(x.size(), 4u);
}

TEST(a_lobby, has_room_again_when_somebody_leaves) {
  lobby x{1};
  x.enter(visitor_id{1}, "a");
  x.leave(visitor_id{1});
  x.leave(visitor_id{7});
  EXPECT_EQ(x.size(), 0u);
  EXPECT_FALSE(x.enter(visitor_id{2}, "a"));
}

} // namespace
} // namespace quorate::wire
