// Planted bugs (runtime/base/mutants.hpp): the simulator finds each of them, and none is so coarse
// that nothing works with it. One that survives is a hole in the simulator. Here are those that are
// found within seconds; quorate_mutants hunts them all.
#include "runtime/base/mutants.hpp"

#include "tests/sim/farm.hpp"
#include "tests/sim/hunt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

namespace quorate::base {

/// Else GoogleTest would print its bytes into the test's name.
static void PrintTo(mutant m, std::ostream* out) {
  *out << row_of(m).name;
}

} // namespace quorate::base

namespace quorate::sim {
namespace {

using base::mutant;

/// Those that take longer than a test may: a detector needs them to meet a rare situation.
constexpr mutant slow[] = {
  mutant::image_wipes_longer_log,     mutant::old_answers_count,
  mutant::outdated_answer_retires,    mutant::eviction_budget_unchecked,
  mutant::lost_voter_counts_live,     mutant::old_life_moves_row,
  mutant::confirms_against_admission,
};

constexpr double cpu_seconds_max = 60; ///< Six times what the slowest of the others takes.

std::vector<mutant> quick_ones() {
  auto all = all_mutants();
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](mutant m) {
                             return std::find(std::begin(slow), std::end(slow), m)
                                    != std::end(slow);
                           }),
            all.end());
  return all;
}

class mutants : public testing::TestWithParam<mutant> {};

TEST_P(mutants, are_found) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "hunted in the plain build: thousands of crashing children prove nothing here";
#endif
  const auto found = hunt(GetParam(), 1, cpu_seconds_max);
  ASSERT_TRUE(found.killed()) << "survived " << found.seeds << " seeds";
  RecordProperty("seeds", static_cast<int>(found.seeds));
  RecordProperty("promise", found.promise);
}

INSTANTIATE_TEST_SUITE_P(planted, mutants, testing::ValuesIn(quick_ones()),
                         [](const auto& one) { return name_of(one.param); });

TEST(hunted, is_read_back_from_a_state_file) {
  hunted x;
  x.planted = mutant::pre_vote_resets_timer;
  x.found_by = detector::checker;
  x.promise = "a voter without a leader campaigns in time";
  x.seed = 7;
  x.seeds = 6;
  x.cpu_seconds = 0.5;
  const auto again = read_line(line_of(x));
  ASSERT_TRUE(again);
  EXPECT_EQ(line_of(*again), line_of(x));
  EXPECT_TRUE(again->killed());
  EXPECT_FALSE(read_line("no_such_mutant\t1\t1\t1\t1\tpromise"));
  EXPECT_FALSE(read_line(""));
}

TEST(mutant_table, names_each_by_its_enumerator) {
  EXPECT_EQ(name_of(mutant::none), "none");
  EXPECT_EQ(name_of(mutant::old_boot_accepted), "old_boot_accepted");
  EXPECT_EQ(find_mutant("old_boot_accepted"), mutant::old_boot_accepted);
  EXPECT_EQ(find_mutant("22"), mutant::old_boot_accepted);
  EXPECT_FALSE(find_mutant("no_such_mutant"));
}

} // namespace
} // namespace quorate::sim
