#include "tests/processes/lives.hpp"

#include "tests/history/checker.hpp"
#include "tests/history/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <sstream>
#include <string>

namespace quorate::processes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class the_record_of_lives : public testing::Test {
public:
  void live(std::initializer_list<const char*> lines) {
    heard.begin_life();
    for (const auto* line : lines)
      heard.hear(line);
    heard.end_life();
  }
  history::verdict judged() const {
    std::istringstream in{text.str()};
    return history::check(history::read(in));
  }

  std::ostringstream text;
  lives heard{text};
};

TEST_F(the_record_of_lives, is_a_history_over_all_of_them) {
  live({"S 1 put a c1-1 none 0 10", "A 1 ok 1 - 20 none", "S 1 put a c1-2 matches 1 30"});
  EXPECT_EQ(heard.unknown(), 1u) << "it was under way when the life ended";
  live({"S 17 get a - none 0 40", "A 17 ok 2 c1-2 50 none", "R", "S 17 get a - none 0 60"});
  EXPECT_THAT(heard.wrong(), IsEmpty());
  EXPECT_TRUE(heard.goes_on());
  EXPECT_EQ(heard.operations(), 3u);
  EXPECT_TRUE(judged()) << judged().reason;
}

TEST_F(the_record_of_lives, shows_an_acknowledged_write_that_was_lost) {
  live({"S 1 put a c1-1 none 0 10", "A 1 ok 1 - 20 none"});
  live({"S 17 get a - none 0 40", "A 17 ok 0 - 50 none"});
  EXPECT_FALSE(judged());
}

TEST_F(the_record_of_lives, shows_a_revision_that_went_back) {
  live({"S 1 put a c1-1 none 0 10", "A 1 ok 5 - 20 none"});
  live({"S 17 erase b - none 0 40", "A 17 ok 5 - 50 none", "S 17 put a c17-1 none 0 60",
        "A 17 ok 5 - 70 none"});
  EXPECT_THAT(heard.wrong(), ElementsAre(HasSubstr("has revision 5")));
}

TEST_F(the_record_of_lives, shows_a_counted_write_that_took_effect_twice_or_never) {
  live({"S 1 put counter0 1#c1-1 absent 0 10", "A 1 ok 1 - 20 none",
        "S 1 put counter0 2#c1-2 matches 1 30", "A 1 unknown 0 - 40 outcome_unknown"});
  live({"S 17 get counter0 - none 0 50", "A 17 ok 2 2#c1-2 60 none"});
  heard.judge_counters();
  EXPECT_THAT(heard.wrong(), IsEmpty());
  live({"S 33 get counter0 - none 0 70", "A 33 ok 3 3#c1-2 80 none"});
  heard.judge_counters();
  EXPECT_THAT(heard.wrong(), ElementsAre(HasSubstr("counter0 is 3")));
}

TEST_F(the_record_of_lives, shows_replicas_that_differ) {
  live({"F n1 7 1234 5 2", "F n2 7 1234 5 2", "F n3 7 1235 5 2"});
  EXPECT_THAT(heard.wrong(), ElementsAre(HasSubstr("n3 differs from n1 at index 7")));
}

TEST_F(the_record_of_lives, passes_on_what_a_process_complains_of) {
  live({"E n2 has halted", "A 4 ok", "nonsense"});
  EXPECT_EQ(heard.wrong().size(), 3u);
}

} // namespace
} // namespace quorate::processes
