// The verbs that change who takes part, on a cluster in this process: real threads and real time,
// so these tests wait for conditions only.
#include "tests/apps/command_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(provision, founds_a_cluster_once) {
  command_cluster quorate{2, {false}};
  const auto dry = quorate.run({"provision", "alpha", "--dry-run", "--json"});
  EXPECT_EQ(dry.object()["changed"], true) << dry;
  EXPECT_EQ(dry.object()["cluster"], nullptr);
  const auto first = quorate.run({"provision", "alpha", "--json"});
  ASSERT_EQ(first.code, exit_ok) << first;
  EXPECT_EQ(first.object()["changed"], true);
  EXPECT_EQ(first.object()["fingerprint"].get<std::string>().size(), 32U);
  const auto again = quorate.run({"provision", "alpha", "--json"});
  EXPECT_EQ(again.code, exit_ok) << again;
  EXPECT_EQ(again.object()["changed"], false);
  EXPECT_EQ(again.object()["fingerprint"], first.object()["fingerprint"]);
  EXPECT_EQ(quorate.run({"provision", "alpha", "--dry-run", "--json"}).object()["changed"], false);
  EXPECT_THAT(quorate.run({"provision", "alpha"}).out, HasSubstr("founded already"));
  EXPECT_EQ(quorate.run({"provision", "nobody"}).code, exit_refused);
}

TEST(park, makes_a_node_standby_once) {
  command_cluster quorate{4};
  ASSERT_TRUE(quorate.wait_for("delta", node_state::auto_join, node_role::learner));
  const auto dry = quorate.run({"node", "park", "gamma", "--dry-run"});
  EXPECT_EQ(dry.code, exit_ok) << dry;
  EXPECT_THAT(dry.out, HasSubstr("It would do this:"));
  EXPECT_THAT(dry.out, HasSubstr("standby/outsider"));
  EXPECT_EQ(quorate.row("gamma").record.state, node_state::member);

  const auto parked = quorate.run({"node", "park", "gamma", "--json"});
  ASSERT_EQ(parked.code, exit_ok) << parked;
  EXPECT_EQ(parked.object()["changed"], true);
  EXPECT_EQ(parked.object()["settled"], true);
  EXPECT_EQ(parked.object()["node"], "n3");
  EXPECT_EQ(quorate.row("gamma").record.state, node_state::standby);
  EXPECT_EQ(quorate.row("delta").record.state, node_state::member);

  const auto again = quorate.run({"node", "park", "n3", "--json"});
  EXPECT_EQ(again.code, exit_ok) << again;
  EXPECT_EQ(again.object()["changed"], false);
  EXPECT_THAT(quorate.run({"node", "park", "3", "--dry-run"}).out,
              HasSubstr("nothing would change"));
  EXPECT_THAT(quorate.run({"node", "park", "3"}).out, StartsWith("n3 gamma is parked already"));
}

TEST(park, below_min_members_is_refused_unless_forced) {
  command_cluster quorate{3};
  for (const auto& words : {std::vector<std::string>{"node", "park", "beta", "--json"},
                            {"node", "park", "beta", "--json", "--dry-run"}}) {
    const auto refused = quorate.run(words);
    EXPECT_EQ(refused.code, exit_refused) << refused;
    EXPECT_EQ(refused.object()["error"]["code"], "below_min_members");
    EXPECT_THAT(refused.err, HasSubstr("quorate node park: below_min_members: "));
    EXPECT_THAT(refused.err, HasSubstr("next: Add a node that can take the place, or use --force"));
  }
  EXPECT_EQ(quorate.row("beta").record.state, node_state::member);
  const auto forced = quorate.run({"node", "park", "beta", "--force"});
  EXPECT_EQ(forced.code, exit_ok) << forced;
  EXPECT_EQ(quorate.row("beta").record.state, node_state::standby);
}

TEST(park, with_the_op_id_of_an_earlier_one_takes_effect_once) {
  command_cluster quorate{4};
  ASSERT_TRUE(quorate.wait_for("delta", node_state::auto_join, node_role::learner));
  const std::string op = "0123456789abcdef0123456789abcdef";
  const std::vector<std::string> words{"node", "park", "gamma", "--op-id", op, "--json"};
  ASSERT_EQ(quorate.run(words).object()["op_id"], op);
  ASSERT_EQ(quorate.run({"node", "activate", "gamma", "--no-wait"}).code, exit_ok);
  const auto late = quorate.run(words);
  EXPECT_EQ(late.code, exit_refused) << late;
  EXPECT_EQ(late.object()["error"]["code"], "op_superseded");
  EXPECT_EQ(quorate.row("gamma").record.state, node_state::auto_join);
}

