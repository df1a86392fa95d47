// The page of metrics: its numbers, its form, and that docs/metrics.md has all of it.
#include "service/metrics.hpp"

#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

namespace quorate::service {

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string page(const node_status& status, const nodes_view* table = nullptr,
                 const service_numbers& numbers = {}) {
  return metrics_text(&status, table, numbers);
}

/// All of it that a node can show.
std::string whole_page() {
  auto status = good_status();
  for (const auto* name :
       {"floor_refusals_total", "heartbeats_sent_total", "leaderships_total", "logs_retired_total",
        "messages_dropped_total", "messages_misdirected_total", "proposals_total",
        "proposals_refused_total", "registrations_sent_total", "snapshots_installed_total",
        "storage_syncs_total", "views_sent_total"})
    status.counters.push_back({name, "", 1});
  status.counters.push_back({"bytes_total", "stored", 1});
  status.counters.push_back({"connections_refused_total", "untrusted_peer", 1});
  service_numbers numbers;
  numbers.certificate_expires_seconds = 60;
  const auto table = good_table();
  return page(status, &table, numbers);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

/// Name to `type: help`.
std::map<std::string, std::string> described(const std::string& text) {
  std::map<std::string, std::string> helps;
  std::map<std::string, std::string> out;
  for (const auto& line : lines_of(text)) {
    const auto end_of_name = line.find(' ', 7);
    if (line.rfind("# HELP ", 0) == 0)
      helps[line.substr(7, end_of_name - 7)] = line.substr(end_of_name + 1);
    if (line.rfind("# TYPE ", 0) == 0) {
      const auto name = line.substr(7, end_of_name - 7);
      out[name] = line.substr(end_of_name + 1) + ": " + helps[name];
    }
  }
  return out;
}

/// The same from the rows of the table in docs/metrics.md.
std::map<std::string, std::string> documented() {
  std::ifstream in{"docs/metrics.md"};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  std::map<std::string, std::string> out;
  for (const auto& line : lines_of(text)) {
    if (line.rfind("| `quorate_", 0) != 0)
      continue;
    std::istringstream cells{line.substr(2)};
    std::string name;
    std::string type;
    std::string labels;
    std::string help;
    std::getline(cells, name, '|');
    std::getline(cells, type, '|');
    std::getline(cells, labels, '|');
    std::getline(cells, help, '|');
    const auto trimmed = [](const std::string& x) { return x.substr(1, x.size() - 2); };
    out[name.substr(1, name.size() - 3)] = trimmed(type) + ": " + trimmed(help);
  }
  return out;
}

TEST(metrics, are_all_in_the_documentation_and_nothing_else_is) {
  const auto shown = described(whole_page());
  auto table = documented();
  for (const auto& [name, what] : shown)
    EXPECT_EQ(table[name], what) << name;
  for (const auto& [name, what] : table)
    EXPECT_EQ(shown.count(name), 1u) << name << " isn't shown";
}

TEST(metrics, say_what_the_node_says) {
  const auto lines = lines_of(page(good_status()));
  EXPECT_THAT(lines, Contains("quorate_status_known 1"));
  EXPECT_THAT(lines, Contains("quorate_is_leader 1"));
  EXPECT_THAT(lines, Contains("quorate_term 4"));
  EXPECT_THAT(lines, Contains("quorate_commit_index 120"));
  EXPECT_THAT(lines, Contains("quorate_applied_index 118"));
  EXPECT_THAT(lines, Contains("quorate_keys 12"));
  EXPECT_THAT(lines, Contains("quorate_store_revision 77"));
  EXPECT_THAT(lines, Contains("quorate_halted 0"));
  EXPECT_THAT(lines, Contains("quorate_disk_room{room=\"enough\"} 1"));
  EXPECT_THAT(lines, Contains("quorate_disk_room{room=\"low\"} 0"));
  EXPECT_THAT(lines, Contains("quorate_transitions_total{kind=\"promote\"} 2"));
  EXPECT_THAT(lines, Contains("quorate_refusals_total{code=\"unknown_node\"} 2"));
  EXPECT_THAT(lines, Contains("quorate_join_refused_total{code=\"no_room\"} 5"));
}

TEST(metrics, say_what_the_table_says) {
  const auto table = good_table();
  const auto lines = lines_of(page(good_status(), &table));
  EXPECT_THAT(lines, Contains("quorate_members{state=\"member\"} 3"));
  EXPECT_THAT(lines, Contains("quorate_members{state=\"auto_join\"} 1"));
  EXPECT_THAT(lines, Contains("quorate_members{state=\"standby\"} 1"));
  EXPECT_THAT(lines, Contains("quorate_voters 3"));
  EXPECT_THAT(lines, Contains("quorate_learners 1"));
  EXPECT_THAT(lines, Contains("quorate_lost_members 1"));
  EXPECT_THAT(lines, Contains("quorate_failure_tolerance 0"));
  EXPECT_THAT(lines, Contains("quorate_transition_in_progress 0"));
  EXPECT_THAT(lines, Contains("quorate_controller_paused 0"));
  EXPECT_THAT(page(good_status()), Not(HasSubstr("quorate_members")));
}

TEST(metrics, have_a_histogram_of_the_disk) {
  const auto lines = lines_of(page(good_status()));
  EXPECT_THAT(lines, Contains("# TYPE quorate_storage_sync_us histogram"));
  EXPECT_THAT(lines, Contains("quorate_storage_sync_us_count 6"));
  EXPECT_THAT(lines, Contains("quorate_storage_sync_us_sum 900"));
  EXPECT_THAT(lines, Contains("quorate_storage_sync_us_bucket{le=\"100\"} 4"));
  EXPECT_THAT(lines, Contains("quorate_storage_sync_us_bucket{le=\"+Inf\"} 6"));
}

TEST(metrics, say_when_the_certificate_expires_if_there_is_one) {
  EXPECT_THAT(page(good_status()), Not(HasSubstr("certificate")));
  service_numbers numbers;
  numbers.certificate_expires_seconds = -60;
  numbers.certificate_renewal_fails = true;
  const auto lines = lines_of(page(good_status(), nullptr, numbers));
  EXPECT_THAT(lines, Contains("quorate_certificate_expires_seconds -60"));
  EXPECT_THAT(lines, Contains("quorate_certificate_renewal_fails 1"));
}

TEST(metrics, say_that_a_node_does_not_answer) {
  const auto lines = lines_of(metrics_text(nullptr, nullptr, {}));
  EXPECT_THAT(lines, Contains("quorate_status_known 0"));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("quorate_term"))));
}

