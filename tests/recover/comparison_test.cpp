// Which survivor has the most, and which don't belong together.
#include "runtime/recover/comparison.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::recover {
namespace {

/// A usable survivor of {n1 … n5}.
survivor of(std::uint32_t id, std::uint64_t last_term, std::uint64_t last, std::uint64_t commit) {
  survivor out;
  out.directory = "n" + std::to_string(id);
  out.name = out.directory;
  out.id = node_id{id};
  out.storage = storage_id{7, id};
  out.cluster = fingerprint{1, 2};
  out.last_term = term{last_term};
  out.last = log_index{last};
  out.commit = log_index{commit};
  for (std::uint32_t voter = 1; voter <= 5; ++voter)
    out.voters.push_back({node_id{voter}, "n" + std::to_string(voter)});
  return out;
}

std::string newest_of(std::vector<survivor> all) {
  const auto what = compare(std::move(all));
  return what.newest ? what.survivors[*what.newest].name : "none";
}

TEST(the_newest_survivor, has_the_later_term_and_only_then_the_longer_log) {
  EXPECT_EQ(newest_of({of(1, 3, 900, 900), of(2, 4, 10, 5)}), "n2");
  EXPECT_EQ(newest_of({of(1, 4, 900, 5), of(2, 4, 10, 10)}), "n1");
  EXPECT_EQ(newest_of({of(2, 4, 10, 10), of(1, 4, 10, 5)}), "n2") << "it knows more of it";
  EXPECT_EQ(newest_of({of(2, 4, 10, 10), of(1, 4, 10, 10)}), "n1");
  EXPECT_EQ(newest_of({of(1, 4, 10, 10), of(2, 4, 10, 10)}), "n1");
  auto voter = of(2, 4, 10, 5);
  voter.position = "member/voter";
  EXPECT_EQ(newest_of({of(1, 4, 10, 10), voter}), "n2") << "the other one is a learner";
}

TEST(the_newest_survivor, is_one_that_can_be_used) {
  auto damaged = of(1, 9, 900, 900);
  damaged.unusable = make_error(errc::storage_corrupt);
  EXPECT_EQ(newest_of({damaged, of(2, 4, 10, 10)}), "n2");
  EXPECT_EQ(newest_of({damaged}), "none");
}

TEST(survivors, of_two_clusters_or_of_one_storage_do_not_belong_together) {
  auto foreign = of(2, 4, 10, 10);
  foreign.cluster = fingerprint{1, 3};
  const auto two = compare({of(1, 4, 10, 10), foreign});
  ASSERT_EQ(two.objections.size(), 1U);
  EXPECT_NE(two.objections[0].find("n1 and n2 are of two clusters"), std::string::npos);
  EXPECT_FALSE(two.newest);

  auto copy = of(1, 4, 12, 12);
  copy.directory = "copy";
  const auto copies = compare({of(1, 4, 10, 10), copy});
  ASSERT_EQ(copies.objections.size(), 1U);
  EXPECT_NE(copies.objections[0].find("copies of one storage"), std::string::npos);

  copy.storage = storage_id{8, 8};
  const auto twins = compare({of(1, 4, 10, 10), copy});
  ASSERT_EQ(twins.objections.size(), 1U);
  EXPECT_NE(twins.objections[0].find("two storages of one node"), std::string::npos);
}

TEST(survivors, with_nothing_known_of_them_are_compared_with_nobody) {
  survivor unknown;
  unknown.unusable = make_error(errc::storage_unreadable);
  const auto what = compare({unknown, unknown, of(1, 4, 10, 10)});
  EXPECT_TRUE(what.objections.empty());
  EXPECT_EQ(what.newest, 2U);
}

TEST(survivors, that_are_a_majority_need_no_recovery) {
  EXPECT_FALSE(majority_is_left(compare({of(1, 4, 10, 10), of(2, 4, 10, 10)})));
  EXPECT_TRUE(majority_is_left(compare({of(1, 4, 10, 10), of(2, 4, 9, 9), of(5, 4, 8, 8)})));
  auto damaged = of(5, 4, 10, 10);
  damaged.unusable = make_error(errc::storage_corrupt);
  EXPECT_FALSE(majority_is_left(compare({of(1, 4, 10, 10), of(2, 4, 9, 9), damaged})));
  EXPECT_FALSE(majority_is_left(compare({of(1, 4, 10, 10), of(2, 4, 9, 9), of(6, 4, 8, 8)})))
    << "one of them has no vote";
}

TEST(survivors, of_a_joint_change_have_to_be_a_majority_of_both_halves) {
  auto x = of(1, 4, 10, 10);
  x.voters = {{node_id{1}, "n1"}};
  x.outgoing = {{node_id{1}, "n1"}, {node_id{2}, "n2"}, {node_id{3}, "n3"}};
  EXPECT_FALSE(majority_is_left(compare({x})));
  EXPECT_TRUE(majority_is_left(compare({x, of(3, 4, 9, 9)})));
}

} // namespace
} // namespace quorate::recover
