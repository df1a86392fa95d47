#include "apps/quorate/table.hpp"

#include "tests/apps/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using testing::ElementsAre;

TEST(aligned, columns_are_as_wide_as_their_widest_cell) {
  EXPECT_THAT(aligned({{"A", "LONG", "C"}, {"aaa", "b", "c"}, {"a", ""}}),
              ElementsAre("A    LONG  C", "aaa  b     c", "a"));
}

TEST(aligned, nothing_is_nothing) {
  EXPECT_TRUE(aligned({}).empty());
}

TEST(nodes_table, shows_what_each_node_is_and_why) {
  EXPECT_THAT(
    table_of(four_nodes(), {"second"}),
    ElementsAre(
      "ID  NAME    STATE      ROLE           SINCE  WHY",
      "n1  n1      member     voter, leader  v1     provision by operator",
      "n2  second  member     voter          v2     register by node; its process has ended",
      "n3  n3      auto_join  learner        v3     register by node",
      "n4  n4      standby    outsider       v4     register by node"));
}

} // namespace

} // namespace quorate::app
