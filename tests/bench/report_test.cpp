#include "bench/kv_load/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace quorate::bench {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t ms = 1'000'000;

/// Two seconds in which three operations were answered and one was refused.
run_report small() {
  run_report report{load_options{}, tally{{0, 2'000 * ms}}, {}, {}, {}, true};
  report.options.seconds = 2;
  report.counted.count(0, 1 * ms, outcome::ok, errc::none);
  report.counted.count(1 * ms, 3 * ms, outcome::ok, errc::none);
  report.counted.count(3 * ms, 4 * ms, outcome::precondition_failed, errc::precondition_failed);
  report.counted.count(4 * ms, 5 * ms, outcome::rejected, errc::overloaded);
  report.used = {0.5, 1'000'000};
  return report;
}

TEST(report, computes_rates_and_shares) {
  const auto report = small();
  EXPECT_DOUBLE_EQ(report.ops_per_second(), 1.5);
  EXPECT_DOUBLE_EQ(report.ok_share(), 0.75);
  EXPECT_DOUBLE_EQ(report.cpu_us_per_op(), 0.5e6 / 3);
}

TEST(report, of_nothing_divides_by_nothing) {
  const run_report report{load_options{}, tally{{0, 1}}, {}, {}, {}, true};
  EXPECT_EQ(report.ok_share(), 0);
  EXPECT_EQ(report.cpu_us_per_op(), 0);
  EXPECT_EQ(as_json(report)["p999_us"], 0.0);
}

TEST(report, of_a_durable_run_has_the_disk_beside_it) {
  auto report = small();
  EXPECT_FALSE(as_json(report).contains("puts_per_sync"));
  report.options.storage = "rocksdb";
  report.durable = {{{50, 90}, {80, 200}}, 2};
  const auto object = as_json(report);
  EXPECT_EQ(object["puts_per_sync"], 1.5);
  EXPECT_EQ(object["fdatasync_p50_us"], 50.0);
  EXPECT_EQ(object["fdatasync_together_p50_us"], 80.0);
  EXPECT_THAT(as_text(report), HasSubstr("1.5 operations for each sync of the leader"));
}

TEST(report, has_all_members_in_json) {
  const auto object = as_json(small());
  EXPECT_EQ(object["operations"], 4);
  EXPECT_EQ(object["ok"], 3);
  EXPECT_EQ(object["errors"], 1);
  EXPECT_EQ(object["error_reasons"]["overloaded"], 1);
  EXPECT_EQ(object["kills"], 0);
  EXPECT_EQ(object["membership_changes"], 0);
  EXPECT_NEAR(object["p50_us"].get<double>(), 1'000, 10);
  EXPECT_EQ(object["max_us"], 2'000.0);
  EXPECT_EQ(object["longest_gap_ms"], 1'995);
  for (const char* member :
       {"ops_per_second", "p90_us", "p99_us", "p999_us", "cpu_seconds", "cpu_us_per_op",
        "peak_rss_bytes", "nodes", "clients", "value_bytes", "read_share", "seconds", "seed"})
    EXPECT_TRUE(object.contains(member)) << member;
  EXPECT_EQ(object.dump().find('\n'), std::string::npos);
}

TEST(report, says_what_of_chaos_is_counted) {
  auto report = small();
  EXPECT_THAT(as_text(report), Not(HasSubstr("chaos")));
  report.options.chaos = true;
  report.chaos.kills = 6;
  report.chaos.transitions = {{lifecycle_event::register_node, 9}, {lifecycle_event::park, 2},
                              {lifecycle_event::leave, 2},         {lifecycle_event::admit, 1},
                              {lifecycle_event::set_target, 1},    {lifecycle_event::replace, 1}};
  EXPECT_EQ(report.chaos.membership_changes(), 4U);
  const auto text = as_text(report);
  EXPECT_THAT(text, HasSubstr("6 kills"));
  EXPECT_THAT(text, HasSubstr("4 membership changes"));
  EXPECT_THAT(text, HasSubstr("register 9, admit 1, replace 1, park 2"));
  EXPECT_EQ(as_json(report)["membership_changes"], 4);
  EXPECT_EQ(as_json(report)["chaos"]["transitions"]["leave"], 2);
}

TEST(report, says_that_the_cluster_has_not_recovered) {
  auto report = small();
  report.options.chaos = true;
  report.recovered = false;
  EXPECT_THAT(as_text(report), HasSubstr("did NOT have"));
  EXPECT_EQ(as_json(report)["recovered"], false);
}

} // namespace

} // namespace quorate::bench
