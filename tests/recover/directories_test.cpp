// A cluster whose majority is gone, from its directories back to its target: real nodes, real
// files, real time.
#include "tests/recover/lost_majority.hpp"

#include <fstream>
#include <string>
#include <vector>

namespace quorate {
namespace {

const node_row* row_of(const nodes_view& in, const std::string& name) {
  for (const auto& row : in.rows)
    if (row.record.name == name)
      return &row;
  return nullptr;
}

std::uint64_t counted(const node_status& by, const std::string& what) {
  for (const auto& x : by.counters)
    if (x.name == what)
      return x.value;
  return 0;
}

TEST_F(a_lost_majority, is_survived_with_all_that_the_survivor_had_and_grows_back) {
  live_and_die();
  lose_the_majority();
  const auto plan = planned();
  EXPECT_EQ(plan.removed.size(), 2U);
  const auto done = recover::apply(directory("n3"), {plan.phrase, true});
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_TRUE(done->changed);
  EXPECT_NE(done->cluster, plan.from.cluster);
  EXPECT_TRUE(fs::exists(done->backup + "/durable_mark"));

  auto with = options(1); // The survivor alone.
  auto cluster = start(with);
  EXPECT_EQ(cluster.running(), (std::vector<std::string>{"n3"})) << "no node starts on the copy";
  const auto alone = cluster.wait_for_members(1, patience);
  ASSERT_TRUE(alone) << to_string(alone.error());
  EXPECT_EQ(alone->cluster, done->cluster);
  EXPECT_EQ(alone->cluster_name, "orders");
  ASSERT_EQ(alone->rows.size(), 1U);
  EXPECT_EQ(alone->rows[0].record.name, "n3");
  EXPECT_EQ(alone->rows[0].record.id, plan.from.id);
  EXPECT_GE(alone->version, done->version);
  EXPECT_EQ(cluster.status("n3")->keys, plan.from.keys) << "those behind the commit, too";
  expect_all(cluster);

  ASSERT_TRUE(cluster.start_node({"n1", false})); // Under an old name, and a new one.
  ASSERT_TRUE(cluster.start_node({"n4", false}));
  const auto grown = cluster.wait_for_members(3, patience);
  ASSERT_TRUE(grown) << to_string(grown.error());
  for (const auto* name : {"n1", "n4"}) {
    ASSERT_NE(row_of(*grown, name), nullptr) << name;
    EXPECT_GT(row_of(*grown, name)->record.id, node_id{3}) << "no id is used twice";
  }
  ASSERT_TRUE(cluster.client().put("and", "on"));
  expect_all(cluster);
}

TEST_F(a_lost_majority, fences_an_old_voter_that_comes_back) {
  live_and_die();
  lose_the_majority();
  const auto plan = planned();
  const auto done = recover::apply(directory("n3"), {plan.phrase, false});
  ASSERT_TRUE(done) << to_string(done.error());
  fs::rename(where / "old n1", directory("n1"));
  auto cluster = start(options(2)); // Both are known by their directories.
  const auto alone = cluster.wait_for_members(1, patience);
  ASSERT_TRUE(alone) << to_string(alone.error());
  EXPECT_EQ(alone->cluster, done->cluster);
  const auto term_before = cluster.status("n3")->current_term;
  std::this_thread::sleep_for(std::chrono::seconds{2}); // Ten of its election timeouts.
  const auto old = cluster.status("n1");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->cluster, plan.from.cluster);
  EXPECT_FALSE(old->leads);
  const auto survivor = cluster.status("n3");
  ASSERT_TRUE(survivor);
  EXPECT_TRUE(survivor->leads);
  EXPECT_EQ(survivor->current_term, term_before) << "nobody disturbs it";
  EXPECT_GT(counted(*survivor, "messages_misdirected_total"), 0U) << "what the old one says";
  EXPECT_EQ(counted(*old, "elections_total"), 0U) << "nobody votes for it";
  const auto still = cluster.wait_for_members(1, patience);
  ASSERT_TRUE(still);
  EXPECT_EQ(row_of(*still, "n1"), nullptr);
  // And with two voters of the new cluster, it is none of them.
  ASSERT_TRUE(cluster.start_node({"n4", false}));
  ASSERT_TRUE(cluster.start_node({"n5", false}));
  const auto grown = cluster.wait_for_members(3, patience);
  ASSERT_TRUE(grown) << to_string(grown.error());
  EXPECT_EQ(row_of(*grown, "n1"), nullptr);
  expect_all(cluster);
}

/// Three members, and a parked node that holds no log; then two disks are lost.
TEST_F(a_lost_majority, leaves_parked_nodes_parked_and_outsiders_without_a_place) {
  {
    auto cluster = start(options(3));
    ASSERT_TRUE(cluster.wait_for_members(3, patience));
    ASSERT_TRUE(cluster.start_node({"spare", true}));
    ASSERT_TRUE(cluster.wait_until_joined({"spare"}, patience));
    ASSERT_TRUE(have_applied_the_same(cluster, {"n1", "n2", "n3"}));
  }
  lose_the_majority();
  const auto plan = planned();
  ASSERT_EQ(plan.parked.size(), 1U);
  const auto old_id = plan.parked[0].id;
  ASSERT_TRUE(recover::apply(directory("n3"), {plan.phrase, true}));
  {
    auto cluster = start(options(2));
    ASSERT_TRUE(cluster.wait_for_members(1, patience));
    const auto joined = cluster.wait_until_joined({"spare"}, patience);
    ASSERT_FALSE(joined) << "its storage remembers the old fingerprint";
    EXPECT_EQ(joined.error().code, errc::foreign_cluster) << to_string(joined.error());
  }
  fs::remove_all(directory("spare"));
  auto cluster = start(options(1));
  ASSERT_TRUE(cluster.start_node({"spare", false}));
  ASSERT_TRUE(cluster.wait_until_joined({"spare"}, patience));
  const auto table = cluster.membership().nodes();
  ASSERT_TRUE(table) << to_string(table.error());
  ASSERT_NE(row_of(*table, "spare"), nullptr);
  EXPECT_EQ(row_of(*table, "spare")->record.state, node_state::standby);
  EXPECT_GT(row_of(*table, "spare")->record.id, old_id);
}

TEST_F(a_lost_majority, is_recovered_once_however_often_it_is_confirmed) {
  live_and_die();
  lose_the_majority();
  const auto plan = planned();
  const auto done = recover::apply(directory("n3"), {plan.phrase, true});
  ASSERT_TRUE(done) << to_string(done.error());
  const auto again = recover::apply(directory("n3") + '/', {plan.phrase, true});
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->cluster, done->cluster);
  EXPECT_EQ(again->version, done->version);
  const auto next = recover::plan_for({directory("n3")});
  ASSERT_FALSE(next);
  EXPECT_NE(next.error().message.find("only voter already"), std::string::npos);
}

