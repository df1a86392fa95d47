#include "actors/transition_order.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quorate::actors {

namespace {

transition version(std::uint64_t value) {
  transition x;
  x.version = config_version{value};
  return x;
}

struct listener {
  transition_order order;
  std::vector<transition> heard;

  std::vector<std::uint64_t> versions() const {
    std::vector<std::uint64_t> out;
    for (const auto& x : heard)
      out.push_back(x.version.value);
    return out;
  }
  void add(std::uint64_t value, std::uint64_t now_ms = 0) {
    order.add(version(value), now_ms, heard);
  }
};

using versions = std::vector<std::uint64_t>;

TEST(transition_order, delivers_each_version_once_and_ascending) {
  listener x;
  for (auto value : {1, 3, 2, 2, 1, 3, 4})
    x.add(static_cast<std::uint64_t>(value));
  EXPECT_EQ(x.versions(), (versions{1, 2, 3, 4}));
  EXPECT_FALSE(x.order.next_due_ms());
}

TEST(transition_order, waits_for_a_missing_version_and_then_skips_it) {
  listener x;
  x.add(1);
  x.add(3, 100);
  x.order.tick(99 + transition_order::gap_ms_max, x.heard);
  EXPECT_EQ(x.versions(), (versions{1}));
  EXPECT_EQ(x.order.next_due_ms(), 100 + transition_order::gap_ms_max);
  x.order.tick(100 + transition_order::gap_ms_max, x.heard);
  EXPECT_EQ(x.versions(), (versions{1, 3}));
  x.add(2);
  EXPECT_EQ(x.versions(), (versions{1, 3}));
}

TEST(transition_order, holds_a_bounded_number) {
  listener x;
  for (std::uint64_t value = 2; value < 2 + transition_order::held_max; ++value)
    x.add(value);
  EXPECT_TRUE(x.heard.empty());
  x.add(2 + transition_order::held_max);
  EXPECT_EQ(x.heard.size(), transition_order::held_max + 1);
}

} // namespace

} // namespace quorate::actors
