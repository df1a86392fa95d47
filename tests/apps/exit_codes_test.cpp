#include "apps/quorate/command/exit_codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace quorate::app {

namespace {

using testing::IsEmpty;
using testing::Not;

// Written apart from the table in exit_codes.cpp. What isn't named here is a refusal.
const std::map<int, std::set<errc>> expected{
  {exit_ok, {errc::none}},
  {exit_usage,
   {errc::tls_unusable, errc::invalid_argument, errc::key_too_large, errc::value_too_large,
    errc::key_empty}},
  {exit_unknown, {errc::outcome_unknown}},
  {exit_unreachable,
   {errc::not_leader, errc::no_leader, errc::deadline_exceeded, errc::shutting_down,
    errc::overloaded, errc::unprovisioned, errc::transfer_in_progress, errc::storage_failed,
    errc::node_halted, errc::storage_corrupt, errc::storage_amnesiac, errc::unreachable,
    errc::address_unusable}},
  {exit_identity, {errc::foreign_cluster, errc::cluster_name_differs, errc::untrusted_peer}},
  {exit_unauthorised, {errc::not_authorised}},
};

int expected_of(errc code) {
  for (const auto& [exit, codes] : expected)
    if (codes.count(code) != 0)
      return exit;
  return exit_refused;
}

TEST(exit_codes, of_all_errors_are_as_they_are_documented) {
  for (const auto code : all_errcs())
    EXPECT_EQ(exit_code_of(code), expected_of(code)) << to_string(code);
}

TEST(exit_codes, of_every_error_come_with_advice) {
  for (const auto code : all_errcs()) {
    if (code == errc::none)
      continue;
    const auto advice = advice_for(code);
    ASSERT_THAT(advice, Not(IsEmpty())) << to_string(code);
    EXPECT_EQ(advice.back(), '.') << to_string(code);
    // One that isn't in the table gets this one.
    EXPECT_NE(advice, advice_for(errc{65'000})) << to_string(code);
  }
}

TEST(exit_codes, of_lifecycle_guards_are_refusals) {
  for (const auto code : all_errcs())
    if (const auto number = static_cast<int>(code); number >= 150 && number <= 249) {
      EXPECT_EQ(exit_code_of(code), exit_refused) << to_string(code);
    }
}

TEST(exit_codes, of_a_newer_version_are_refusals) {
  EXPECT_EQ(exit_code_of(errc{65'000}), exit_refused);
  EXPECT_THAT(advice_for(errc{65'000}), Not(IsEmpty()));
}

TEST(exit_codes, have_a_meaning_each) {
  std::set<int> codes;
  for (const auto& each : exit_meanings())
    codes.insert(each.code);
  EXPECT_EQ(codes, (std::set{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

} // namespace

} // namespace quorate::app