TEST_F(a_lost_majority, is_not_recovered_by_a_wrong_phrase) {
  live_and_die();
  lose_the_majority();
  const auto before = planned();
  for (const std::string phrase : {"", "orders", "yes", "orders-00000000"}) {
    const auto done = recover::apply(directory("n3"), {phrase, true});
    ASSERT_FALSE(done) << phrase;
    EXPECT_EQ(done.error().code, errc::invalid_argument);
  }
  EXPECT_FALSE(fs::exists(directory("n3") + "~before-recover"));
  EXPECT_EQ(planned().phrase, before.phrase) << "nothing was changed";
}

TEST_F(a_lost_majority, keeps_a_copy_of_the_directory_that_can_be_read) {
  live_and_die();
  lose_the_majority();
  const auto plan = planned();
  fs::create_directories(directory("n3") + "~before-recover.partial/left"); // By an earlier crash.
  const auto done = recover::apply(directory("n3"), {plan.phrase, true});
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done->backup, directory("n3") + "~before-recover");
  EXPECT_FALSE(fs::exists(done->backup + ".partial"));
  const auto copy = recover::plan_for({done->backup});
  ASSERT_TRUE(copy) << to_string(copy.error());
  EXPECT_EQ(copy->phrase, plan.phrase);
}

TEST_F(a_lost_majority, uses_the_copy_that_a_crash_has_left_and_no_other) {
  live_and_die();
  lose_the_majority();
  const auto plan = planned();
  const auto backup = directory("n3") + "~before-recover";
  fs::create_directories(backup);
  std::ofstream{backup + "/notes"} << "somebody's";
  const auto taken = recover::apply(directory("n3"), {plan.phrase, true});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, errc::invalid_argument);
  EXPECT_NE(taken.error().message.find("~before-recover is there already"), std::string::npos);
  EXPECT_EQ(planned().phrase, plan.phrase);
  fs::remove_all(backup);
  fs::copy(directory("n3"), backup, fs::copy_options::recursive);
  const auto done = recover::apply(directory("n3"), {plan.phrase, true});
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done->backup, backup);
}

TEST_F(a_lost_majority, chooses_the_newest_of_what_is_left) {
  {
    auto with = options(5);
    with.policy.target_members = 5;
    with.policy.replace_after_ms = 0;
    auto cluster = start(with);
    ASSERT_TRUE(cluster.wait_for_members(5, patience));
    auto client = cluster.client();
    ASSERT_TRUE(client.put("early", "1"));
    ASSERT_TRUE(cluster.stop("n4"));
    for (int i = 0; i < 50; ++i)
      ASSERT_TRUE(client.put("k" + std::to_string(i), "2"));
    ASSERT_TRUE(have_applied_the_same(cluster, {"n1", "n2", "n3", "n5"}));
    for (const auto* each : {"n1", "n2", "n3", "n5"})
      ASSERT_TRUE(cluster.kill(each));
  }
  const std::vector<std::string> left{directory("n4"), directory("n5")};
  const auto report = recover::inspect(left);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_TRUE(report->objections.empty());
  ASSERT_EQ(report->newest, 1U);
  EXPECT_LT(report->survivors[0].last, report->survivors[1].last);
  const auto plan = recover::plan_for(left);
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ(plan->from.name, "n5");
  const auto most = recover::plan_for({directory("n3"), directory("n4"), directory("n5")});
  ASSERT_FALSE(most) << "three of five are a majority";
  EXPECT_NE(most.error().message.find("start them"), std::string::npos);
}

} // namespace
} // namespace quorate
