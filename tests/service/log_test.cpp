// Lines of the log: what they say, and that nobody else's text can forge one.
#include "service/log.hpp"

#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quorate/errc.hpp>

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "service/log_fields.hpp"

namespace quorate::service {

namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

/// What is written while `act` runs.
std::vector<std::string> lines_of(const std::function<void(service_log&)>& act,
                                  log_format format = log_format::text) {
  std::vector<std::string> out;
  log_options options;
  options.format = format;
  options.to = [&](std::string_view line) { out.emplace_back(line); };
  {
    auto log = service_log::make(options);
    EXPECT_TRUE(log);
    act(*log);
  }
  return out;
}

TEST(log_line, of_a_transition_says_version_node_from_to_why_and_by_whom) {
  EXPECT_THAT(
    lines_of([](service_log& log) { log.changed(parking()); }),
    ElementsAre(MatchesRegex(
      "time=....-..-..T..:..:......Z level=info event=transition version=9 kind=park node=n5 "
      "nodes=n5,n3 from=member/voter to=standby/outsider by=operator "
      "why=\"parked by an operator\" op=00000000000000000000000000000007")));
}

TEST(log_line, names_nodes_that_a_table_named) {
  const auto lines = lines_of([](service_log& log) {
    log.event(busy_table());
    log.event(parking());
  });
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], EndsWith("event=table version=9 nodes=5"));
  EXPECT_THAT(lines[1], HasSubstr(" node=n5 name=n5 "));
}

TEST(log_line, is_an_object_if_json_is_wanted) {
  auto change = parking();
  change.why = "quote \" and\nline \xff";
  const auto lines = lines_of([&](service_log& log) { log.changed(change); },
                              log_format::json_lines);
  ASSERT_THAT(lines, SizeIs(1));
  const auto line = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(line["event"], "transition");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["version"], 9);
  EXPECT_EQ(line["why"], "quote \" and\nline \xEF\xBF\xBD");
  EXPECT_EQ(lines[0].find('\n'), std::string::npos);
}

TEST(log_line, cant_be_forged_by_a_name) {
  refusal_record refused;
  refused.event = lifecycle_event::register_node;
  refused.code = errc::name_taken;
  refused.who = "x\"\ntime=2030-01-01T00:00:00.000Z level=info event=stop \r\x1b[2K";
  const auto lines = lines_of([&](service_log& log) { log.refused(refused, 0); });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].find_first_of("\n\r\x1b"), std::string::npos);
  EXPECT_THAT(lines[0], HasSubstr(R"( name="x\"\ntime=2030)"));
}

TEST(log_value, is_quoted_unless_it_is_a_plain_word) {
  EXPECT_EQ(log_value("member/voter"), "member/voter");
  EXPECT_EQ(log_value("10.0.0.1:7400"), "10.0.0.1:7400");
  EXPECT_EQ(log_value(""), "\"\"");
  EXPECT_EQ(log_value("a=b"), "\"a=b\"");
  EXPECT_EQ(log_value("a b"), "\"a b\"");
  EXPECT_EQ(log_value("\\"), "\"\\\\\"");
}

TEST(log_value, shows_text_and_escapes_what_hides) {
  EXPECT_EQ(log_value("K\xC3\xB6ln \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"K\xC3\xB6ln \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  EXPECT_EQ(log_value("\xE2\x80\xAE"), "\"\\xe2\\x80\\xae\""); // Right to left.
  EXPECT_EQ(log_value("\xE2\x80\xA8"), "\"\\xe2\\x80\\xa8\""); // A separator of lines.
  EXPECT_EQ(log_value("\xC2\x9B"), "\"\\xc2\\x9b\"");          // A terminal's control sequence.
  EXPECT_EQ(log_value("\x7F"), "\"\\x7f\"");
  EXPECT_EQ(log_value("\xED\xA0\x80"), "\"\\xed\\xa0\\x80\""); // Half a character of UTF-16.
  EXPECT_EQ(log_value(std::string_view{"\0", 1}), "\"\\x00\"");
}

TEST(log_value, has_an_end) {
  const auto value = log_value(std::string(100'000, 'x'));
  EXPECT_LT(value.size(), 2'000u);
  EXPECT_THAT(value, EndsWith("...\""));
}

TEST(log, writes_a_few_refusals_in_a_second_and_counts_the_others) {
  refusal_record refused;
  refused.code = errc::no_room;
  const auto lines = lines_of([&](service_log& log) {
    for (int i = 0; i < 1'000; ++i)
      log.refused(refused, 1);
  });
  EXPECT_GE(lines.size(), 5u);
  EXPECT_LE(lines.size(), 15u);
  EXPECT_THAT(lines.front(), HasSubstr("code=no_room"));
  EXPECT_THAT(lines.front(), EndsWith("left_out=1"));
}

TEST(log, warns_of_plain_connections_that_others_reach) {
  start_facts facts{"0.1.0", "n1", "shop", "10.0.0.1:7400", "", false, false};
  const auto lines = lines_of([&](service_log& log) { log.started(facts); });
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr("event=start version=0.1.0 name=n1 cluster=shop"));
  EXPECT_THAT(lines[1], HasSubstr("level=warning event=plain"));
  facts.tls = true;
  EXPECT_THAT(lines_of([&](service_log& log) { log.started(facts); }), SizeIs(1));
  facts.tls = false;
  facts.loopback = true;
  EXPECT_THAT(lines_of([&](service_log& log) { log.started(facts); }), SizeIs(1));
}

TEST(log, says_only_what_has_changed_in_a_status) {
  auto status = busy_status();
  const auto lines = lines_of([&](service_log& log) {
    for (int i = 0; i < 3; ++i)
      log.looked(status);
    status.leader = {};
    log.looked(status);
    status.leader = node_id{2};
    status.room = disk_room::low;
    log.looked(status);
    status.halted = make_error(errc::storage_failed, "The disk is gone.");
    for (int i = 0; i < 3; ++i)
      log.looked(status);
  });
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_THAT(lines[0], EndsWith("event=leader leader=n1 term=4 here=true"));
  EXPECT_THAT(lines[1], EndsWith("event=no_leader before=n1"));
  EXPECT_THAT(lines[2], EndsWith("event=leader leader=n2 term=4 here=false"));
  EXPECT_THAT(lines[3], EndsWith("event=disk room=low"));
  EXPECT_THAT(lines[4], EndsWith("event=halted code=storage_failed why=\"The disk is gone.\""));
}

TEST(log, keeps_nobody_waiting_for_a_reader_that_is_stuck) {
  std::promise<void> release;
  auto released = release.get_future().share();
  log_options options;
  options.waiting_max = 10;
  options.to = [released](std::string_view) { released.wait(); };
  auto log = service_log::make(options);
  ASSERT_TRUE(log);
  for (int i = 0; i < 100; ++i)
    log->changed(parking());
  EXPECT_GE(log->lost(), 80u);
  release.set_value();
}

TEST(log, refuses_options_out_of_range) {
  log_options options;
  options.waiting_max = 0;
  EXPECT_EQ(service_log::make(options).error().code, errc::invalid_argument);
}

} // namespace

} // namespace quorate::service
