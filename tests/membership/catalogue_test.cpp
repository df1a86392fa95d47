// Bugs that others had (docs/bug-classes.md), in the nodes config.
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/plan.hpp"
#include "tests/membership/situations.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

void apply_whole(nodes_config& config, const proposal& want) {
  auto plan = make_plan(config, want, see(config));
  ASSERT_TRUE(plan) << to_string(plan.error());
  ASSERT_FALSE(plan->already);
  ASSERT_TRUE(config.apply(plan->change));
  if (config.joint()) {
    ASSERT_TRUE(config.apply(make_leave(config)));
  }
  config.check_all();
}

proposal registration(std::uint32_t node) {
  auto want = wanted(e::register_node, initiator::node, {});
  want.registrations = {request_of(node)};
  return want;
}

proposal target_of(const nodes_config& config, std::uint32_t members) {
  auto want = wanted(e::set_target, initiator::operator_, {});
  want.policy = config.policy();
  want.policy->target_members = members;
  return want;
}

// C9 (etcd #21694): whatever else changes, a learner's flag stays, and with it what it may become.
TEST(a_learner, stays_one_whatever_else_changes) {
  auto config = written_cluster{}.members({1, 2}).learners({4}).outsiders({5}).config();
  const std::vector<proposal> others{
    target_of(config, 5), registration(20), wanted(e::park, initiator::operator_, {5}),
    wanted(e::activate, initiator::operator_, {5}), wanted(e::remove, initiator::operator_, {5})};
  for (const auto& want : others) {
    SCOPED_TRACE(to_string(want.event));
    apply_whole(config, want);
    EXPECT_TRUE(config.find(node_id{4})->learner);
    ASSERT_EQ(config.configuration().learners.size(), 1U);
    EXPECT_EQ(config.configuration().learners.front().id, node_id{4});
  }
  apply_whole(config, wanted(e::promote, initiator::policy, {4}));
  EXPECT_EQ(config.position_of(node_id{4}), position::member_voter);
  EXPECT_TRUE(config.configuration().learners.empty());
}

// C8 (tikv #11463): row and voter go together, by whichever event the member goes.
TEST(a_member, that_goes_is_no_voter_and_no_member_by_one_change) {
  for (auto event : {e::park, e::remove}) {
    SCOPED_TRACE(to_string(event));
    auto config = written_cluster{}.members({1, 2, 3}).config();
    auto want = wanted(event, initiator::operator_, {3});
    want.force = true;
    apply_whole(config, want);
    EXPECT_EQ(config.members().count(node_id{3}), 0U);
    EXPECT_EQ(config.configuration().voters.size(), 2U);
    EXPECT_NE(config.position_of(node_id{3}), position::member_voter);
  }
}

// J7 (redisraft #2, vault #32099): who comes back after its removal comes back under another id, so
// nothing that the log says of the old one is about it.
TEST(a_name_that_comes_back, gets_another_id_than_the_one_that_was_removed) {
  auto config = written_cluster{}.members({1, 2, 3}).outsiders({4}).config();
  apply_whole(config, wanted(e::remove, initiator::operator_, {4}));
  auto again = registration(4);
  again.registrations.front().storage = disk(44); // Its old disk is refused, whatever its name.
  apply_whole(config, again);
  const auto* row = config.find_name("node-4");
  ASSERT_NE(row, nullptr);
  EXPECT_NE(row->id, node_id{4});
  EXPECT_EQ(config.position_of(node_id{4}), position::removed);
}

} // namespace

} // namespace quorate::membership
