#include "bench/kv_load/workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace quorate::bench {

namespace {

workload_shape mixed() {
  workload_shape shape;
  shape.keys = 64;
  shape.read_percent = 50;
  shape.mix_in_all();
  return shape;
}

using choice = std::tuple<op_kind, pre_kind, std::uint32_t, std::uint32_t, std::uint64_t>;

/// As a client does it, each write at the next revision, each read of what was written.
std::vector<choice> choices(const workload_shape& shape, std::uint64_t seed, int count) {
  workload all{shape, base::random{seed}};
  std::vector<choice> made;
  for (int i = 1; i <= count; ++i) {
    const auto x = all.next();
    made.emplace_back(x.kind, x.pre, x.key, x.value, x.expected.value);
    if (x.kind != op_kind::get)
      all.saw(x.key, x.kind == op_kind::put ? revision{static_cast<std::uint64_t>(i)} : revision{});
  }
  return made;
}

template <class F>
int percent_of(const std::vector<choice>& made, F holds) {
  int count = 0;
  for (const auto& x : made)
    count += holds(x) ? 1 : 0;
  return count * 100 / static_cast<int>(made.size());
}

bool is(const choice& x, op_kind kind) {
  return std::get<op_kind>(x) == kind;
}

TEST(workload, is_the_same_for_the_same_seed_and_answers) {
  EXPECT_EQ(choices(mixed(), 3, 10'000), choices(mixed(), 3, 10'000));
  EXPECT_NE(choices(mixed(), 3, 100), choices(mixed(), 4, 100));
}

TEST(workload, only_puts_unless_told_otherwise) {
  workload_shape shape;
  shape.keys = 10;
  for (const auto& x : choices(shape, 1, 1'000)) {
    EXPECT_TRUE(is(x, op_kind::put));
    EXPECT_EQ(std::get<pre_kind>(x), pre_kind::none);
  }
}

TEST(workload, only_reads_if_all_are_reads) {
  workload_shape shape;
  shape.read_percent = 100;
  EXPECT_EQ(percent_of(choices(shape, 1, 1'000), [](auto& x) { return is(x, op_kind::get); }), 100);
}

TEST(workload, has_the_shares_it_was_told) {
  const auto made = choices(mixed(), 1, 100'000);
  EXPECT_NEAR(percent_of(made, [](auto& x) { return is(x, op_kind::get); }), 50, 1);
  EXPECT_NEAR(percent_of(made, [](auto& x) { return is(x, op_kind::erase); }), 5, 1);
  const auto conditional = [](auto& x) { return std::get<pre_kind>(x) != pre_kind::none; };
  EXPECT_NEAR(percent_of(made, conditional), 10, 1);
}

TEST(workload, uses_every_key) {
  std::set<std::uint32_t> keys;
  for (const auto& x : choices(mixed(), 1, 10'000))
    keys.insert(std::get<2>(x));
  EXPECT_EQ(keys.size(), 64U);
  EXPECT_EQ(*keys.rbegin(), 63U);
}

TEST(workload, has_popular_keys_by_zipfs_law) {
  workload_shape shape;
  shape.keys = 1'000;
  shape.zipf_exponent = 0.9;
  workload choices{shape, base::random{1}};
  std::vector<int> drawn(shape.keys);
  constexpr int operations = 100'000;
  for (int i = 0; i < operations; ++i)
    ++drawn[choices.next().key];
  std::sort(drawn.begin(), drawn.end(), std::greater<>{});
  // The first k of n have a share of (k / n)^(1 - exponent).
  const auto top = std::accumulate(drawn.begin(), drawn.begin() + 10, 0);
  EXPECT_NEAR(top / double{operations}, std::pow(0.01, 0.1), 0.02);
  EXPECT_GT(drawn[500], 0);
}

TEST(workload, numbers_its_values_without_a_gap) {
  std::uint32_t last = 0;
  for (const auto& x : choices(mixed(), 1, 10'000)) {
    if (is(x, op_kind::put))
      EXPECT_EQ(std::get<3>(x), ++last);
    else
      EXPECT_EQ(std::get<3>(x), 0U);
  }
  EXPECT_GT(last, 4'000U);
}

TEST(workload, expects_revisions_that_it_has_seen) {
  auto shape = mixed();
  shape.read_percent = 0;
  workload all{shape, base::random{9}};
  std::vector<revision> seen(shape.keys);
  int matching = 0;
  for (std::uint64_t i = 2; i < 10'000; ++i) {
    const auto x = all.next();
    if (x.pre == pre_kind::matches && seen[x.key]) {
      EXPECT_EQ(x.expected, seen[x.key]);
      ++matching;
    }
    seen[x.key] = x.kind == op_kind::put ? revision{i} : revision{};
    all.saw(x.key, seen[x.key]);
  }
  EXPECT_GT(matching, 1'000);
}

// -- as text --------------------------------------------------------------------------------------

TEST(key_text, has_the_size_and_tells_keys_apart) {
  EXPECT_EQ(key_text(0, 4), "k000");
  EXPECT_EQ(key_text(42, 4), "k042");
  EXPECT_EQ(key_text(999, 4), "k999");
  EXPECT_EQ(key_text(4'294'967'295, 12), "k04294967295");
}

TEST(value_text, has_the_size_asked_for) {
  EXPECT_EQ(value_text({3, 17}, 10), "c3-17.....");
  EXPECT_EQ(value_text({3, 17}, 5), "c3-17");
  EXPECT_EQ(value_text({3, 17}, 3), "c3-");
  EXPECT_EQ(value_text({3, 17}, 0), "");
  EXPECT_EQ(value_text({4'294'967'295, 4'294'967'295}, 22), "c4294967295-4294967295");
}

TEST(value_text, is_read_back) {
  for (const value_name x : {value_name{0, 1}, value_name{4'095, 4'294'967'295}})
    EXPECT_EQ(parse_value(value_text(x, 16), 16), x);
}

TEST(value_text, is_not_read_from_what_is_no_value_of_ours) {
  for (const char* text :
       {"", "c", "c3", "c3-", "c3-0......", "c3-17", "c3-17.....x", "c3-17....x", "d3-17.....",
        "c03-17....", "c3-017....", "c-3-17....", "c3-17.4...", "c3-99999999999999999999"})
    EXPECT_FALSE(parse_value(text, 10)) << text;
}

} // namespace

} // namespace quorate::bench
