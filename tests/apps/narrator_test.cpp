#include "apps/quorate/narrator.hpp"

#include "tests/apps/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace quorate::app {

namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

struct narration {
  std::ostringstream out;
  narrator says;

  explicit narration(output_kind kind) : says(out, kind) {
    // nop
  }
};

output_kind json() {
  output_kind kind;
  kind.json = true;
  return kind;
}

output_kind colourful_terminal() {
  output_kind kind;
  kind.terminal = true;
  kind.colour = true;
  return kind;
}

TEST(narrator, says_at_each_quarter_how_far_the_load_is) {
  narration plain{output_kind{}};
  for (std::size_t done = 0; done <= 1000; ++done)
    plain.says.loaded(done, 1000);
  EXPECT_EQ(plain.out.str(), "  loaded 250 of 1000 keys\n  loaded 500 of 1000 keys\n"
                             "  loaded 750 of 1000 keys\n  loaded 1000 of 1000 keys\n");
}

TEST(narrator, says_what_was_there_and_then_only_what_is_loaded) {
  narration plain{output_kind{}};
  plain.says.found(600, 600, 1000);
  plain.says.loaded(600, 1000);
  plain.says.loaded(750, 1000);
  EXPECT_EQ(plain.out.str(), "  found 600 of 1000 keys, all of them equal to the input\n"
                             "  loaded 750 of 1000 keys\n");
  narration wrong{output_kind{}};
  wrong.says.found(600, 599, 1000);
  EXPECT_EQ(wrong.out.str(), "  found 600 of 1000 keys, 599 of them equal to the input\n");
}

TEST(narrator, redraws_progress_on_a_terminal_a_few_times_a_second_only) {
  narration terminal{colourful_terminal()};
  for (std::size_t done = 0; done < 1000; ++done)
    terminal.says.loaded(done, 1000);
  const auto text = terminal.out.str();
  EXPECT_LE(std::count(text.begin(), text.end(), '\r'), 5);
  EXPECT_THAT(text, HasSubstr(" of 1000 keys"));
}

TEST(narrator, puts_other_lines_in_the_place_of_progress) {
  narration terminal{colourful_terminal()};
  terminal.says.loaded(1, 4);
  terminal.says.note("something happened");
  EXPECT_THAT(terminal.out.str(), HasSubstr("\r\x1b[K  something happened\n"));
}

TEST(narrator, leaves_one_empty_line_below_a_table) {
  narration plain{output_kind{}};
  plain.says.nodes(four_nodes(), {});
  plain.says.note("something happened");
  plain.says.nodes(four_nodes(), {});
  plain.says.act(2, "title");
  const auto text = plain.out.str();
  EXPECT_THAT(text, HasSubstr("register by node\n\n  something happened\n\n  ID"));
  EXPECT_THAT(text, HasSubstr("register by node\n\nAct 2: title\n"));
}

TEST(narrator, uses_colour_only_where_there_is_some) {
  verdict bad;
  bad.checks = {{"members", false, "2 members, target 3"}};
  narration plain{output_kind{}};
  plain.says.judged(bad, 1500ms);
  EXPECT_THAT(plain.out.str(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(plain.out.str(), HasSubstr("  FAILED  2 members, target 3\n"));
  EXPECT_THAT(plain.out.str(), HasSubstr("Not all of it held, after 1.5 s.\n"));
  narration terminal{colourful_terminal()};
  terminal.says.judged(bad, 1500ms);
  EXPECT_THAT(terminal.out.str(), HasSubstr("\x1b[1;31mFAILED\x1b[0m"));
}

TEST(narrator, speaks_json_only_if_asked_to) {
  narration programs{json()};
  programs.says.start(demo_settings{}, 7);
  programs.says.act(1, "title");
  programs.says.node("killed", "n1", "n1 is killed");
  programs.says.note("text");
  programs.says.saw(parked_with_substitute());
  programs.says.nodes(four_nodes(), {});
  programs.says.found(3, 2, 4);
  programs.says.loaded(4, 4);
  verdict good;
  good.ok = true;
  good.checks = {{"members", true, "3 members, target 3"}};
  programs.says.judged(good, 1s);
  std::istringstream lines{programs.out.str()};
  std::string line;
  std::string events;
  while (std::getline(lines, line))
    events += event_object::parse(line)["event"].get<std::string>() + ' ';
  EXPECT_EQ(events, "start act killed note transition nodes found load check verdict ");
}

} // namespace

} // namespace quorate::app
