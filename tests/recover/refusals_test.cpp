// What no cluster is made of, on directories that real nodes have written.
#include "tests/recover/lost_majority.hpp"

#include <fstream>
#include <string>
#include <vector>

namespace quorate {
namespace {

TEST_F(a_lost_majority, is_not_recovered_while_its_node_runs) {
  auto cluster = start(options(3));
  ASSERT_TRUE(cluster.wait_for_members(3, patience));
  const auto plan = recover::plan_for({directory("n3")});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, errc::storage_locked) << to_string(plan.error());
  const auto done = recover::apply(directory("n3"), {"orders-12345678", true});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::storage_locked);
  ASSERT_TRUE(cluster.client().put("k", "v")) << "which goes on undisturbed";
}

TEST_F(a_lost_majority, is_not_recovered_from_a_damaged_directory) {
  live_and_die();
  std::ofstream{directory("n3") + "/durable_mark", std::ios::binary} << "no mark";
  for (const auto& file : fs::directory_iterator{directory("n1") + "/table"})
    if (file.path().extension() == ".log" && file.file_size() > 1'000)
      fs::resize_file(file.path(), file.file_size() / 2);
  EXPECT_EQ(recover::inspect({directory("n1")})->survivors[0].unusable.code, errc::storage_corrupt)
    << "the end of its log is missing";
  const auto report = recover::inspect({directory("n2"), directory("n3")});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->survivors[1].unusable.code, errc::storage_corrupt);
  EXPECT_EQ(report->newest, 0U);
  lose_the_majority();
  const auto done = recover::apply(directory("n3"), {"orders-12345678", true});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::storage_corrupt);
}

TEST_F(a_lost_majority, is_not_recovered_from_what_is_no_directory_of_a_node) {
  fs::create_directories(where / "empty");
  for (const auto& path : {where / "empty", where / "missing"}) {
    const auto done = recover::apply(path, {"orders-12345678", true});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, errc::storage_unreadable) << to_string(done.error());
  }
  EXPECT_TRUE(fs::is_empty(where / "empty")) << "nothing was made there";
  EXPECT_FALSE(fs::exists(where / "missing"));
}

TEST_F(a_lost_majority, is_not_recovered_from_a_node_without_a_cluster_or_without_a_log) {
  {
    auto with = options(1);
    with.bootstrap = false;
    auto cluster = start(with);
    ASSERT_TRUE(cluster.status("n1"));
    std::this_thread::sleep_for(std::chrono::milliseconds{300}); // Its marker is written.
  }
  const auto none = recover::plan_for({directory("n1")});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::unprovisioned) << to_string(none.error());
  fs::remove_all(where / "data");
  {
    auto cluster = start(options(1));
    ASSERT_TRUE(cluster.wait_for_members(1, patience));
    ASSERT_TRUE(cluster.start_node({"parked", true}));
    ASSERT_TRUE(cluster.wait_until_joined({"parked"}, patience));
  }
  const auto outsider = recover::plan_for({directory("parked")});
  ASSERT_FALSE(outsider);
  EXPECT_NE(outsider.error().message.find("has no log"), std::string::npos);
}

TEST_F(a_lost_majority, is_not_recovered_from_directories_of_two_clusters) {
  live_and_die();
  lose_the_majority();
  auto with = options(1);
  with.data_dir = where / "other";
  {
    auto cluster = start(with);
    ASSERT_TRUE(cluster.wait_for_members(1, patience));
  }
  const auto plan = recover::plan_for({directory("n3"), where / "other/n1"});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, errc::invalid_argument);
  EXPECT_NE(plan.error().message.find("two clusters"), std::string::npos);
}

} // namespace
} // namespace quorate
