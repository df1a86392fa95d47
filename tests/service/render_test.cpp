// What scripts read, and the schemas that say what they may rely on.
#include "service/render.hpp"

#include "tests/service/schema.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quorate/errc.hpp>

#include <limits>

#include "service/readiness.hpp"

namespace quorate::service {

namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(status_as_json, is_as_its_schema_says) {
  EXPECT_THAT(schema_findings("status.json", status_json(busy_status())), IsEmpty());
  EXPECT_THAT(schema_findings("status.json", status_json(node_status{})), IsEmpty());
  auto halted = busy_status();
  halted.halted = make_error(errc::storage_corrupt, "Entry 5 is damaged.");
  EXPECT_THAT(schema_findings("status.json", status_json(halted)), IsEmpty());
}

TEST(status_as_json, keeps_all_bits_of_a_hash) {
  EXPECT_EQ(json::parse(status_json(busy_status()))["state_hash"], "ffffffffffffffff");
}

TEST(status_as_json, begins_with_the_version_of_the_schema) {
  EXPECT_EQ(status_json(node_status{}).substr(0, 12), R"({"schema":1,)");
}

TEST(status_as_json, survives_a_name_that_is_no_text) {
  auto status = busy_status();
  status.name = "a\xff\"\n";
  EXPECT_EQ(json::parse(status_json(status))["name"], "a\xEF\xBF\xBD\"\n");
}

TEST(nodes_as_json, are_as_their_schema_says) {
  EXPECT_THAT(schema_findings("nodes.json", nodes_json(busy_table())), IsEmpty());
  EXPECT_THAT(schema_findings("nodes.json", nodes_json(nodes_view{})), IsEmpty());
}

TEST(nodes_as_json, say_state_role_and_loss_of_each_node) {
  const auto nodes = json::parse(nodes_json(busy_table()))["nodes"];
  ASSERT_EQ(nodes.size(), 5u);
  EXPECT_EQ(nodes[1]["lost"], true);
  EXPECT_EQ(nodes[3]["state"], "auto_join");
  EXPECT_EQ(nodes[3]["role"], "learner");
  EXPECT_EQ(nodes[4]["state"], "standby");
}

TEST(nodes_as_json, say_whether_a_pause_is_over) {
  auto table = busy_table();
  EXPECT_EQ(json::parse(nodes_json(table))["pause"]["active"], true);
  table.log_time_ms = table.pause.until_ms;
  EXPECT_EQ(json::parse(nodes_json(table))["pause"]["active"], false);
}

TEST(transition_as_json, is_as_its_schema_says_for_every_event) {
  for (int i = 1; i <= static_cast<int>(lifecycle_event::resume); ++i) {
    auto change = parking();
    change.event = static_cast<lifecycle_event>(i);
    EXPECT_THAT(schema_findings("transition.json", transition_json(change)), IsEmpty());
  }
}

TEST(error_as_json, is_as_its_schema_says) {
  auto wrong = make_error(errc::not_leader);
  EXPECT_THAT(schema_findings("error.json", error_json(wrong)), IsEmpty());
  wrong.leader = node_id{3};
  wrong.leader_address = "10.0.0.3:7400";
  EXPECT_THAT(schema_findings("error.json", error_json(wrong)), IsEmpty());
}

TEST(schema_check, finds_what_is_missing_wrong_or_unknown) {
  const auto schema = json::parse(R"({"type": "object", "required": ["a", "b"],
    "properties": {"a": {"type": "integer"}, "c": {"enum": ["x"]}},
    "additionalProperties": false})");
  EXPECT_THAT(findings_of(schema, json::parse(R"({"a": "1", "c": "y", "d": 0})")),
              ElementsAre(R"( has no "b")", R"(/a is string instead of ["integer"])",
                          R"(/c is "y", which isn't in ["x"])", " has an unknown d"));
  EXPECT_THAT(findings_of(schema, json::parse(R"({"a": 1, "b": 2})")),
              ElementsAre(" has an unknown b"));
}

// -- health

std::vector<std::string> failed_of(const health& x) {
  std::vector<std::string> out;
  for (const auto& one : x.checks)
    if (!one.ok)
      out.push_back(one.name);
  return out;
}

TEST(readiness, is_given_by_a_joined_node_with_a_leader) {
  const auto found = readiness_of(busy_status(), {});
  EXPECT_TRUE(found.ok);
  EXPECT_THAT(schema_findings("health.json", health_json(found)), IsEmpty());
}

TEST(readiness, names_each_check_that_fails) {
  auto status = busy_status();
  status.halted = make_error(errc::storage_failed);
  EXPECT_THAT(failed_of(readiness_of(status, {})), ElementsAre("not_halted"));
  status = busy_status();
  status.leader = {};
  EXPECT_THAT(failed_of(readiness_of(status, {})), ElementsAre("knows_leader"));
  status = busy_status();
  status.applied = log_index{0};
  EXPECT_THAT(failed_of(readiness_of(status, {false, 100})), ElementsAre("applied_is_current"));
  EXPECT_TRUE(readiness_of(status, {false, 120}).ok);
  status = node_status{};
  status.position = "unprovisioned";
  EXPECT_THAT(failed_of(readiness_of(status, {})), ElementsAre("joined", "knows_leader"));
}

TEST(readiness, is_kept_by_a_parked_node_only_if_it_was_started_so) {
  auto status = busy_status();
  status.position = "standby/outsider";
  status.has_log = false;
  EXPECT_THAT(failed_of(readiness_of(status, {})), ElementsAre("not_parked"));
  EXPECT_TRUE(readiness_of(status, {true, 1}).ok);
}

TEST(readiness, isnt_given_by_a_node_that_doesnt_answer) {
  const result<node_status> silent = make_error(errc::deadline_exceeded);
  EXPECT_THAT(failed_of(readiness_of(silent, {})),
              ElementsAre("answers", "not_halted", "joined", "knows_leader", "applied_is_current",
                          "not_parked"));
  EXPECT_TRUE(liveness_of(silent).ok);
}

TEST(liveness, ends_when_the_node_halts) {
  auto status = busy_status();
  EXPECT_TRUE(liveness_of(status).ok);
  status.halted = make_error(errc::storage_failed, "The disk is gone.");
  const auto found = liveness_of(status);
  EXPECT_FALSE(found.ok);
  EXPECT_THAT(schema_findings("health.json", health_json(found)), IsEmpty());
  EXPECT_THAT(found.checks.back().detail, testing::HasSubstr("The disk is gone."));
}

} // namespace

} // namespace quorate::service
