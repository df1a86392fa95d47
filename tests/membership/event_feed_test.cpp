#include "runtime/membership/event_feed.hpp"

#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace quorate::membership {
namespace {

constexpr subscriber_id one{1};
constexpr subscriber_id two{2};

transition version(std::uint64_t value) {
  transition x;
  x.version = config_version{value};
  return x;
}

nodes_view table(std::uint64_t value) {
  nodes_view x;
  x.version = config_version{value};
  return x;
}

/// A feed, and what each of its subscribers has heard: `3` is a transition, `t3` a table.
struct listeners {
  event_feed feed;
  std::map<subscriber_id, std::vector<std::string>> heard;

  void subscribe(subscriber_id who, bool begin_with_snapshot = false,
                 std::size_t in_flight_max = 1'000) {
    feed.subscribe(who, {begin_with_snapshot, in_flight_max});
  }
  void add(std::uint64_t from, std::uint64_t to) {
    for (; from <= to; ++from)
      feed.add(version(from));
    take();
  }
  void add_table(std::uint64_t value) {
    feed.add(table(value));
    take();
  }
  void taken(subscriber_id who, std::size_t count) {
    feed.taken(who, count);
    take();
  }
  void take() {
    for (const auto& x : feed.take()) {
      const bool whole = std::holds_alternative<nodes_view>(*x.what);
      heard[x.to].push_back((whole ? "t" : "") + std::to_string(version_of(*x.what).value));
    }
  }
};

using list = std::vector<std::string>;

TEST(event_feed, tells_what_comes_from_now_on_in_order_and_once) {
  listeners x;
  x.add(1, 2);
  x.subscribe(one);
  x.add(3, 4);
  x.add(4, 4);
  x.add(5, 5);
  EXPECT_EQ(x.heard[one], (list{"3", "4", "5"}));
}

TEST(event_feed, begins_in_the_middle_of_a_clusters_life) {
  listeners x;
  x.subscribe(one);
  x.add(7, 8);
  EXPECT_EQ(x.heard[one], (list{"7", "8"}));
}

TEST(event_feed, begins_with_a_table_where_that_is_wanted) {
  listeners x;
  x.add(1, 5);
  x.subscribe(one, true);
  EXPECT_TRUE(x.feed.wants_table());
  x.add(6, 6);
  EXPECT_TRUE(x.heard[one].empty());
  x.add_table(5);
  x.add(7, 7);
  EXPECT_EQ(x.heard[one], (list{"t5", "6", "7"}));
  EXPECT_FALSE(x.feed.wants_table());
}

TEST(event_feed, skips_what_a_newer_table_has_already) {
  listeners x;
  x.subscribe(one, true);
  x.subscribe(two);
  x.add_table(3); // Its node was ahead of those that report.
  x.add(1, 4);
  EXPECT_EQ(x.heard[one], (list{"t3", "4"}));
  EXPECT_EQ(x.heard[two], (list{"1", "2", "3", "4"}));
}

TEST(event_feed, hands_over_no_more_than_was_agreed_before_some_is_taken) {
  listeners x;
  x.subscribe(one, false, 2);
  x.subscribe(two);
  x.add(1, 5);
  EXPECT_EQ(x.heard[one], (list{"1", "2"}));
  EXPECT_EQ(x.heard[two].size(), 5U) << "others don't wait for it";
  x.taken(one, 1);
  EXPECT_EQ(x.heard[one], (list{"1", "2", "3"}));
  x.taken(one, 2);
  EXPECT_EQ(x.heard[one], (list{"1", "2", "3", "4", "5"}));
}

TEST(event_feed, collapses_what_waits_too_long_into_one_table) {
  constexpr auto many = event_feed::waiting_max;
  listeners x;
  x.subscribe(one, false, 1);
  x.add(1, 1);
  x.add(2, many + 1);
  EXPECT_FALSE(x.feed.wants_table()) << "the last one fits";
  x.add(many + 2, many + 10);
  EXPECT_FALSE(x.feed.wants_table()) << "it has no room for it";
  x.taken(one, 1);
  ASSERT_TRUE(x.feed.wants_table());
  x.add_table(5);
  ASSERT_TRUE(x.feed.wants_table()) << "what follows that is gone";
  x.add_table(many + 10);
  x.taken(one, 1);
  x.add(many + 11, many + 11);
  EXPECT_EQ(x.heard[one], (list{"1", "t" + std::to_string(many + 10), std::to_string(many + 11)}));
}

TEST(event_feed, tells_the_table_where_versions_are_missing) {
  listeners x;
  x.subscribe(one);
  x.add(1, 2);
  x.add(5, 5); // 3 and 4 died with who knew them.
  EXPECT_TRUE(x.feed.wants_table());
  x.add_table(2);
  EXPECT_TRUE(x.feed.wants_table());
  x.add_table(5);
  x.add(6, 6);
  EXPECT_EQ(x.heard[one], (list{"1", "2", "t5", "6"}));
}

TEST(event_feed, takes_no_table_of_a_node_that_has_none) {
  listeners x;
  x.subscribe(one, true);
  x.add_table(0);
  EXPECT_TRUE(x.feed.wants_table());
  EXPECT_TRUE(x.heard[one].empty());
}

TEST(event_feed, forgets_who_is_gone) {
  listeners x;
  x.subscribe(one, true);
  x.subscribe(two);
  x.feed.add(version(1));
  x.feed.forget(one);
  x.take();
  x.taken(one, 3);
  EXPECT_FALSE(x.feed.wants_table());
  EXPECT_TRUE(x.heard[one].empty());
  EXPECT_EQ(x.heard[two], (list{"1"}));
}

TEST(event_feed, leaves_no_hole_whatever_happens) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    base::random draw{seed};
    listeners x;
    x.subscribe(one, draw.chance(50), draw.between(1, 4));
    std::uint64_t newest = 0;
    for (int step = 0; step < 3'000; ++step) {
      const auto what = draw.below(10);
      if (what < 6)
        x.add(newest + 1, newest + 1), ++newest;
      else if (what == 6 && draw.chance(2))
        x.add(newest + 3, newest + 3), newest += 3;
      else if (what == 7)
        x.add_table(newest - std::min<std::uint64_t>(newest, draw.below(5)));
      else if (draw.chance(30))
        x.taken(one, 1);
    }
    std::uint64_t before = 0;
    for (const auto& name : x.heard[one]) {
      const bool whole = name[0] == 't';
      const auto now = std::stoull(whole ? name.substr(1) : name);
      ASSERT_TRUE(whole ? now >= before : before == 0 || now == before + 1)
        << "seed " << seed << ": " << name << " behind " << before;
      before = now;
    }
  }
}

} // namespace
} // namespace quorate::membership
