#include "apps/quorate/recover_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace quorate::app {

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

recover::survivor third() {
  recover::survivor out;
  out.directory = "data/n3";
  out.name = "n3";
  out.id = node_id{3};
  out.storage = storage_id{7, 3};
  out.cluster = fingerprint{1, 2};
  out.cluster_name = "orders";
  out.boots = 4;
  out.current_term = term{6};
  out.first = log_index{401};
  out.last = log_index{512};
  out.last_term = term{5};
  out.commit = log_index{510};
  out.snapshot = log_index{400};
  out.version = config_version{7};
  out.position = "member/voter";
  out.voters = {{node_id{1}, "n1"}, {node_id{2}, "n2"}, {node_id{3}, "n3"}};
  out.keys = 500;
  out.store = revision{507};
  return out;
}

recover::survivor damaged() {
  recover::survivor out;
  out.directory = "data/n2";
  out.name = "n2";
  out.unusable = make_error(errc::storage_corrupt, "entry 7 is unreadable.");
  return out;
}

TEST(inspected_directories, are_shown_with_what_they_hold_and_the_newest_is_marked) {
  EXPECT_THAT(
    text_of(recover::report{{damaged(), third()}, 1, {}}),
    ElementsAre("data/n2: node n2", "  UNUSABLE  storage_corrupt: entry 7 is unreadable.",
                "data/n3: node n3 (n3) - the newest",
                "  cluster   orders, fingerprint 00000000000000010000000000000002",
                "  storage   00000000000000070000000000000003, boot 4",
                "  log       entries 401 to 512, the last one of term 5; the node is in term 6",
                "  commit    entry 510 is known to be committed; snapshot up to entry 400",
                "  nodes     version 7; this one is member/voter; voters n1 (n1), n2 (n2), n3 (n3)",
                "  store     500 keys at revision 507"));
}

TEST(inspected_directories, that_do_not_belong_together_are_named) {
  EXPECT_THAT(text_of(recover::report{{damaged()}, {}, {"a and b are of two clusters."}}),
              Contains("  - a and b are of two clusters."));
}

TEST(a_recovery_plan, ends_with_the_command_that_does_it) {
  recover::plan plan;
  plan.from = third();
  plan.from.directory = "my data/n3";
  plan.phrase = "orders-1a2b3c4d";
  plan.losses = {"Something."};
  plan.steps = {"Something else."};
  const auto text = text_of(plan);
  EXPECT_THAT(text, Contains("  - Something."));
  EXPECT_THAT(text, Contains("  - Something else."));
  EXPECT_EQ(text.back(), "  quorate recover apply 'my data/n3' --confirm orders-1a2b3c4d");
}

TEST(a_recovered_directory, is_told_with_its_copy_and_what_to_do_next) {
  const auto text = text_of(recover::outcome{true, {1, 2}, config_version{8}, "data/n3.old"},
                            "data/n3");
  ASSERT_EQ(text.size(), 3U);
  EXPECT_THAT(text[0], HasSubstr("only voter of cluster 00000000000000010000000000000002"));
  EXPECT_THAT(text[1], HasSubstr("data/n3.old"));
  EXPECT_THAT(text_of(recover::outcome{false, {1, 2}, config_version{8}, ""}, "data/n3")[0],
              HasSubstr("was that already"));
}

TEST(recovery_as_json, is_one_line_whatever_bytes_are_in_the_names) {
  auto x = third();
  x.name = "n\xff\n3";
  const auto text = json_of(recover::report{{x, damaged()}, 0, {}});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
  const auto read = nlohmann::json::parse(text);
  EXPECT_EQ(read["newest"], "data/n3");
  EXPECT_EQ(read["survivors"][0]["last"], 512);
  EXPECT_EQ(read["survivors"][0]["unusable"], nullptr);
  EXPECT_EQ(read["survivors"][1]["unusable"]["code"], "storage_corrupt");
  recover::plan plan;
  plan.from = third();
  plan.phrase = "orders-1a2b3c4d";
  EXPECT_EQ(nlohmann::json::parse(json_of(plan))["phrase"], "orders-1a2b3c4d");
  EXPECT_EQ(nlohmann::json::parse(json_of(make_error(errc::storage_locked)))["error"]["code"],
            "storage_locked");
}

TEST(a_shell_word, is_quoted_where_it_has_to_be) {
  EXPECT_EQ(shell_word("data/n3"), "data/n3");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("-n"), "'-n'");
  EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
}

} // namespace

} // namespace quorate::app
