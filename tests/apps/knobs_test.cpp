#include "apps/quorate/command/knobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using testing::HasSubstr;

TEST(knobs, are_turned_by_their_names) {
  policy_change change;
  for (const char* typed :
       {"target_members=5", "allow_even=yes", "min_members=2", "warm_spares=0", "stabilization=1s",
        "pairing_wait=0", "replace_after=off", "leader_settle=500ms", "eviction_budget=3",
        "eviction_window=1h", "transition_timeout=2m", "lease=9s"})
    ASSERT_TRUE(turn(change, typed)) << typed;
  membership_policy wanted;
  wanted.target_members = 5;
  wanted.allow_even = true;
  wanted.min_members = 2;
  wanted.warm_spares = 0;
  wanted.stabilization_ms = 1'000;
  wanted.pairing_wait_ms = 0;
  wanted.replace_after_ms = 0;
  wanted.leader_settle_ms = 500;
  wanted.eviction_budget = 3;
  wanted.eviction_window_ms = 3'600'000;
  wanted.transition_timeout_ms = 120'000;
  wanted.lease_ms = 9'000;
  EXPECT_EQ(change.applied_to({}), wanted);
}

TEST(knobs, that_are_not_named_stay_as_they_are) {
  policy_change change;
  ASSERT_TRUE(turn(change, "warm_spares=2"));
  EXPECT_FALSE(change.target_members);
  EXPECT_FALSE(change.lease_ms);
}

TEST(knobs, show_what_turns_them_so) {
  membership_policy policy;
  policy.replace_after_ms = 0;
  policy.stabilization_ms = 1'500;
  policy_change change;
  for (const auto& row : knob_rows(policy))
    ASSERT_TRUE(turn(change, row[0] + '=' + row[1])) << row[0];
  EXPECT_EQ(change.applied_to({}), policy);
}

TEST(knobs, that_do_not_exist_or_get_no_value_are_refused) {
  policy_change change;
  const auto sentence = [&](const char* typed) { return turn(change, typed).error().message; };
  EXPECT_THAT(sentence("warm_spare=1"), HasSubstr("Did you mean 'warm_spares'?"));
  EXPECT_THAT(sentence("replace_after"), HasSubstr("is no KNOB=VALUE"));
  EXPECT_THAT(sentence("replace_after=5"), HasSubstr("replace_after: '5' is no duration"));
  EXPECT_THAT(sentence("stabilization=off"), HasSubstr("stabilization:"));
  EXPECT_THAT(sentence("allow_even=maybe"), HasSubstr("yes or no"));
  EXPECT_THAT(sentence("warm_spares=4294967296"), HasSubstr("warm_spares: a number"));
}

} // namespace

} // namespace quorate::app
