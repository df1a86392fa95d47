#include "bench/kv_load/tally.hpp"

#include <gtest/gtest.h>

namespace quorate::bench {

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr time_window one_second{1'000 * ms, 2'000 * ms};

TEST(tally, leaves_out_what_returns_during_the_warm_up) {
  tally all{one_second};
  all.count(0, 999 * ms, outcome::ok, errc::none);
  all.count(0, 999 * ms, outcome::rejected, errc::overloaded);
  EXPECT_EQ(all.operations(), 0U);
  all.count(0, 1'000 * ms, outcome::ok, errc::none);
  EXPECT_EQ(all.operations(), 1U);
  EXPECT_EQ(all.ok_in_time(), 1U);
}

TEST(tally, counts_what_returns_late_but_not_as_throughput) {
  tally all{one_second};
  all.count(1'999 * ms, 2'000 * ms, outcome::ok, errc::none);
  all.count(1'999 * ms, 9'000 * ms, outcome::unknown, errc::outcome_unknown);
  EXPECT_EQ(all.operations(), 2U);
  EXPECT_EQ(all.ok(), 1U);
  EXPECT_EQ(all.errors(), 1U);
  EXPECT_EQ(all.ok_in_time(), 0U);
  EXPECT_EQ(all.latencies().count(), 1U);
}

TEST(tally, takes_a_condition_that_does_not_hold_for_an_answer) {
  tally all{one_second};
  all.count(1'000 * ms, 1'001 * ms, outcome::precondition_failed, errc::precondition_failed);
  EXPECT_EQ(all.ok(), 1U);
  EXPECT_EQ(all.of(outcome::precondition_failed), 1U);
  EXPECT_EQ(all.errors(), 0U);
  EXPECT_TRUE(all.reasons().empty());
}

TEST(tally, finds_the_longest_time_without_an_answer) {
  tally all{one_second};
  EXPECT_EQ(all.longest_gap_ms(), 1'000U);
  all.count(0, 1'100 * ms, outcome::ok, errc::none);
  EXPECT_EQ(all.longest_gap_ms(), 899U);
  all.count(0, 1'500 * ms, outcome::rejected, errc::overloaded); // No answer.
  EXPECT_EQ(all.longest_gap_ms(), 899U);
  tally other{one_second};
  other.count(0, 1'700 * ms, outcome::precondition_failed, errc::precondition_failed);
  all.merge(other);
  EXPECT_EQ(all.longest_gap_ms(), 599U);
}

TEST(tally, merged_has_the_counts_of_all) {
  tally all{one_second};
  tally other{one_second};
  all.count(1'000 * ms, 1'001 * ms, outcome::ok, errc::none);
  other.count(1'000 * ms, 1'009 * ms, outcome::ok, errc::none);
  other.count(1'000 * ms, 1'002 * ms, outcome::rejected, errc::deadline_exceeded);
  all.merge(other);
  all.merge(other);
  EXPECT_EQ(all.ok(), 3U);
  EXPECT_EQ(all.errors(), 2U);
  EXPECT_EQ(all.ok_in_time(), 3U);
  EXPECT_EQ(all.latencies().max(), static_cast<std::uint64_t>(9 * ms));
  EXPECT_EQ(all.reasons().at(errc::deadline_exceeded), 2U);
}

} // namespace

} // namespace quorate::bench