TEST(metrics, cannot_be_forged_by_a_name) {
  auto status = good_status();
  status.name = hostile_name();
  status.counters.push_back({"elections_total\nforged 1", "", 1});
  const auto lines = lines_of(page(status));
  EXPECT_THAT(lines, Not(Contains(testing::StartsWith("event=forged"))));
  EXPECT_THAT(lines, Not(Contains(testing::StartsWith("forged"))));
  EXPECT_THAT(lines, Contains(HasSubstr("name=\"n1\\\" level=error\\nevent=forged")));
}

TEST(metrics, name_a_metric_once) {
  std::map<std::string, int> seen;
  for (const auto& line : lines_of(whole_page()))
    if (line.rfind("# TYPE ", 0) == 0) {
      EXPECT_EQ(++seen[line], 1) << line;
    }
}

TEST(failure_tolerance, counts_voters_that_may_still_fail) {
  const auto of = [](std::size_t voters, std::size_t lost) {
    nodes_view x;
    for (std::size_t i = 0; i < voters; ++i) {
      node_row row;
      row.role = node_role::voter;
      row.record.lost = i < lost;
      x.rows.push_back(row);
    }
    return failure_tolerance(x);
  };
  EXPECT_EQ(of(0, 0), 0u);
  EXPECT_EQ(of(1, 0), 0u);
  EXPECT_EQ(of(2, 0), 0u);
  EXPECT_EQ(of(3, 0), 1u);
  EXPECT_EQ(of(4, 0), 1u);
  EXPECT_EQ(of(5, 0), 2u);
  EXPECT_EQ(of(5, 1), 1u);
  EXPECT_EQ(of(3, 2), 0u);
}

} // namespace

} // namespace quorate::service
