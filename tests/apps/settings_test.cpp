#include "apps/quorate/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace quorate::app {

namespace {

using testing::HasSubstr;

std::string answer(std::int64_t nodes, std::int64_t target) {
  demo_settings settings;
  settings.nodes = nodes;
  settings.target = target;
  return objection(settings).value_or("");
}

TEST(settings, of_the_default_are_fine) {
  EXPECT_FALSE(objection(demo_settings{}));
}

TEST(settings, leave_exactly_the_target_live_and_not_parked) {
  for (std::int64_t target = target_min; target <= target_max; target += 2)
    for (auto nodes = target + 2; nodes <= nodes_max; ++nodes) {
      EXPECT_EQ(answer(nodes, target), "");
      demo_settings settings;
      settings.nodes = nodes;
      settings.target = target;
      EXPECT_GE(kills(settings), 1);
      // One more is started, one parked, one removed.
      EXPECT_EQ(nodes + 1 - 1 - 1 - kills(settings), target);
    }
}

TEST(settings, with_too_few_nodes_name_the_range) {
  EXPECT_THAT(answer(4, 3), HasSubstr("--nodes is 5 to 16 with --target 3, not 4"));
  EXPECT_THAT(answer(8, 7), HasSubstr("--nodes is 9 to 16"));
  EXPECT_THAT(answer(-1, 3), HasSubstr("not -1"));
  EXPECT_THAT(answer(17, 3), HasSubstr("not 17"));
}

TEST(settings, with_an_empty_data_dir_say_what_it_is) {
  demo_settings settings;
  settings.data_dir = "";
  EXPECT_THAT(objection(settings).value_or(""), HasSubstr("--data-dir is a directory"));
  settings.data_dir = "data";
  EXPECT_FALSE(objection(settings));
}

TEST(settings, with_a_target_that_is_no_good_say_why) {
  EXPECT_THAT(answer(5, 1), HasSubstr("majority"));
  EXPECT_THAT(answer(6, 4), HasSubstr("tolerates no more failures"));
  EXPECT_THAT(answer(13, 11), HasSubstr("1 to 9 members"));
  EXPECT_THAT(answer(5, 0), HasSubstr("1 to 9 members"));
}

} // namespace

} // namespace quorate::app
