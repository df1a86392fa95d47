#include "bench/kv_load/histogram.hpp"

#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace quorate::bench {

namespace {

/// The obviously right one: the smallest value that isn't exceeded by that share of them.
std::uint64_t exact_percentile(std::vector<std::uint64_t> values, double percent) {
  std::sort(values.begin(), values.end());
  const auto rank = std::ceil(static_cast<double>(values.size()) * percent / 100);
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

void expect_close(const histogram& all, const std::vector<std::uint64_t>& values) {
  for (const double percent : {0.0, 1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto exact = exact_percentile(values, percent);
    const auto told = all.percentile(percent);
    EXPECT_GE(told, exact) << percent;
    EXPECT_LE(static_cast<double>(told), static_cast<double>(exact) * (1 + 1.0 / 128)) << percent;
  }
}

TEST(histogram, without_values_says_zero) {
  const histogram none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.max(), 0U);
  EXPECT_EQ(none.percentile(50), 0U);
}

TEST(histogram, is_exact_for_small_values) {
  histogram all;
  for (std::uint64_t x = 1; x <= 100; ++x)
    all.record(x);
  EXPECT_EQ(all.percentile(0), 1U);
  EXPECT_EQ(all.percentile(50), 50U);
  EXPECT_EQ(all.percentile(99), 99U);
  EXPECT_EQ(all.percentile(100), 100U);
}

TEST(histogram, tells_percentiles_to_less_than_a_percent_at_every_scale) {
  base::random rng{17};
  for (const unsigned bits : {4U, 10U, 20U, 30U, 36U}) {
    histogram all;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 10'000; ++i) {
      // Every scale up to that one, as latencies have long tails.
      values.push_back(rng.next() >> (64 - bits + rng.below(bits)));
      all.record(values.back());
    }
    EXPECT_EQ(all.count(), values.size());
    EXPECT_EQ(all.max(), *std::max_element(values.begin(), values.end()));
    expect_close(all, values);
  }
}

TEST(histogram, holds_the_edges_of_its_buckets) {
  std::vector<std::uint64_t> edges;
  for (unsigned bit = 0; bit < 36; ++bit)
    for (const std::uint64_t near : {0, 1, 2})
      edges.push_back((std::uint64_t{1} << bit) + near - 1);
  for (const auto x : edges) {
    histogram one;
    one.record(x);
    EXPECT_EQ(one.percentile(50), x);
    one.record(histogram::value_max);
    EXPECT_GE(one.percentile(50), x);
    EXPECT_LE(one.percentile(50), x + x / 128);
  }
}

TEST(histogram, keeps_the_maximum_of_what_is_too_long_for_it) {
  histogram all;
  all.record(1);
  all.record(histogram::value_max + 1);
  all.record(histogram::value_max * 1'000);
  EXPECT_EQ(all.max(), histogram::value_max * 1'000);
  EXPECT_EQ(all.percentile(100), histogram::value_max * 1'000);
  EXPECT_EQ(all.percentile(1), 1U);
}

TEST(histogram, merged_is_as_if_one_had_recorded_all) {
  base::random rng{4};
  histogram parts[3];
  histogram whole;
  for (int i = 0; i < 3'000; ++i) {
    const auto x = rng.below(10'000'000);
    parts[i % 3].record(x);
    whole.record(x);
  }
  histogram merged;
  for (const auto& part : parts)
    merged.merge(part);
  EXPECT_EQ(merged.count(), whole.count());
  EXPECT_EQ(merged.max(), whole.max());
  for (int percent = 0; percent <= 100; ++percent)
    EXPECT_EQ(merged.percentile(percent), whole.percentile(percent));
}

} // namespace

} // namespace quorate::bench
