#include "apps/quorate/events.hpp"

#include "tests/apps/situations.hpp"

#include <gtest/gtest.h>

namespace quorate::app {

namespace {

TEST(event_of_a_transition, says_version_node_from_to_why_and_by_whom) {
  EXPECT_EQ(line_of(transition_event(parked_with_substitute())),
            R"({"event":"transition","version":9,"kind":"park","node":"n2","from":"member/voter",)"
            R"("to":"standby/leaving","why":"parked by an operator","by":"operator",)"
            R"("nodes":["n2","n4"],"log_time_ms":77})");
}

TEST(event_of_the_start, names_the_data_directory_if_there_is_one) {
  demo_settings settings;
  EXPECT_FALSE(start_event(settings, 7).contains("data_dir"));
  settings.data_dir = "data";
  EXPECT_EQ(start_event(settings, 7)["data_dir"], "data");
}

TEST(event_of_a_table, has_a_row_for_each_node) {
  const auto event = nodes_event(four_nodes(), {"n4"});
  EXPECT_EQ(event["version"], 9);
  EXPECT_EQ(event["target"], 3);
  ASSERT_EQ(event["rows"].size(), 4u);
  EXPECT_EQ(line_of(event["rows"][0]),
            R"({"id":"n1","name":"n1","state":"member","role":"voter","leader":true,)"
            R"("ended":false,"since":1,"why":"provision","by":"operator"})");
  EXPECT_EQ(event["rows"][3]["ended"], true);
}

TEST(event_of_the_verdict, has_the_members_that_scripts_rely_on) {
  verdict found;
  found.ok = true;
  found.members = 3;
  found.target = 3;
  found.keys = 812;
  found.hashes_equal = true;
  found.transitions = {{"park", 1}, {"register", 6}};
  EXPECT_EQ(line_of(verdict_event(found)),
            R"({"event":"verdict","ok":true,"members":3,"target":3,"keys":812,)"
            R"("hashes_equal":true,"transitions":{"park":1,"register":6}})");
  EXPECT_EQ(line_of(verdict_event(verdict{})),
            R"({"event":"verdict","ok":false,"members":0,"target":0,"keys":0,)"
            R"("hashes_equal":false,"transitions":{}})");
}

TEST(event_line, survives_bytes_that_are_no_text) {
  EXPECT_EQ(line_of(note_event("a\xff"
                               "b\n")),
            "{\"event\":\"note\",\"text\":\"a\xEF\xBF\xBD"
            "b\\n\"}");
}

TEST(log_line, is_one_structured_line_in_columns) {
  EXPECT_EQ(log_line(parked_with_substitute()),
            "version=9  kind=park        node=n2  from=member/voter       to=standby/leaving    "
            "by=operator with=n4 why=\"parked by an operator\"");
}

TEST(log_line, of_one_node_names_no_others) {
  auto x = parked_with_substitute();
  x.nodes = {node_id{2}};
  EXPECT_EQ(log_line(x).find("with="), std::string::npos);
}

TEST(log_line, of_no_node_has_dashes) {
  transition x;
  x.event = lifecycle_event::leave;
  EXPECT_NE(log_line(x).find("node=-   from=- "), std::string::npos) << log_line(x);
  EXPECT_NE(log_line(x).find(" to=- "), std::string::npos) << log_line(x);
}

TEST(log_line, stays_one_line_whatever_the_reason_is) {
  auto x = parked_with_substitute();
  x.why = "a \"b\"\nc";
  const auto line = log_line(x);
  EXPECT_NE(line.find(R"(why="a \"b\" c")"), std::string::npos) << line;
}

} // namespace

} // namespace quorate::app
