// What Prometheus reads, and that docs/metrics.md lists all of it.
#include "service/metrics.hpp"

#include "tests/service/metric_names.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quorate/errc.hpp>

namespace quorate::service {

namespace {

using testing::HasSubstr;
using testing::Not;

std::string busy_page() {
  const auto status = busy_status();
  const auto table = busy_table();
  service_numbers numbers;
  numbers.leader_changes = 2;
  numbers.certificate_expires_seconds = 86'400;
  return metrics_text(&status, &table, numbers);
}

TEST(metrics, show_the_table_by_state) {
  const auto page = busy_page();
  EXPECT_THAT(page, HasSubstr("quorate_members{state=\"member\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("quorate_members{state=\"auto_join\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("quorate_members{state=\"standby\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("quorate_voters 3\n"));
  EXPECT_THAT(page, HasSubstr("quorate_controller_paused 1\n"));
}

TEST(metrics, show_the_status) {
  const auto page = busy_page();
  EXPECT_THAT(page, HasSubstr("quorate_is_leader 1\n"));
  EXPECT_THAT(page, HasSubstr("quorate_term 4\n"));
  EXPECT_THAT(page, HasSubstr("quorate_disk_room{room=\"enough\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("quorate_disk_room{room=\"low\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("quorate_leader_changes_total 2\n"));
  EXPECT_THAT(page, HasSubstr("quorate_certificate_expires_seconds 86400\n"));
}

TEST(metrics, show_counters_with_labels_of_their_own) {
  const auto page = busy_page();
  EXPECT_THAT(page, HasSubstr("quorate_transitions_total{kind=\"park\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("quorate_refusals_total{code=\"unknown_node\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("quorate_join_refused_total{code=\"not_stable\"} 5\n"));
  EXPECT_THAT(page, HasSubstr("quorate_elections_total 3\n"));
}

TEST(metrics, show_durations_as_a_histogram) {
  const auto page = busy_page();
  EXPECT_THAT(page, HasSubstr("# TYPE quorate_storage_sync_us histogram\n"));
  EXPECT_THAT(page, HasSubstr("quorate_storage_sync_us_bucket{le=\"100\"} 9\n"));
  EXPECT_THAT(page, HasSubstr("quorate_storage_sync_us_bucket{le=\"+Inf\"} 10\n"));
  EXPECT_THAT(page, HasSubstr("quorate_storage_sync_us_sum 700\n"));
  EXPECT_THAT(page, HasSubstr("quorate_storage_sync_us_count 10\n"));
}

TEST(metrics, leave_out_what_nobody_said) {
  const auto status = busy_status();
  const auto without_table = metrics_text(&status, nullptr, {});
  EXPECT_THAT(without_table, HasSubstr("quorate_nodes_table_known 0\n"));
  EXPECT_THAT(without_table, Not(HasSubstr("quorate_voters")));
  const auto alone = metrics_text(nullptr, nullptr, {});
  EXPECT_THAT(alone, HasSubstr("quorate_status_known 0\n"));
  EXPECT_THAT(alone, Not(HasSubstr("quorate_term")));
}

TEST(metrics, arent_forged_by_a_name) {
  auto status = busy_status();
  status.name = "x\"} 1\nquorate_is_leader 7\n\\";
  status.counters = {{"a b\n", "", 1}};
  const auto page = metrics_text(&status, nullptr, {});
  EXPECT_THAT(page, Not(HasSubstr("\nquorate_is_leader 7")));
  EXPECT_THAT(page, HasSubstr("name=\"x\\\"} 1\\nquorate_is_leader 7\\n\\\\\""));
  EXPECT_THAT(page, Not(HasSubstr("a b")));
}

TEST(metrics, are_all_in_the_documentation) {
  const auto documented = documented_metrics();
  for (const auto& name : shown_metrics(busy_page()))
    EXPECT_EQ(documented.count(name), 1u) << name << " isn't in docs/metrics.md";
}

TEST(failure_tolerance, counts_lost_voters_as_failed) {
  auto table = busy_table();
  EXPECT_EQ(failure_tolerance(table), 0u);
  table.rows[1].record.lost = false;
  EXPECT_EQ(failure_tolerance(table), 1u);
  table.rows.erase(table.rows.begin());
  EXPECT_EQ(failure_tolerance(table), 0u);
  EXPECT_EQ(failure_tolerance(nodes_view{}), 0u);
}

} // namespace

} // namespace quorate::service
