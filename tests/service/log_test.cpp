// What is written, when, and that no value can forge a line.
#include "service/log.hpp"

#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <future>
#include <string>
#include <vector>

namespace quorate::service {

namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Everything that is written while `use` has the log.
std::vector<std::string> lines_of(const std::function<void(service_log&)>& use,
                                  log_options options = {}) {
  std::vector<std::string> out;
  options.to = [&](std::string_view line) { out.emplace_back(line); };
  {
    auto made = service_log::make(options);
    EXPECT_TRUE(made);
    use(*made);
  }
  return out;
}

/// The same without time.
std::vector<std::string> texts_of(const std::function<void(service_log&)>& use,
                                  const log_options& options = {}) {
  auto out = lines_of(use, options);
  for (auto& line : out)
    line = line.substr(line.find(' ') + 1);
  return out;
}

json object_of(const std::function<void(service_log&)>& use) {
  log_options options;
  options.format = log_format::json_lines;
  const auto lines = lines_of(use, options);
  EXPECT_THAT(lines, SizeIs(1));
  return lines.empty() ? json{} : json::parse(lines[0]);
}

TEST(log, is_quiet_while_nothing_happens) {
  EXPECT_THAT(lines_of([](service_log&) {}), IsEmpty());
  const auto lines = lines_of([](service_log& x) {
    for (int i = 0; i < 100; ++i)
      x.looked(good_status());
  });
  EXPECT_THAT(lines, SizeIs(1)) << "who leads, once";
}

TEST(log, says_when_something_happened) {
  const auto lines = lines_of([](service_log& x) { x.stopping("SIGTERM"); });
  EXPECT_THAT(lines, ElementsAre(ContainsRegex(
                       "^time=20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
                       "[.][0-9][0-9][0-9]Z level=info event=stopping why=SIGTERM$")));
}

TEST(log, has_a_line_for_each_transition) {
  auto asked_for = promotion();
  asked_for.event = lifecycle_event::park;
  asked_for.nodes = {node_id{3}};
  asked_for.by = initiator::operator_;
  asked_for.op = op_id{0, 255};
  asked_for.why = "maintenance";
  EXPECT_THAT(texts_of([&](service_log& x) {
                x.changed(promotion());
                x.changed(asked_for);
              }),
              ElementsAre("level=info event=transition version=9 what=promote node=n3 nodes=n3,n4 "
                          "from=auto_join/learner to=member/voter by=policy why=\"there is room\"",
                          "level=info event=transition version=9 what=park node=n3 "
                          "from=auto_join/learner to=member/voter by=operator why=maintenance "
                          "op=000000000000000000000000000000ff"));
}

TEST(log, says_the_names_of_nodes_once_it_has_seen_the_table) {
  const auto texts = texts_of([](service_log& x) {
    x.event(good_table());
    x.event(promotion());
  });
  EXPECT_THAT(
    texts, ElementsAre("level=info event=table version=9 nodes=5", HasSubstr("node=n3 name=n3 ")));
}

TEST(log, names_a_few_of_many_nodes) {
  auto batch = promotion();
  batch.nodes.clear();
  for (std::uint32_t i = 1; i <= 10'000; ++i)
    batch.nodes.push_back(node_id{i});
  const auto texts = texts_of([&](service_log& x) { x.changed(batch); });
  EXPECT_THAT(texts, ElementsAre(HasSubstr("n15,n16,+9984 ")));
}

TEST(log, writes_what_is_refused) {
  EXPECT_THAT(texts_of([](service_log& x) { x.refused(refusal(), 3); }),
              ElementsAre("level=warning event=refusal what=park node=n3 by=operator "
                          "code=last_member why=\"The last member can't go.\" "
                          "op=00000000000000030000000000000004 times=1 left_out=3"));
}

TEST(log, writes_a_few_refusals_a_second_and_counts_the_others) {
  log_options options;
  options.refusals_per_second = 2;
  std::vector<std::string> texts;
  texts = texts_of(
    [](service_log& x) {
      for (int i = 0; i < 1'000; ++i)
        x.refused(refusal(), 0);
      std::this_thread::sleep_for(std::chrono::milliseconds{1'100});
      x.refused(refusal(), 0);
    },
    options);
  ASSERT_THAT(texts, SizeIs(3));
  EXPECT_THAT(texts[2], EndsWith("left_out=998"));
}

TEST(log, says_with_what_a_node_has_started) {
  start_facts facts;
  facts.version = "0.1.0";
  facts.name = "n1";
  facts.cluster_name = "shop";
  facts.address = "127.0.0.1:7400";
  EXPECT_THAT(texts_of([&](service_log& x) { x.started(facts); }),
              ElementsAre("level=info event=start version=0.1.0 name=n1 cluster=shop "
                          "address=127.0.0.1:7400 data_dir=memory tls=false"));
}

TEST(log, warns_of_plain_connections_that_others_reach) {
  start_facts facts;
  facts.address = "10.0.0.1:7400";
  const auto start = [&](service_log& x) { x.started(facts); };
  EXPECT_THAT(texts_of(start),
              ElementsAre(HasSubstr("event=start"), HasSubstr("level=warning event=plain")));
  facts.tls = true;
  EXPECT_THAT(texts_of(start), SizeIs(1));
}

TEST(log, warns_of_http_that_others_reach) {
  EXPECT_THAT(texts_of([](service_log& x) { x.listens("127.0.0.1:7401", true); }),
              ElementsAre("level=info event=http address=127.0.0.1:7401"));
  EXPECT_THAT(texts_of([](service_log& x) { x.listens("10.0.0.1:7401", false); }),
              ElementsAre(HasSubstr("event=http "), HasSubstr("level=warning event=http_open")));
}

TEST(log, says_how_a_node_stopped) {
  EXPECT_THAT(texts_of([](service_log& x) { x.stopped({}); }),
              ElementsAre("level=info event=stop"));
  EXPECT_THAT(
    texts_of([](service_log& x) { x.stopped(make_error(errc::deadline_exceeded, "No.")); }),
    ElementsAre("level=error event=failure what=stop code=deadline_exceeded why=No."));
}

TEST(log, says_who_leads_when_that_changes) {
  EXPECT_THAT(texts_of([](service_log& x) {
                auto status = good_status();
                x.looked(status);
                status.leader = {};
                x.looked(status);
                status.leader = node_id{2};
                status.current_term = term{5};
                x.looked(status);
                x.looked(status);
              }),
              ElementsAre("level=info event=leader leader=n1 term=4 here=true",
                          "level=warning event=no_leader before=n1",
                          "level=info event=leader leader=n2 term=5 here=false"));
}

TEST(log, says_when_a_disk_fills_up_and_when_there_is_room_again) {
  const auto texts = texts_of([](service_log& x) {
    auto status = good_status();
    for (auto room : {disk_room::enough, disk_room::low, disk_room::none, disk_room::enough}) {
      status.room = room;
      x.looked(status);
    }
  });
  EXPECT_THAT(texts, ElementsAre(HasSubstr("leader"), "level=warning event=disk room=low",
                                 "level=warning event=disk room=none",
                                 "level=info event=disk room=enough"));
}

TEST(log, says_once_that_a_node_halted) {
  const auto texts = texts_of([](service_log& x) {
    auto status = good_status();
    status.halted = make_error(errc::storage_failed, "The disk is gone.");
    x.looked(status);
    x.looked(status);
  });
  EXPECT_THAT(texts, ElementsAre(HasSubstr("leader"), "level=error event=halted "
                                                      "code=storage_failed "
                                                      "why=\"The disk is gone.\""));
}

TEST(log, says_when_renewed_certificates_cannot_be_used_and_when_they_can_again) {
  EXPECT_THAT(texts_of([](service_log& x) {
                x.certificate({});
                x.certificate(make_error(errc::tls_unusable, "n1.pem: expired"));
                x.certificate(make_error(errc::tls_unusable, "n1.pem: expired"));
                x.certificate({});
              }),
              ElementsAre("level=warning event=certificate_unusable code=tls_unusable "
                          "why=\"n1.pem: expired\"",
                          "level=info event=certificate_renewed"));
}

TEST(log, writes_the_same_keys_as_json) {
  const auto x = object_of([](service_log& log) { log.changed(promotion()); });
  EXPECT_THAT(x["time"].get<std::string>(), EndsWith("Z"));
  EXPECT_EQ(x["level"], "info");
  EXPECT_EQ(x["event"], "transition");
  EXPECT_EQ(x["version"], 9);
  EXPECT_EQ(x["nodes"], "n3,n4");
  EXPECT_EQ(x["from"], "auto_join/learner");
  EXPECT_EQ(x["why"], "there is room");
}

TEST(log_lines, cannot_be_forged_by_a_name) {
  auto join = refusal();
  join.who = hostile_name();
  const auto texts = texts_of([&](service_log& x) { x.refused(join, 0); });
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_THAT(texts[0], AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\r")), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(texts[0], HasSubstr(R"( name="n1\" level=error\nevent=forged\r\x1b[2Jx\xff" by=)"));
}

TEST(log_lines, cannot_be_forged_by_a_name_in_json) {
  auto join = refusal();
  join.who = hostile_name();
  log_options options;
  options.format = log_format::json_lines;
  const auto lines = lines_of([&](service_log& x) { x.refused(join, 0); }, options);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\x1b"))));
  const auto x = json::parse(lines[0]);
  EXPECT_EQ(x["level"], "warning");
  EXPECT_EQ(x["event"], "refusal");
  EXPECT_EQ(x["name"], "n1\" level=error\nevent=forged\r\x1b[2Jx\uFFFD");
}

TEST(log_lines, do_not_read_formats_out_of_values) {
  EXPECT_THAT(texts_of([](service_log& x) { x.stopping("{} %v %n {0}"); }),
              ElementsAre(R"(level=info event=stopping why="{} %v %n {0}")"));
}

TEST(log_lines, have_an_end) {
  const std::string endless(1'000'000, 'x');
  const auto stop = [&](service_log& x) { x.stopping(endless); };
  EXPECT_LT(lines_of(stop).at(0).size(), 1'200u);
  EXPECT_LT(object_of(stop)["why"].get<std::string>().size(), 1'100u);
}

TEST(log, does_not_wait_for_a_slow_reader) {
  std::promise<void> go_on;
  auto waiting = go_on.get_future().share();
  log_options options;
  options.waiting_max = 8;
  int written = 0;
  options.to = [&](std::string_view) {
    waiting.wait();
    ++written;
  };
  {
    auto made = service_log::make(options);
    ASSERT_TRUE(made);
    for (int i = 0; i < 1'000; ++i)
      made->stopping("again");
    EXPECT_GE(made->lost(), 900u);
    go_on.set_value();
  }
  EXPECT_GE(written, 8);
  EXPECT_LE(written, 100);
}

TEST(log, refuses_options_that_are_out_of_range) {
  log_options options;
  options.waiting_max = 0;
  EXPECT_FALSE(service_log::make(options));
  options = {};
  options.refusals_per_second = 0;
  const auto made = service_log::make(options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_argument);
}

} // namespace

} // namespace quorate::service
