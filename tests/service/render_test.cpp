// JSON as docs/schemas describes it.
#include "service/render.hpp"

#include "tests/apps/json_schema.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/http_answers.hpp"
#include "service/readiness.hpp"

namespace quorate::service {

namespace {

using nlohmann::json;
using testing::IsEmpty;

json valid(const std::string& text) {
  auto out = json::parse(text);
  EXPECT_THAT(app::violations(out, "docs/schemas"), IsEmpty()) << text;
  return out;
}

TEST(json_of_a_status, says_what_the_node_said) {
  const auto x = valid(status_json(good_status()));
  EXPECT_EQ(x["schema"], "http-status/1");
  EXPECT_EQ(x["id"], "n1");
  EXPECT_EQ(x["cluster"], "shop");
  EXPECT_EQ(x["position"], "member/voter");
  EXPECT_EQ(x["term"], 4);
  EXPECT_EQ(x["commit"], 120);
  EXPECT_EQ(x["applied"], 118);
  EXPECT_EQ(x["state_hash"], "0000000000abcdef");
  EXPECT_EQ(x["disk_room"], "enough");
  EXPECT_TRUE(x["halted"].is_null());
  EXPECT_EQ(x["counters"][1],
            (json{{"name", "refusals_total"}, {"label", "no_room"}, {"value", 5}}));
}

TEST(json_of_a_status, of_a_node_that_belongs_nowhere_has_null_for_what_there_is_not) {
  node_status blank;
  blank.position = "unprovisioned";
  const auto x = valid(status_json(blank));
  EXPECT_TRUE(x["id"].is_null());
  EXPECT_TRUE(x["leader"].is_null());
  EXPECT_TRUE(x["fingerprint"].is_null());
}

TEST(json_of_a_status, says_why_a_node_halted) {
  auto status = good_status();
  status.halted = make_error(errc::storage_corrupt, "Entry 7 is damaged.");
  const auto x = valid(status_json(status));
  EXPECT_EQ(x["halted"]["code"], "storage_corrupt");
  EXPECT_EQ(x["halted"]["message"], "Entry 7 is damaged.");
}

TEST(json_of_a_status, survives_names_that_are_no_text) {
  auto status = good_status();
  status.name = hostile_name();
  const auto x = valid(status_json(status));
  EXPECT_EQ(x["name"], "n1\" level=error\nevent=forged\r\x1b[2Jx\uFFFD");
}

TEST(json_of_the_nodes, has_a_row_for_each_of_them) {
  const auto x = valid(nodes_json(good_table()));
  EXPECT_EQ(x["version"], 9);
  ASSERT_EQ(x["nodes"].size(), 5u);
  const auto& third = x["nodes"][2];
  EXPECT_EQ(third["id"], "n3");
  EXPECT_EQ(third["state"], "member");
  EXPECT_EQ(third["role"], "voter");
  EXPECT_EQ(third["lost"], true);
  EXPECT_EQ(third["since"], 3);
  EXPECT_EQ(third["why"], "promote");
  EXPECT_EQ(third["by"], "policy");
  EXPECT_EQ(third["boots"], 2);
  EXPECT_EQ(x["nodes"][3]["role"], "learner");
  EXPECT_EQ(x["history"].size(), 1u);
}

TEST(json_of_the_nodes, says_whether_a_pause_lasts) {
  auto table = good_table();
  EXPECT_EQ(valid(nodes_json(table))["pause"]["active"], false);
  table.pause = {4'000, 6'000, "ann"};
  EXPECT_EQ(valid(nodes_json(table))["pause"]["active"], true);
  table.log_time_ms = 6'000;
  EXPECT_EQ(valid(nodes_json(table))["pause"]["active"], false);
}

TEST(json_of_a_transition, names_its_nodes_and_who_asked_for_it) {
  auto change = promotion();
  auto x = valid(transition_json(change));
  EXPECT_EQ(x["nodes"], (json{"n3", "n4"}));
  EXPECT_EQ(x["by"], "policy");
  EXPECT_TRUE(x["op_id"].is_null());
  change.op = op_id{0, 255};
  x = valid(transition_json(change));
  EXPECT_EQ(x["op_id"], "000000000000000000000000000000ff");
}

TEST(json_of_an_error, has_the_hint_if_there_is_one) {
  auto why = make_error(errc::not_leader, "Ask n2.");
  EXPECT_FALSE(valid(error_json(why))["error"].contains("leader"));
  why.leader = node_id{2};
  why.leader_address = "10.0.0.2:7400";
  EXPECT_EQ(valid(error_json(why))["error"]["leader"], "n2");
}

TEST(json_of_an_error, of_the_server_itself_has_the_same_form) {
  EXPECT_EQ(valid(http_error(404, "Nothing here.").body)["error"]["code"], "not_found");
}

TEST(json_of_health, names_the_checks_that_fail) {
  auto status = good_status();
  status.leader = {};
  const auto x = valid(health_json(readiness_of(status, {})));
  EXPECT_EQ(x["ok"], false);
  EXPECT_EQ(x["failed"], json::array({"knows_leader"}));
}

} // namespace

} // namespace quorate::service