TEST(activate, waits_until_the_node_takes_part) {
  command_cluster quorate{2};
  quorate.start("gamma", true);
  ASSERT_TRUE(quorate.wait_for("gamma", node_state::standby, node_role::outsider));
  const auto dry = quorate.run({"node", "activate", "gamma", "--dry-run", "--json"});
  EXPECT_EQ(dry.code, exit_ok) << dry;
  EXPECT_EQ(dry.object()["changes"], true);
  EXPECT_EQ(dry.object()["change"]["moves"][0]["to"], "auto_join/outsider");
  const auto active = quorate.run({"node", "activate", "gamma", "--json"});
  EXPECT_EQ(active.code, exit_ok) << active;
  EXPECT_EQ(active.object()["settled"], true);
  const auto row = quorate.row("gamma");
  EXPECT_TRUE(row.record.state == node_state::member || row.record.learner);
  const auto again = quorate.run({"node", "activate", "gamma", "--json"});
  EXPECT_EQ(again.code, exit_ok) << again;
  EXPECT_EQ(again.object()["changed"], false);
}

TEST(activate, while_automation_is_paused_says_what_it_waits_for) {
  command_cluster quorate{3};
  quorate.start("delta", true);
  ASSERT_TRUE(quorate.wait_for("delta", node_state::standby, node_role::outsider));
  ASSERT_EQ(quorate.run({"controller", "pause"}).code, exit_ok);
  const auto active = quorate.run({"node", "activate", "delta", "--wait=300ms", "--json"});
  EXPECT_EQ(active.code, exit_failed) << active;
  EXPECT_EQ(active.object()["changed"], true);
  EXPECT_EQ(active.object()["settled"], false);
  EXPECT_THAT(active.object()["instead"].get<std::string>(), HasSubstr("automation is paused"));
  EXPECT_THAT(active.err, HasSubstr("done, but not what --wait waits for, within 300ms: "));
  ASSERT_EQ(quorate.run({"controller", "resume"}).code, exit_ok);
  EXPECT_EQ(quorate.run({"node", "activate", "delta"}).code, exit_ok);
}

TEST(activate, where_there_is_no_room_ends_with_a_spare) {
  command_cluster quorate{4};
  ASSERT_TRUE(quorate.wait_for("delta", node_state::auto_join, node_role::learner));
  quorate.start("epsilon", true);
  ASSERT_TRUE(quorate.wait_for("epsilon", node_state::standby, node_role::outsider));
  const auto active = quorate.run({"node", "activate", "epsilon", "--json"});
  EXPECT_EQ(active.code, exit_ok) << active;
  EXPECT_EQ(active.object()["settled"], true);
  EXPECT_EQ(quorate.row("epsilon").record.state, node_state::auto_join);
}

TEST(remove, takes_a_node_out_once) {
  command_cluster quorate{4};
  ASSERT_TRUE(quorate.wait_for("delta", node_state::auto_join, node_role::learner));
  EXPECT_EQ(quorate.run({"node", "remove", "delta", "--dry-run", "--json"}).object()["changes"],
            true);
  const auto removed = quorate.run({"node", "remove", "delta"});
  EXPECT_EQ(removed.code, exit_ok) << removed;
  EXPECT_THAT(removed.out, StartsWith("n4 delta is removed (version "));
  EXPECT_FALSE(quorate.row("delta").record.id);
  const auto again = quorate.run({"node", "remove", "n4", "--json"});
  EXPECT_EQ(again.code, exit_ok) << again;
  EXPECT_EQ(again.object()["changed"], false);
  const auto why = quorate.run({"node", "explain", "n4", "--json"});
  EXPECT_EQ(why.code, exit_ok) << why;
  EXPECT_EQ(why.object()["position"], "removed");
  EXPECT_EQ(quorate.run({"node", "remove", "beta", "--json"}).object()["error"]["code"],
            "below_min_members");
  EXPECT_EQ(quorate.run({"node", "remove", "delta"}).code, exit_refused); // The name is free again.
}

