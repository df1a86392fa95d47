// The checker compared with its slow twin on random histories.
#include "tests/base/seeds.hpp"
#include "tests/history/brute_force.hpp"
#include "tests/history/checker.hpp"
#include "tests/history/simulator.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <sstream>
#include <string>

namespace quorate::history {

namespace {

/// Spelled out, so that a disagreement can be judged by hand.
std::string describe(const history& what) {
  static const char* const actions[] = {"get", "put", "erase"};
  static const char* const conditions[] = {"none", "absent", "matches"};
  static const char* const outcomes[] = {"ok", "precondition_failed", "rejected", "unknown"};
  std::ostringstream out;
  for (const auto& x : what.operations) {
    out << x.line << ": " << actions[static_cast<int>(x.what)] << ' ' << what.keys[x.key];
    if (x.value != nothing)
      out << " v" << x.value;
    out << ' ' << conditions[static_cast<int>(x.pre)] << ' ' << x.expect << " [" << x.call << ", ";
    if (x.ret == never)
      out << "never";
    else
      out << x.ret;
    out << "] " << outcomes[static_cast<int>(x.result)] << " @" << x.revision << '\n';
  }
  return out.str();
}

struct tally {
  int accepted = 0;
  int rejected = 0;
};

void compare(const history& what, std::uint64_t seed, tally& counts) {
  const auto found = check(what);
  const bool expected = is_linearizable(what);
  ASSERT_EQ(static_cast<bool>(found), expected) << "seed " << seed << ": " << found.reason << '\n'
                                                << describe(what);
  ASSERT_NE(found.result, decision::undecided) << "seed " << seed;
  ASSERT_EQ(found.reason.empty(), expected) << "seed " << seed;
  ++(expected ? counts.accepted : counts.rejected);
}

TEST(agreement, accepts_every_simulated_history) {
  for (std::uint64_t seed = 1; seed <= base::scaled(10'000); ++seed) {
    random_source draw{seed};
    const auto what = simulate(draw, random_shape(draw, 60));
    const auto found = check(what);
    ASSERT_TRUE(found) << "seed " << seed << ": " << found.reason << '\n' << describe(what);
  }
}

TEST(agreement, accepts_simulated_loads_with_crashes) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    random_source draw{seed};
    load of;
    of.keys = 100 * seed;
    of.operations_each = 200;
    of.percent_effective = 10 * seed;
    const auto found = check(simulate(draw, of));
    EXPECT_TRUE(found) << "seed " << seed << ": " << found.reason;
    EXPECT_GT(found.gaps, 0u);
  }
}

TEST(agreement, holds_on_histories_with_something_changed) {
  tally counts;
  for (std::uint64_t seed = 1; seed <= base::scaled(150'000); ++seed) {
    random_source draw{seed};
    auto what = simulate(draw, random_shape(draw, 12));
    for (auto changes = draw() % 6; changes > 0; --changes)
      mutate(draw, what);
    compare(what, seed, counts);
    if (testing::Test::HasFatalFailure())
      return;
  }
  // Neither answer would do for most of them.
  const auto share = 100 * counts.rejected / (counts.accepted + counts.rejected);
  std::printf("%d histories, %d %% rejected\n", counts.accepted + counts.rejected, share);
  EXPECT_GT(share, 30);
  EXPECT_LT(share, 70);
}

} // namespace

} // namespace quorate::history
