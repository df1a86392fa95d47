// Which of two lives of one storage is heard.
#include "runtime/driver/lives.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

constexpr storage_id disk{1, 2};
constexpr boot_number first{1, 11};
constexpr boot_number second{2, 22};
constexpr std::uint64_t window_ms = 1'000;

TEST(lives, of_different_storages_are_heard_side_by_side) {
  lives known;
  EXPECT_EQ(known.other_than(disk, first, "a", 0, window_ms), nullptr);
  EXPECT_EQ(known.other_than({3, 4}, first, "b", 0, window_ms), nullptr);
  EXPECT_EQ(known.other_than(disk, first, "a", 10, window_ms), nullptr);
}

TEST(lives, a_restart_at_the_same_address_is_heard_at_once_and_the_old_life_no_more) {
  lives known;
  known.other_than(disk, first, "a", 0, window_ms);
  EXPECT_EQ(known.other_than(disk, second, "a", 1, window_ms), nullptr);
  const auto* other = known.other_than(disk, first, "a", 2, window_ms);
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(other->boot, second);
}

TEST(lives, elsewhere_wait_until_the_earlier_one_is_silent) {
  lives known;
  known.other_than(disk, first, "a", 0, window_ms);
  const auto* other = known.other_than(disk, second, "b", 500, window_ms);
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(other->address, "a");
  known.other_than(disk, first, "a", 900, window_ms);
  EXPECT_NE(known.other_than(disk, second, "b", 1'900, window_ms), nullptr);
  EXPECT_EQ(known.other_than(disk, second, "b", 1'901, window_ms), nullptr) << "it moved";
  EXPECT_NE(known.other_than(disk, first, "a", 1'902, window_ms), nullptr);
}

TEST(lives, with_the_same_number_are_two_processes_wherever_they_are) {
  lives known;
  known.other_than(disk, first, "a", 0, window_ms);
  EXPECT_NE(known.other_than(disk, {1, 99}, "a", 5'000, window_ms), nullptr);
  EXPECT_NE(known.other_than(disk, {1, 99}, "b", 5'000, window_ms), nullptr);
}

TEST(lives, are_bounded_and_those_that_are_silent_go_first) {
  lives known;
  for (std::uint64_t i = 1; i <= lives_max; ++i)
    known.other_than({i, 1}, first, "a", i <= 10 ? 0 : 5'000, window_ms);
  known.other_than({lives_max + 1, 1}, first, "a", 5'000, window_ms);
  EXPECT_EQ(known.size(), lives_max - 9);
  for (std::uint64_t i = 1; i <= 20; ++i)
    known.other_than({lives_max + 1 + i, 1}, first, "a", 5'001, window_ms);
  EXPECT_EQ(known.size(), lives_max);
}

} // namespace
} // namespace quorate::driver
