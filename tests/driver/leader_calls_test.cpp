#include "runtime/driver/leader_calls.hpp"

#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace quorate::driver {
namespace {

/// All calls that are due, by their terms; 0: deposed.
std::vector<std::uint64_t> due(leader_calls& calls) {
  std::vector<std::uint64_t> out;
  while (auto x = calls.next())
    out.push_back(x->elected_in.value);
  return out;
}

using terms = std::vector<std::uint64_t>;

TEST(leader_calls, alternate) {
  leader_calls x;
  EXPECT_EQ(due(x), terms{});
  x.heard(term{3});
  EXPECT_EQ(due(x), (terms{3}));
  x.heard(term{3});
  EXPECT_EQ(due(x), terms{});
  x.heard(term{});
  EXPECT_EQ(due(x), (terms{0}));
  x.heard(term{5});
  EXPECT_EQ(due(x), (terms{5}));
}

TEST(leader_calls, tell_of_the_end_before_the_next_begin) {
  leader_calls x;
  x.heard(term{3});
  due(x);
  x.heard(term{7});
  EXPECT_EQ(due(x), (terms{0, 7}));
}

TEST(leader_calls, leave_out_what_is_over_before_it_was_told) {
  leader_calls x;
  x.heard(term{3});
  x.heard(term{});
  EXPECT_EQ(due(x), terms{});
  x.heard(term{4});
  due(x);
  x.heard(term{});
  x.heard(term{6});
  x.heard(term{});
  EXPECT_EQ(due(x), (terms{0}));
}

TEST(leader_calls, never_begin_a_term_twice) {
  leader_calls x;
  x.heard(term{3});
  due(x);
  x.heard(term{});
  due(x);
  x.heard(term{3});
  EXPECT_EQ(due(x), terms{});
  x.heard(term{2});
  EXPECT_EQ(due(x), terms{});
}

TEST(leader_calls, have_rising_terms_whatever_is_heard) {
  base::random draw{1};
  leader_calls x;
  std::uint64_t newest = 0;
  bool elected = false;
  for (int i = 0; i < 10'000; ++i) {
    x.heard(term{draw.chance(40) ? 0 : draw.below(static_cast<std::uint64_t>(i) + 1)});
    if (draw.chance(50))
      continue;
    for (auto t : due(x)) {
      ASSERT_NE(elected, t != 0);
      elected = t != 0;
      ASSERT_TRUE(t == 0 || t > newest);
      newest = t != 0 ? t : newest;
    }
  }
}

} // namespace
} // namespace quorate::driver