TEST(replace, puts_a_learner_in_a_members_place) {
  command_cluster quorate{4};
  ASSERT_TRUE(quorate.wait_for("delta", node_state::auto_join, node_role::learner));
  const auto dry = quorate.run({"node", "replace", "beta", "delta", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("joint")) << dry;
  const auto replaced = quorate.run(
    {"node", "replace", "beta", "delta", "--old-becomes", "removed"});
  EXPECT_EQ(replaced.code, exit_ok) << replaced;
  EXPECT_THAT(replaced.out, HasSubstr("n4 delta has taken the place of n2 beta"));
  EXPECT_EQ(quorate.row("delta").record.state, node_state::member);
  EXPECT_FALSE(quorate.row("beta").record.id);
  const auto refused = quorate.run({"node", "replace", "alpha", "nobody"});
  EXPECT_EQ(refused.code, exit_refused) << refused;
  EXPECT_THAT(refused.err, HasSubstr("'quorate node ls --all' lists the nodes."));
}

TEST(target, is_set_and_waited_for_if_asked) {
  command_cluster quorate{1};
  quorate.start("beta");
  quorate.start("gamma");
  ASSERT_TRUE(quorate.nodes().wait_for_members(3, std::chrono::seconds{60}));
  const auto now = quorate.run({"target", "3", "--json"});
  EXPECT_EQ(now.code, exit_ok) << now;
  EXPECT_EQ(now.object()["changed"], false);
  EXPECT_EQ(now.object()["settled"], nullptr);
  const auto one = quorate.run({"target", "1", "--wait", "--json"});
  EXPECT_EQ(one.code, exit_ok) << one;
  EXPECT_EQ(one.object()["settled"], true);
  EXPECT_EQ(quorate.run({"target", "3", "--dry-run", "--json"}).object()["changes"], true);
  const auto five = quorate.run({"target", "5", "--wait=300ms", "--json"});
  EXPECT_EQ(five.code, exit_failed) << five;
  EXPECT_EQ(five.object()["changed"], true);
  EXPECT_EQ(quorate.run({"target", "10", "--json"}).object()["error"]["code"],
            "target_out_of_range");
  EXPECT_EQ(quorate.run({"target", "4", "--json"}).object()["error"]["code"], "target_even");
  EXPECT_EQ(quorate.run({"target", "4", "--allow-even"}).code, exit_ok);
}

TEST(policy, is_shown_and_set_knob_by_knob) {
  command_cluster quorate{1};
  const auto set = quorate.run({"policy", "set", "replace_after=10m", "warm_spares=2", "--json"});
  EXPECT_EQ(set.code, exit_ok) << set;
  EXPECT_EQ(set.object()["changed"], true);
  const auto shown = quorate.run({"policy", "show", "--json"});
  EXPECT_EQ(shown.object()["policy"]["replace_after_ms"], 600'000) << shown;
  EXPECT_EQ(shown.object()["policy"]["warm_spares"], 2);
  EXPECT_THAT(quorate.run({"policy", "show"}).out, HasSubstr("replace_after       10m"));
  const auto again = quorate.run({"policy", "set", "warm_spares=2", "--json"});
  EXPECT_EQ(again.object()["changed"], false) << again;
  EXPECT_EQ(
    quorate.run({"policy", "set", "warm_spares=3", "--dry-run", "--json"}).object()["changes"],
    true);
  const auto refused = quorate.run({"policy", "set", "warm_spares=10"});
  EXPECT_EQ(refused.code, exit_refused) << refused;
  EXPECT_THAT(refused.err, HasSubstr("policy_out_of_range"));
  EXPECT_THAT(quorate.run({"policy", "set", "lease=1s"}).err, HasSubstr("lease_fixed"));
}

TEST(controller, is_paused_and_resumed) {
  command_cluster quorate{1};
  EXPECT_EQ(quorate.run({"controller", "pause", "--dry-run", "--json"}).object()["changes"], true);
  const auto paused = quorate.run({"controller", "pause", "--for", "30m", "--by", "rack 7"});
  EXPECT_EQ(paused.code, exit_ok) << paused;
  EXPECT_THAT(paused.out, HasSubstr("automation is paused for 30m"));
  const auto plan = quorate.run({"controller", "plan", "--json"});
  EXPECT_EQ(plan.object()["paused_by"], "rack 7") << plan;
  EXPECT_THAT(quorate.run({"status"}).out, AnyOf(HasSubstr("paused for another 30m, by rack 7"),
                                                 HasSubstr("paused for another 29m, by rack 7")));
  EXPECT_EQ(quorate.run({"controller", "resume", "--json"}).object()["changed"], true);
  EXPECT_EQ(quorate.run({"controller", "resume", "--json"}).object()["changed"], false);
  EXPECT_THAT(quorate.run({"controller", "plan"}).out, HasSubstr("1 of 3 members"));
  EXPECT_THAT(quorate.run({"controller", "pause", "--for", "25h"}).err,
              HasSubstr("pause_out_of_range"));
}

TEST(leader, is_moved_to_whom_the_operator_names) {
  command_cluster quorate{3};
  const auto led = quorate.leader();
  const std::string to = led == "beta" ? "gamma" : "beta";
  const auto dry = quorate.run({"leader", "transfer", to, "--dry-run"});
  EXPECT_EQ(dry.code, exit_ok) << dry;
  EXPECT_THAT(dry.out, HasSubstr(to + " would be asked to lead"));
  EXPECT_EQ(quorate.leader(), led);
  const auto moved = quorate.run({"leader", "transfer", to, "--json"});
  ASSERT_EQ(moved.code, exit_ok) << moved;
  EXPECT_EQ(moved.object()["changed"], true);
  EXPECT_EQ(moved.object()["leader"], to == "beta" ? "n2" : "n3");
  EXPECT_EQ(quorate.leader(), to);
  const auto again = quorate.run({"leader", "transfer", to, "--json"});
  EXPECT_EQ(again.code, exit_ok) << again;
  EXPECT_EQ(again.object()["changed"], false);
  EXPECT_EQ(quorate.run({"leader", "transfer", "nobody"}).code, exit_refused);
}

TEST(leader, goes_to_whoever_has_most_of_its_log_if_nobody_is_named) {
  command_cluster quorate{3};
  const auto led = quorate.leader();
  EXPECT_EQ(quorate.run({"leader", "transfer"}).code, exit_ok);
  EXPECT_NE(quorate.leader(), led);
}

TEST(leader, of_a_single_member_stays) {
  command_cluster quorate{1};
  const auto refused = quorate.run({"leader", "transfer", "--json"});
  EXPECT_EQ(refused.code, exit_refused) << refused;
  EXPECT_EQ(refused.object()["error"]["code"], "no_successor");
}

TEST(ops, are_listed_and_shown) {
  command_cluster quorate{1};
  const auto set = quorate.run({"target", "1", "--json"});
  const auto op = set.object()["op_id"].get<std::string>();
  const auto shown = quorate.run({"op", "show", op, "--json"});
  EXPECT_EQ(shown.code, exit_ok) << shown;
  EXPECT_EQ(shown.object()["state"], "done");
  EXPECT_EQ(shown.object()["event"], "set_target");
  EXPECT_THAT(quorate.run({"op", "show", op}).out, StartsWith("op " + op + ": done, set_target"));
  const auto listed = quorate.run({"op", "ls", "--json"});
  EXPECT_EQ(listed.object()["done"].back()["op_id"], op) << listed;
  EXPECT_THAT(quorate.run({"op", "ls"}).out, HasSubstr(op));
  const auto unknown = quorate.run({"op", "show", std::string(32, 'f'), "--json"});
  EXPECT_EQ(unknown.code, exit_ok) << unknown;
  EXPECT_EQ(unknown.object()["state"], "unknown");
  EXPECT_EQ(unknown.object()["event"], nullptr);
}

TEST(history, has_what_was_committed_and_can_be_filtered) {
  command_cluster quorate{1};
  ASSERT_EQ(quorate.run({"target", "1"}).code, exit_ok);
  const auto all = quorate.run({"history", "--json"});
  EXPECT_EQ(all.object()["transitions"][0]["event"], "provision") << all;
  const auto some = quorate.run({"history", "--event", "set_target", "--by", "operator", "--json"});
  EXPECT_EQ(some.object()["transitions"].size(), 1U) << some;
  EXPECT_EQ(quorate.run({"history", "--node", "alpha", "--count", "1", "--json"})
              .object()["transitions"]
              .size(),
            1U);
  EXPECT_EQ(quorate.run({"history", "--after", "1000", "--json"}).object()["transitions"].size(),
            0U);
  EXPECT_THAT(quorate.run({"history"}).out, HasSubstr("VERSION  AGE"));
  EXPECT_EQ(quorate.run({"history", "--node", "nobody"}).code, exit_refused);
}

TEST(refusals, are_those_of_the_leader) {
  command_cluster quorate{1};
  ASSERT_EQ(quorate.run({"node", "park", "alpha", "--force"}).code, exit_refused);
  const auto log = quorate.run({"refusals", "--json"});
  EXPECT_GE(log.object()["total"], 1) << log;
  EXPECT_EQ(log.object()["refusals"].back()["code"], "last_member");
  EXPECT_THAT(quorate.run({"refusals"}).out, HasSubstr("last_member"));
}

} // namespace

} // namespace quorate::app
