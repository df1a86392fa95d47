// The policy's options allow what the cluster does.
#include "quorate/option_list.hpp"
#include "runtime/membership/plan.hpp"
#include "runtime/options/table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quorate {
namespace {

using policy_list = option_list<membership_policy>;

TEST(policy_options, begin_with_a_policy_that_is_valid) {
  const auto found = policy_list{}.finish();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, membership_policy{});
  for (const auto& x : policy_list::all())
    EXPECT_FALSE(x.required) << x.name;
}

/// Whoever adds a knob is to add its option.
TEST(policy_options, reach_every_knob) {
  policy_list list;
  const std::vector<std::pair<const char*, const char*>> values{
    {"target", "6"},           {"allow-even", "true"},       {"min-members", "2"},
    {"warm-spares", "3"},      {"stabilization", "1s"},      {"pairing-wait", "2s"},
    {"replace-after", "3s"},   {"leader-settle", "4s"},      {"eviction-budget", "5"},
    {"eviction-window", "6s"}, {"transition-timeout", "7s"}, {"lease", "8s"}};
  for (const auto& [name, value] : values)
    EXPECT_TRUE(list.set(name, value)) << name;
  const auto found = list.finish();
  ASSERT_TRUE(found) << found.error().message;
  const membership_policy expected{6,     true,  2, 3,     1'000, 2'000,
                                   3'000, 4'000, 5, 6'000, 7'000, 8'000};
  EXPECT_EQ(*found, expected);
  EXPECT_EQ(values.size(), policy_list::all().size());
}

TEST(policy_options, have_the_ranges_that_the_cluster_goes_by) {
  membership_policy right;
  right.target_members = 9; // So that every least number of members goes with it.
  for (const auto& r : options::table<membership_policy>()) {
    const auto agrees = [&](std::uint64_t number) {
      auto x = right;
      if (r.allowed.kind == option_kind::duration)
        r.write(x, std::chrono::milliseconds{static_cast<std::int64_t>(number)});
      else
        r.write(x, number);
      x.allow_even = true;
      x.min_members = r.words.name == "target" ? 0 : x.min_members;
      const auto said = options::check_all(x, options::as_member<membership_policy>);
      EXPECT_EQ(static_cast<bool>(said), static_cast<bool>(membership::validate(x)))
        << r.words.name << ' ' << number;
      return static_cast<bool>(said);
    };
    if (r.allowed.kind == option_kind::flag)
      continue;
    EXPECT_TRUE(agrees(r.allowed.min)) << r.words.name;
    EXPECT_TRUE(agrees(r.allowed.max)) << r.words.name;
    EXPECT_FALSE(agrees(r.allowed.max + 1)) << r.words.name;
    if (r.allowed.min > 0) {
      EXPECT_FALSE(agrees(r.allowed.min - 1)) << r.words.name;
    }
  }
}

TEST(policy_options, that_do_not_go_together_are_told_by_name) {
  policy_list list;
  ASSERT_TRUE(list.set("target", "4"));
  EXPECT_EQ(list.finish().error().message,
            "--target is 4, which tolerates no more failures than 3; say --allow-even if you mean "
            "it.");
  ASSERT_TRUE(list.set("allow-even", "yes"));
  EXPECT_TRUE(list.finish());
  ASSERT_TRUE(list.set("min-members", "5"));
  EXPECT_EQ(list.finish().error().message,
            "--min-members is 5, and can't be more than --target, which is 4.");
}

TEST(policy_options, of_embedders_are_told_in_the_units_of_people) {
  membership_policy presets;
  presets.lease_ms = UINT64_MAX;
  EXPECT_EQ(policy_list{presets}.finish().error().message.substr(0, 8), "--lease:");
}

} // namespace
} // namespace quorate
