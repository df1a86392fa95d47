// Every row and every guard of the transition table is needed: without it some expectation fails.
#include "tests/membership/planted.hpp"
#include "tests/membership/table_situations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;

using table_copy = std::vector<transition_rule>;

table_copy full_table() {
  return {lifecycle_table.begin(), lifecycle_table.end()};
}

table_view view_of(const table_copy& table) {
  return {table.data(), table.size()};
}

std::string name_of_row(const transition_rule& row) {
  return std::string{to_string(row.event)} + " from " + std::string{to_string(row.from)} + " to "
         + std::string{to_string(row.to)};
}

/// Judged by the driver, which alone knows its disk and its seeds: here they hold always.
bool judged_by_the_driver(guard g) {
  return g == guard::storage_empty || g == guard::no_cluster_known;
}

const situation_set& all() {
  static const situation_set set{all_situations()};
  return set;
}

} // namespace

TEST(lifecycle_table, says_in_every_situation_what_is_expected) {
  for (const auto& mismatch : all().mismatches({}))
    ADD_FAILURE() << mismatch;
}

TEST(lifecycle_table, needs_every_one_of_its_rows) {
  for (std::size_t i = 0; i < lifecycle_table.size(); ++i) {
    auto table = full_table();
    const auto name = name_of_row(table[i]);
    table.erase(table.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(all().mismatches(view_of(table)).empty()) << "nobody misses the row " << name;
  }
}

TEST(lifecycle_table, needs_every_guard_of_every_row) {
  for (std::size_t i = 0; i < lifecycle_table.size(); ++i)
    for (auto g : lifecycle_table[i].guards) {
      if (g == guard::none || judged_by_the_driver(g))
        continue;
      auto table = full_table();
      auto& guards = table[i].guards;
      std::replace(guards.begin(), guards.end(), g, guard::none);
      EXPECT_FALSE(all().mismatches(view_of(table)).empty())
        << "nobody misses the guard " << to_string(g) << " of " << name_of_row(table[i]);
    }
}

TEST(lifecycle_table, needs_the_initiators_of_every_row_and_no_others) {
  for (std::size_t i = 0; i < lifecycle_table.size(); ++i)
    for (auto by : {initiator::operator_, initiator::policy, initiator::node}) {
      auto table = full_table();
      if (!table[i].by.has(by))
        continue;
      table[i].by.bits = static_cast<std::uint8_t>(table[i].by.bits
                                                   & ~(1U << static_cast<unsigned>(by)));
      EXPECT_FALSE(all().mismatches(view_of(table)).empty())
        << "nobody misses the " << to_string(by) << " at " << name_of_row(table[i]);
    }
}

TEST(lifecycle_table, would_be_seen_to_be_bypassed_by_the_planted_bugs) {
  for (auto bug : {base::mutant::last_member_unguarded, base::mutant::live_quorum_unchecked,
                   base::mutant::trust_the_joiner, base::mutant::lost_voter_counts_live,
                   base::mutant::live_name_taken_over, base::mutant::feature_level_unchecked}) {
    const planted in{bug};
    EXPECT_FALSE(all().mismatches({}).empty()) << "mutant " << static_cast<int>(bug);
  }
}

TEST(lifecycle_table, gives_each_guard_a_name_and_a_refusal_of_its_own) {
  for (const auto& rule : lifecycle_table)
    for (auto g : rule.guards)
      if (g != guard::none) {
        EXPECT_NE(refusal_of(g), errc::none) << to_string(g);
        EXPECT_NE(to_string(g), "none");
      }
}

TEST(lifecycle_table, names_place_wish_and_what_would_be_legal_when_it_refuses) {
  const auto config = written_cluster{}.members({1, 2, 3}).parked({4}).config();
  auto refused = make_plan(config, wanted(lifecycle_event::park, initiator::operator_, {3}),
                           see(config));
  ASSERT_FALSE(refused);
  const auto& text = refused.error().message;
  for (const std::string part : {"n3 (node-3)", "member/voter", "park", "remove", "replace"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " isn't in: " << text;
}

TEST(lifecycle_table, has_rows_that_end_in_standby_or_removed_for_operators_alone) {
  for (const auto& rule : lifecycle_table) {
    const bool parks = rule.to == position::standby_outsider || rule.to == position::removed;
    if (!parks || leaving(rule.from) || rule.from == rule.to)
      continue; // Leaving and updating write no state.
    if (rule.event == lifecycle_event::register_node || rule.event == lifecycle_event::re_register)
      continue; // The node's own first wish, or what an operator said of it before it lost its
                // disk.
    if (rule.guards[0] == guard::disk_lost || rule.guards[2] == guard::disk_lost)
      continue; // Nobody is there any more.
    EXPECT_EQ(rule.by.bits, 1U << static_cast<unsigned>(initiator::operator_)) << name_of_row(rule);
    EXPECT_EQ(rule.guards.front(), guard::named_by_operator) << name_of_row(rule);
  }
}

} // namespace quorate::membership
