// The scenarios' own language: what it understands, and what it refuses at which line.
#include "tests/scenarios/script.hpp"

#include "tests/scenarios/commands.hpp"
#include "tests/scenarios/runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace quorate::raft::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(const std::string& text) {
  try {
    run_all(parse("file", text));
    return "no error";
  } catch (const malformed& error) {
    return error.what();
  }
}

TEST(script, is_blocks_of_commands_with_outcomes) {
  auto all = parse("file", "# First.\ntick 1 x=2\n# Between.\nquietly tick\n----\na\nb\n\n"
                           "# Second.\nstatus\n----\n");
  ASSERT_EQ(all.blocks.size(), 2U);
  const auto& first = all.blocks[0];
  EXPECT_EQ(first.line, 2);
  ASSERT_EQ(first.commands.size(), 2U);
  EXPECT_EQ(first.commands[0].arguments[0].value, "1");
  EXPECT_EQ(first.commands[0].arguments[1].key, "x");
  EXPECT_TRUE(first.commands[1].quiet);
  EXPECT_EQ(first.commands[1].line, 4);
  EXPECT_THAT(first.expected, ElementsAre("a", "b"));
  EXPECT_TRUE(all.blocks[1].expected.empty());
}

TEST(script, keeps_everything_but_the_outcomes_when_rendered) {
  const std::string text = "# A.\n\ntick 1\n----\nok\n\n# B.\nstatus\n----\nold\nolder\n\n# End.\n";
  auto all = parse("file", text);
  EXPECT_EQ(render(all, {{"ok"}, {"old", "older"}}), text);
  EXPECT_EQ(render(all, {{"ok"}, {"new"}}),
            "# A.\n\ntick 1\n----\nok\n\n# B.\nstatus\n----\nnew\n\n# End.\n");
}

TEST(script, refuses_commands_without_an_outcome) {
  EXPECT_EQ(error_of("# x\ntick 1\n"), "file:2: commands without an outcome: no ---- follows");
  EXPECT_EQ(error_of("tick 1\n\n----\n"),
            "file:2: commands without an outcome: a blank line before ----");
}

TEST(script, refuses_outcomes_without_a_command) {
  EXPECT_EQ(error_of("\n----\nok\n"), "file:2: ---- without a command before it");
  EXPECT_EQ(error_of("status\n----\nok\n----\n"),
            "file:4: ---- within an outcome: a blank line ends the one before");
}

TEST(script, refuses_halves_of_arguments) {
  EXPECT_THAT(error_of("tick =1\n----\n"), HasSubstr("file:1: an argument is"));
  EXPECT_THAT(error_of("tick x=\n----\n"), HasSubstr("file:1: an argument is"));
  EXPECT_EQ(error_of("quietly\n----\n"), "file:1: quietly what?");
}

TEST(commands, are_known_or_refused) {
  EXPECT_EQ(error_of("\n\njump 1\n----\n"), "file:3: there is no command 'jump'");
  EXPECT_EQ(error_of("tick 1\n----\n"), "file:1: tick: node 1 isn't up");
}

TEST(commands, refuse_arguments_that_they_do_not_know) {
  const std::string one = "add 1 voters=1\n----\n\n";
  EXPECT_EQ(error_of(one + "campaign 1 now\n----\n"),
            "file:4: campaign: what does 'now' mean here?");
  EXPECT_EQ(error_of(one + "status 1 of=x\n----\n"), "file:4: status: what does 'of=x' mean here?");
}

TEST(commands, refuse_what_is_no_number) {
  EXPECT_EQ(error_of("add x voters=1\n----\n"), "file:1: add: 'x' is no number");
  EXPECT_EQ(error_of("add 1 voters=1,,2\n----\n"), "file:1: add: '' is no number");
  EXPECT_EQ(error_of("add 1 voters=1 snapshot=4\n----\n"),
            "file:1: add: '4' is no position: index@term");
}

TEST(commands, refuse_a_disk_that_no_node_can_have) {
  EXPECT_THAT(error_of("add 1 voters=1 entries=3@1\n----\n"), HasSubstr("doesn't follow on 1@1"));
  EXPECT_THAT(error_of("add 1 voters=1 entries=2@4 term=3\n----\n"),
              HasSubstr("the term is lower"));
  EXPECT_THAT(error_of("add 1 voters=1 timeouts=20\n----\n"), HasSubstr("less than twice"));
  EXPECT_THAT(error_of("add 1 voters=1 timeouts=11,11,11,11,11,11,11\n----\n"),
              HasSubstr("too many timeouts"));
  EXPECT_THAT(error_of("add 1 voters=1\nadd 1 voters=1\n----\n"), HasSubstr("file:2: add: node 1"));
}

TEST(commands, say_nothing_behind_quietly) {
  auto all = parse("file", "add 1 voters=1\nquietly status\n----\n\nstatus\n----\n");
  auto outcomes = run_all(all);
  EXPECT_THAT(outcomes[0], ElementsAre("ok"));
  EXPECT_EQ(outcomes[1].size(), 1U);
}

TEST(differences, show_what_went_and_what_came) {
  auto all = parse("file", "status\n----\na\nb\nc\n");
  EXPECT_EQ(differences(all, {{"a", "b", "c"}}), "");
  EXPECT_EQ(differences(all, {{"a", "x", "c"}}), "file:1: status\n  a\n- b\n+ x\n  c\n");
}

TEST(regenerate, writes_outcomes_and_then_changes_nothing) {
  auto path = testing::TempDir() + "regenerated.txt";
  std::ofstream{path} << "# Kept.\nadd 1 voters=1\n----\nold\n";
  EXPECT_TRUE(regenerate(path));
  EXPECT_EQ(read_file(path), "# Kept.\nadd 1 voters=1\n----\nok\n");
  EXPECT_FALSE(regenerate(path));
}

TEST(regenerate, leaves_a_malformed_file_alone) {
  auto path = testing::TempDir() + "malformed.txt";
  std::ofstream{path} << "jump\n----\nold\n";
  EXPECT_THROW(regenerate(path), malformed);
  EXPECT_EQ(read_file(path), "jump\n----\nold\n");
}

TEST(commands, refuse_settings_that_no_core_can_have) {
  EXPECT_EQ(error_of("add 1 voters=1 inflight=0\n----\n"), "file:1: add: inflight of zero");
  EXPECT_EQ(error_of("add 1 voters=1 election=3 heartbeat=2\n----\n"),
            "file:1: add: election has to be longer than heartbeat");
}

TEST(commands, refuse_messages_that_there_are_not) {
  const std::string one = "add 1 voters=1,2\n----\n\n";
  EXPECT_EQ(error_of(one + "inject gossip from=2 to=1\n----\n"),
            "file:4: inject: there is no message 'gossip'");
  EXPECT_EQ(error_of(one + "inject vote from=2 to=3\n----\n"), "file:4: inject: to whom?");
  EXPECT_EQ(error_of(one + "release old\n----\n"), "file:4: release: there is no pile old");
}

TEST(timeouts, are_drawn_as_asked_for) {
  auto all = parse("file", "add 1 voters=1,2 timeouts=17,10\ntimers\ncampaign 1\ntimers\n----\n");
  EXPECT_THAT(run_all(all)[0], ElementsAre("n1 waits 0 of 17", "n1 waits 0 of 10"));
}

} // namespace
} // namespace quorate::raft::scenarios
