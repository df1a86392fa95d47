#include "actors/refusal_gate.hpp"

#include "runtime/base/limits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quorate::actors {

namespace {

std::vector<membership::refused> refusals(std::size_t count) {
  membership::refused one;
  one.event = lifecycle_event::park;
  one.why = make_error(errc::below_min_members);
  one.by = initiator::operator_;
  return std::vector<membership::refused>(count, one);
}

TEST(refusal_gate, tells_the_first_ones_whole) {
  refusal_gate gate;
  const auto told = gate.pass(refusals(1), 5);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().left_out, 0U);
  EXPECT_EQ(told.front().what.code, errc::below_min_members);
  EXPECT_EQ(told.front().what.event, lifecycle_event::park);
  EXPECT_EQ(told.front().what.sentence, sentence(errc::below_min_members));
}

TEST(refusal_gate, tells_so_many_a_second_and_counts_the_others) {
  constexpr auto most = limits::refusals_told_per_second_max;
  refusal_gate gate;
  EXPECT_EQ(gate.pass(refusals(1'000), 0).size(), most);
  EXPECT_TRUE(gate.pass(refusals(500), 999).empty());
  const auto told = gate.pass(refusals(2), 1'000);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].left_out, 1'500 - most);
  EXPECT_EQ(told[1].left_out, 0U);
}

} // namespace

} // namespace quorate::actors
