#include "apps/quorate/command/health.hpp"
#include "tests/apps/command_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace quorate::app {

namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::seconds patience{60};

TEST(status, of_a_whole_cluster_is_good) {
  command_cluster quorate{3};
  const auto seen = quorate.run({"status", "--check", "--json"});
  EXPECT_EQ(seen.code, exit_ok) << seen;
  EXPECT_EQ(seen.object()["members"], 3);
  EXPECT_EQ(seen.object()["members_live"], 3);
  EXPECT_EQ(seen.object()["tolerates"], 1);
  EXPECT_EQ(seen.object()["healthy"], true);
  EXPECT_GE(seen.object()["term"], 1);
  const auto text = quorate.run({"status"}).out;
  EXPECT_THAT(text, HasSubstr("VOTERS      3/3 live, 3 wanted\n"));
  EXPECT_THAT(text, HasSubstr("TOLERATES   1 failure\n"));
  EXPECT_THAT(text, HasSubstr("CONTROLLER  running\n"));
  EXPECT_THAT(text, HasSubstr("HEALTH      good\n"));
}

TEST(status, with_a_dead_member_is_degraded_and_only_a_check_ends_with_it) {
  command_cluster quorate{3};
  const auto dead = quorate.leader() == "gamma" ? "beta" : "gamma";
  ASSERT_TRUE(quorate.nodes().kill(dead));
  const auto seen = quorate.run({"status", "--check", "--json"});
  EXPECT_EQ(seen.code, exit_degraded) << seen;
  EXPECT_EQ(seen.object()["ok"], false);
  EXPECT_EQ(seen.object()["healthy"], false);
  EXPECT_EQ(seen.object()["members_live"], 2);
  EXPECT_EQ(seen.object()["tolerates"], 0);
  EXPECT_THAT(seen.object()["reasons"].dump(), HasSubstr(std::string{dead} + " doesn't answer."));
  const auto text = quorate.run({"status"});
  EXPECT_EQ(text.code, exit_ok) << text;
  EXPECT_THAT(text.out, HasSubstr("HEALTH      degraded\n"));
}

TEST(status, with_fewer_members_than_wanted_is_degraded) {
  command_cluster quorate{1};
  const auto seen = quorate.run({"status", "--check"});
  EXPECT_EQ(seen.code, exit_degraded) << seen;
  EXPECT_THAT(seen.out, HasSubstr("1 of 3 members that are wanted."));
  ASSERT_EQ(quorate.run({"target", "1"}).code, exit_ok);
  EXPECT_EQ(quorate.run({"status", "--check"}).code, exit_ok);
}

TEST(status, of_an_unprovisioned_node_says_so_and_ends_with_5) {
  command_cluster quorate{1, {false, std::chrono::milliseconds{300}}};
  const auto seen = quorate.run({"status", "--json"});
  EXPECT_EQ(seen.code, exit_unreachable) << seen;
  EXPECT_THAT(seen.err, HasSubstr("alpha at alpha belongs to no cluster yet"));
  const auto node = quorate.run({"node", "status", "--json"});
  EXPECT_EQ(node.code, exit_ok) << node;
  EXPECT_EQ(node.object()["cluster"], "");
  EXPECT_EQ(node.object()["id"], nullptr);
}

TEST(node_status, is_what_that_node_says) {
  command_cluster quorate{2};
  const auto seen = quorate.run({"node", "status", "beta", "--json"});
  EXPECT_EQ(seen.code, exit_ok) << seen;
  EXPECT_EQ(seen.object()["name"], "beta");
  EXPECT_EQ(seen.object()["id"], "n2");
  EXPECT_EQ(seen.object()["halted"], nullptr);
  EXPECT_THAT(quorate.run({"node", "status", "alpha"}).out, HasSubstr("NODE      n1 alpha\n"));
  EXPECT_EQ(quorate.run({"node", "status", "nobody"}).code, exit_unreachable);
}

TEST(node_ls, hides_those_that_wait_unless_all_are_asked_for) {
  command_cluster quorate{4};
  ASSERT_TRUE(quorate.wait_for("delta", node_state::auto_join, node_role::learner));
  quorate.start("epsilon");
  quorate.start("zeta", true);
  ASSERT_TRUE(quorate.wait_for("epsilon", node_state::auto_join, node_role::outsider));
  ASSERT_TRUE(quorate.wait_for("zeta", node_state::standby, node_role::outsider));
  const auto some = quorate.run({"node", "ls", "--json"});
  EXPECT_EQ(some.code, exit_ok) << some;
  EXPECT_EQ(some.object()["hidden"], 1);
  EXPECT_EQ(some.object()["nodes"].size(), 5U);
  for (const auto& node : some.object()["nodes"])
    EXPECT_EQ(node["health"], node["role"] == "outsider" ? "-" : "ok") << some;
  const auto all = quorate.run({"node", "ls", "--all"});
  EXPECT_THAT(all.out, HasSubstr("epsilon  auto_join  outsider"));
  EXPECT_THAT(quorate.run({"node", "ls"}).out, HasSubstr("1 more wait for room"));
}

