#include "runtime/storage/room_gauge.hpp"

#include <gtest/gtest.h>

namespace quorate::storage {
namespace {

TEST(a_room_gauge, says_low_below_the_reserve_and_none_below_its_half) {
  room_gauge gauge{1'000};
  EXPECT_EQ(gauge.last(), disk_room::enough);
  EXPECT_EQ(gauge.read(1'000, 0), disk_room::enough);
  EXPECT_EQ(gauge.read(999, 0), disk_room::low);
  EXPECT_EQ(gauge.read(500, 0), disk_room::low);
  EXPECT_EQ(gauge.read(499, 0), disk_room::none);
  EXPECT_EQ(gauge.last(), disk_room::none);
}

TEST(a_room_gauge, turns_back_a_quarter_of_the_reserve_later) {
  room_gauge gauge{1'000};
  EXPECT_EQ(gauge.read(0, 0), disk_room::none);
  EXPECT_EQ(gauge.read(749, 0), disk_room::none);
  EXPECT_EQ(gauge.read(750, 0), disk_room::low);
  EXPECT_EQ(gauge.read(500, 0), disk_room::low) << "the way back has its own border";
  EXPECT_EQ(gauge.read(1'249, 0), disk_room::low);
  EXPECT_EQ(gauge.read(1'250, 0), disk_room::enough);
  EXPECT_EQ(gauge.read(1'000, 0), disk_room::enough);
}

TEST(a_room_gauge, leaps_both_ways) {
  room_gauge gauge{1'000};
  EXPECT_EQ(gauge.read(0, 0), disk_room::none);
  EXPECT_EQ(gauge.read(5'000, 0), disk_room::enough);
}

TEST(a_room_gauge, counts_what_will_be_wanted_at_once) {
  room_gauge gauge{1'000};
  EXPECT_EQ(gauge.read(3'999, 3'000), disk_room::low);
  EXPECT_EQ(gauge.read(4'250, 3'000), disk_room::enough);
  EXPECT_EQ(gauge.read(600, 3'000), disk_room::low) << "nothing is lost yet";
}

TEST(a_room_gauge, without_a_reserve_has_always_enough) {
  room_gauge gauge{0};
  EXPECT_EQ(gauge.read(0, 1'000), disk_room::enough);
}

} // namespace
} // namespace quorate::storage
