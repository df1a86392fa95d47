// A failure is made small, and still fails; what is printed plays it again.
#include "tests/sim/shrink.hpp"

#include "tests/sim/arguments.hpp"
#include "tests/sim/child.hpp"
#include "tests/sim/farm.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace quorate::sim {
namespace {

constexpr auto planted = base::mutant::floor_campaigns;

std::uint64_t failing_seed() {
  farm_order order;
  order.planted = planted;
  order.count = 2'000;
  order.trace_failure = false;
  const auto result = run_farm(order);
  return result.failure ? result.failure->seed : 0;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> out;
  for (std::string word; in >> word;)
    out.push_back(word);
  return out;
}

/// The command in a report.
result<arguments> command_in(const std::string& text) {
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    if (line.rfind("quorate_sim ", 0) == 0) {
      auto words = words_of(line);
      words.erase(words.begin());
      return parse(words);
    }
  return make_error(errc::invalid_argument, "no command");
}

TEST(a_failing_seed, is_made_small_and_still_fails) {
  const auto seed = failing_seed();
  ASSERT_NE(seed, 0U);
  const auto small = shrink(seed, planted);
  ASSERT_TRUE(small);
  EXPECT_LT(small->after.faults, small->before.faults);
  EXPECT_LE(small->after.clients, small->before.clients);
  EXPECT_LE(small->after.until, small->before.until);
  EXPECT_EQ(small->after.faults, small->numbers.size());
  EXPECT_EQ(run_apart(small->order, planted).violation, small->violation);
  EXPECT_EQ(run_apart(small->order, base::mutant::none).violation, "") << "the mutant is to blame";
  const auto again = shrink(seed, planted);
  ASSERT_TRUE(again);
  EXPECT_EQ(report(*again, planted), report(*small, planted));
  const auto printed = command_in(report(*small, planted));
  ASSERT_TRUE(printed) << to_string(printed.error());
  EXPECT_EQ(printed->farm.first, seed);
  EXPECT_EQ(printed->farm.planted, planted);
  EXPECT_EQ(printed->only_faults, small->numbers);
  EXPECT_EQ(printed->left.until, small->order.left.until);
  EXPECT_EQ(printed->left.clients, small->order.left.clients);
  EXPECT_EQ(printed->left.operators, small->order.left.operators);
  EXPECT_EQ(printed->left.late_nodes, small->order.left.late_nodes);
  EXPECT_EQ(printed->left.net_features, small->order.left.net_features);
}

TEST(a_seed_that_keeps_all_promises, is_not_shrunk) {
  EXPECT_FALSE(shrink(1, base::mutant::none, 10));
}

TEST(the_decision_log, plays_a_run_again) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    run_order order;
    order.seed = seed;
    order.how = trace::mode::keep;
    const auto whole = run(order);
    ASSERT_EQ(whole.violation, "") << seed;
    order.left.script = whole.faults;
    order.left.until = whole.healed;
    const auto again = run(order);
    EXPECT_EQ(again.violation, "") << seed;
    EXPECT_EQ(again.faults.size(), whole.faults.size()) << seed;
    EXPECT_EQ(again.trace_hash, whole.trace_hash) << seed;
  }
}

TEST(arguments, name_what_is_wrong) {
  EXPECT_FALSE(parse({}));
  EXPECT_FALSE(parse({"--seed"}));
  EXPECT_FALSE(parse({"--seed", "x"}));
  EXPECT_FALSE(parse({"--seed", "18446744073709551616"}));
  EXPECT_FALSE(parse({"--seed", "1", "--jobs", "0"}));
  EXPECT_FALSE(parse({"--seed", "1", "--mutant", "nobody"}));
  EXPECT_FALSE(parse({"--seed", "1", "--seeds", "2", "--trace"}));
  EXPECT_FALSE(parse({"--seed", "1", "--without", "rain"}));
  EXPECT_FALSE(parse({"--seed", "1", "--sheeds", "2"}));
  EXPECT_TRUE(parse({"--help"}));
}

TEST(arguments, are_read) {
  auto many = parse({"--seed", "18446744073709551615", "--seeds", "2", "--jobs", "3"});
  ASSERT_TRUE(many) << to_string(many.error());
  EXPECT_EQ(many->farm.first, ~std::uint64_t{0});
  EXPECT_EQ(many->farm.count, 2U);
  EXPECT_EQ(many->farm.jobs, 3U);
  EXPECT_FALSE(many->one_seed());
  auto timed = parse({"--seed", "5", "--seconds", "7"});
  ASSERT_TRUE(timed);
  EXPECT_GT(timed->farm.count, 1'000'000U);
  auto fresh = parse({"--seed", "fresh"});
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->fresh);
}

} // namespace
} // namespace quorate::sim