TEST(node_explain, says_what_a_node_waits_for) {
  command_cluster quorate{3};
  quorate.start("delta", true);
  ASSERT_TRUE(quorate.wait_for("delta", node_state::standby, node_role::outsider));
  const auto why = quorate.run({"node", "explain", "delta", "--json"});
  EXPECT_EQ(why.code, exit_ok) << why;
  EXPECT_EQ(why.object()["next"][0]["event"], "activate");
  const auto text = quorate.run({"node", "explain", "delta"}).out;
  EXPECT_THAT(text,
              HasSubstr("activate by operator, standby/outsider to auto_join/outsider: not now"));
  EXPECT_THAT(text, HasSubstr("named_by_operator"));
  EXPECT_EQ(quorate.run({"node", "explain", "n99"}).code, exit_refused);
}

// -- what health is, without a cluster ------------------------------------------------------------

node_row member(std::uint32_t id) {
  node_row row;
  row.record.id = node_id{id};
  row.record.name = 'm' + std::to_string(id);
  row.record.state = node_state::member;
  row.role = node_role::voter;
  return row;
}

struct three_members {
  nodes_view view;
  membership_plan plan;
  answers said;

  three_members() {
    plan.target_members = 3;
    view.leader = node_id{1};
    for (const std::uint32_t id : {1U, 2U, 3U}) {
      view.rows.push_back(member(id));
      node_status status;
      status.id = node_id{id};
      status.has_log = true;
      status.commit = log_index{100};
      status.applied = log_index{100 - 10 * id};
      said.emplace(node_id{id}, status);
    }
  }
  cluster_health health() const {
    return health_of_cluster(view, plan, said);
  }
  node_status& of(std::uint32_t id) {
    return *said.at(node_id{id});
  }
};

TEST(health, of_three_that_answer_tolerates_one_failure) {
  const auto seen = three_members{}.health();
  EXPECT_EQ(seen.members_live, 3U);
  EXPECT_EQ(seen.tolerates, 1);
  EXPECT_THAT(seen.reasons, IsEmpty());
}

TEST(health, counts_who_is_halted_lost_silent_or_somebody_else_as_dead) {
  three_members seen;
  seen.of(1).halted = make_error(errc::storage_corrupt);
  EXPECT_EQ(health_of(seen.view.rows[0], seen.said), "halted");
  EXPECT_EQ(seen.health().tolerates, 0);
  seen.view.rows[1].record.lost = true;
  EXPECT_EQ(health_of(seen.view.rows[1], seen.said), "lost");
  EXPECT_EQ(seen.health().tolerates, -1);
  EXPECT_THAT(seen.health().reasons, Contains("There is no majority of live members."));
  seen.of(3).id = node_id{7};
  EXPECT_EQ(health_of(seen.view.rows[2], seen.said), "mistaken");
  seen.said.at(node_id{3}) = make_error(errc::unreachable);
  EXPECT_EQ(health_of(seen.view.rows[2], seen.said), "silent");
  seen.said.erase(node_id{3});
  EXPECT_EQ(health_of(seen.view.rows[2], seen.said), "-");
}

TEST(health, of_a_full_disk_is_degraded_though_its_node_votes) {
  three_members seen;
  seen.of(2).room = disk_room::low;
  EXPECT_EQ(health_of(seen.view.rows[1], seen.said), "disk_low");
  EXPECT_EQ(seen.health().members_live, 3U);
  EXPECT_THAT(seen.health().reasons, ElementsAre("The disk of n2 m2 is almost full."));
  seen.of(2).room = disk_room::none;
  EXPECT_EQ(health_of(seen.view.rows[1], seen.said), "disk_none");
}

TEST(lag, is_what_the_leader_has_committed_and_the_node_not_applied) {
  three_members seen;
  EXPECT_EQ(lag_of(node_id{3}, seen.view, seen.said), 30U);
  seen.of(3).applied = log_index{200};
  EXPECT_EQ(lag_of(node_id{3}, seen.view, seen.said), 0U);
  seen.said.at(node_id{1}) = make_error(errc::unreachable);
  EXPECT_FALSE(lag_of(node_id{3}, seen.view, seen.said));
}

} // namespace

} // namespace quorate::app
