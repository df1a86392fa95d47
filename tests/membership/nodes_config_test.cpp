#include "runtime/membership/nodes_config.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "tests/membership/situations.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

namespace quorate::membership {

namespace {

using namespace situations;

nodes_config founded() {
  nodes_config config;
  auto change = make_provision({home, home_name}, {"node-1", "host-1", disk(1), {}, {}}, {});
  EXPECT_TRUE(config.apply(change.value()));
  config.check_all();
  return config;
}

/// Three members, a learner, an outsider and a parked node.
nodes_config of_every_kind() {
  return written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({5}).parked({6}).config();
}

delta planned(const nodes_config& config, const proposal& want) {
  auto plan = make_plan(config, want, see(config));
  EXPECT_TRUE(plan) << (plan ? "" : to_string(plan.error()));
  EXPECT_FALSE(plan->already);
  return plan->change;
}

delta parking(const nodes_config& config, std::uint32_t node) {
  return planned(config, wanted(lifecycle_event::park, initiator::operator_, {node}));
}

/// Applied as far as its transition goes.
void apply_whole(nodes_config& config, const delta& change) {
  ASSERT_TRUE(config.apply(change));
  if (config.joint()) {
    ASSERT_TRUE(config.apply(make_leave(config)));
  }
  config.check_all();
}

void expect_refused_whole(const nodes_config& config, const delta& change, errc code) {
  auto copy = config;
  auto applied = copy.apply(change);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, code) << to_string(applied.error());
  EXPECT_EQ(base::encode(copy.table()), base::encode(config.table()));
}

proposal registration(std::uint32_t first, std::uint32_t count) {
  auto want = wanted(lifecycle_event::register_node, initiator::node, {});
  for (auto node = first; node < first + count; ++node)
    want.registrations.push_back(request_of(node));
  return want;
}

proposal retargeting(const nodes_config& config, std::uint32_t target, op_id op) {
  auto want = wanted(lifecycle_event::set_target, initiator::operator_, {});
  want.policy = config.policy();
  want.policy->target_members = target;
  want.op = op;
  return want;
}

} // namespace

TEST(nodes_config, begins_with_one_member_that_founded_the_cluster) {
  const auto config = founded();
  EXPECT_EQ(config.version(), config_version{1});
  EXPECT_EQ(config.position_of(node_id{1}), position::member_voter);
  EXPECT_EQ(config.next_id(), node_id{2});
  EXPECT_EQ(config.identity().cluster, home);
  ASSERT_EQ(config.configuration().voters.size(), 1U);
  EXPECT_EQ(config.configuration().voters.front().storage, disk(1));
}

TEST(nodes_config, is_not_founded_with_a_policy_or_name_out_of_range) {
  membership_policy even;
  even.target_members = 4;
  auto refused = make_provision({home, home_name}, {"n", "h", disk(1), {}, {}}, even);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::target_even);
  auto nameless = make_provision({home, ""}, {"n", "h", disk(1), {}, {}}, {});
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().code, errc::invalid_argument);
}

TEST(nodes_config, takes_a_change_of_its_own_version_only) {
  auto config = of_every_kind();
  const auto first = parking(config, 5);
  const auto second = planned(config, wanted(lifecycle_event::activate, initiator::operator_, {6}));
  ASSERT_TRUE(config.apply(first));
  EXPECT_EQ(config.version(), config_version{41});
  expect_refused_whole(config, second, errc::base_differs);
  expect_refused_whole(config, first, errc::base_differs); // Also a second time.
}

TEST(nodes_config, refuses_a_change_that_was_computed_from_other_rows_of_the_same_version) {
  const auto config = of_every_kind();
  auto other = written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({5, 6}).config();
  ASSERT_EQ(other.version(), config.version());
  expect_refused_whole(config, parking(other, 5), errc::base_differs);
}

TEST(nodes_config, refuses_a_change_whole_if_one_of_its_rows_may_not_move) {
  const auto config = of_every_kind();
  auto draft = parking(config, 5);
  auto promoted = *config.find(node_id{6}); // A parked node never becomes a member.
  promoted.state = node_state::member;
  draft.changed.push_back(promoted);
  draft.op.named.push_back(node_id{6});
  expect_refused_whole(config, config.complete(draft), errc::illegal_transition);
}

TEST(nodes_config, checks_structural_guards_again_when_it_applies) {
  const auto config = of_every_kind();
  auto unnamed = parking(config, 5);
  unnamed.op.named.clear();
  expect_refused_whole(config, unnamed, errc::not_named);
  auto policys = parking(config, 5);
  policys.op.by = initiator::policy;
  expect_refused_whole(config, policys, errc::not_named);
  auto forced = wanted(lifecycle_event::remove, initiator::operator_, {3});
  forced.force = true;
  auto meek = planned(config, forced);
  meek.op.forced = false;
  expect_refused_whole(config, meek, errc::below_min_members);
}

TEST(nodes_config, refuses_what_is_no_change_of_it) {
  const auto config = of_every_kind();
  auto disagreeing = parking(config, 5);
  disagreeing.config.learners.clear();
  expect_refused_whole(config, disagreeing, errc::malformed);
  auto of_tomorrow = parking(config, 5);
  of_tomorrow.format = 2;
  expect_refused_whole(config, of_tomorrow, errc::malformed);
  auto twice = planned(config, wanted(lifecycle_event::remove, initiator::operator_, {5}));
  twice.removed = {node_id{77}};
  expect_refused_whole(config, twice, errc::unknown_node);
}

TEST(nodes_config_death_test, stops_loudly_where_the_result_is_not_what_the_leader_computed) {
  auto config = of_every_kind();
  auto change = parking(config, 5);
  change.result = digest{change.result.value + 1};
  EXPECT_DEATH(static_cast<void>(config.apply(change)), "current_digest");
}

TEST(nodes_config, never_uses_an_id_twice) {
  auto config = founded();
  apply_whole(config, planned(config, registration(2, 1)));
  apply_whole(config, planned(config, wanted(lifecycle_event::remove, initiator::operator_, {2})));
  EXPECT_EQ(config.position_of(node_id{2}), position::removed);
  EXPECT_EQ(config.position_of(node_id{3}), position::unknown);
  apply_whole(config, planned(config, registration(3, 1)));
  EXPECT_EQ(config.find_name("node-3")->id, node_id{3});
}

TEST(nodes_config, never_registers_the_storage_of_a_removed_node_again) {
  auto config = of_every_kind();
  apply_whole(config, planned(config, wanted(lifecycle_event::remove, initiator::operator_, {5})));
  auto want = registration(5, 1);
  want.registrations.front().cluster = home; // It isn't fresh: it remembers where it was.
  auto refused = make_plan(config, want, see(config));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::node_removed);
}

TEST(nodes_config, registers_a_batch_in_one_version_with_rising_ids) {
  auto config = founded();
  const auto change = planned(config, registration(2, 200));
  auto done = config.apply(change);
  ASSERT_TRUE(done);
  EXPECT_EQ(config.version(), config_version{2});
  EXPECT_EQ(done->nodes.size(), 200U);
  EXPECT_EQ(config.next_id(), node_id{202});
  for (std::uint32_t node = 2; node < 202; ++node)
    EXPECT_EQ(config.find_storage(disk(node))->id, node_id{node});
}

TEST(nodes_config, keeps_registrations_in_a_ring_of_their_own) {
  auto config = founded();
  const auto batches = limits::registration_history_max + 6;
  for (std::uint32_t i = 0; i < batches; ++i)
    apply_whole(config, planned(config, registration(2 + i, 1)));
  ASSERT_EQ(config.registrations().size(), limits::registration_history_max);
  EXPECT_EQ(config.registrations().back().version, config.version());
  ASSERT_EQ(config.history().size(), 1U); // Nobody pushed the founding out.
  EXPECT_EQ(config.history().front().event, lifecycle_event::provision);
}

TEST(nodes_config, remembers_the_last_transitions_with_their_op_ids) {
  auto config = founded();
  const auto count = limits::history_max + 10;
  for (std::uint64_t i = 1; i <= count; ++i)
    apply_whole(config, planned(config, retargeting(config, i % 2 == 0 ? 3 : 5, op_id{1, i})));
  ASSERT_EQ(config.history().size(), limits::history_max);
  EXPECT_EQ(config.find_op(op_id{1, 10}), nullptr);
  ASSERT_NE(config.find_op(op_id{1, 11}), nullptr);
  EXPECT_EQ(config.find_op(op_id{1, 11})->version, config_version{12});
  EXPECT_EQ(config.find_op(op_id{}), nullptr); // The policy's have none.
}

TEST(nodes_config, says_in_its_history_from_where_to_where_who_and_why) {
  auto config = of_every_kind();
  auto change = parking(config, 4);
  change.log_time_ms = 5'000;
  ASSERT_TRUE(config.apply(change));
  const auto& last = config.history().back();
  EXPECT_EQ(last.from, "auto_join/learner");
  EXPECT_EQ(last.to, "standby/outsider");
  EXPECT_EQ(last.by, initiator::operator_);
  EXPECT_EQ(last.log_time_ms, 5'000U);
  EXPECT_EQ(last.nodes, ids({4}));
}

TEST(nodes_config, remembers_the_last_removed_nodes_only) {
  auto config = founded();
  const auto count = static_cast<std::uint32_t>(limits::tombstones_max) + 5;
  for (std::uint32_t node = 2; node < 2 + count; node += 201)
    apply_whole(config, planned(config, registration(node, 201)));
  for (std::uint32_t node = 2; node < 2 + count; ++node)
    apply_whole(config,
                planned(config, wanted(lifecycle_event::remove, initiator::operator_, {node})));
  ASSERT_EQ(config.tombstones().size(), limits::tombstones_max);
  EXPECT_EQ(config.tombstones().front().id, node_id{7});
  EXPECT_EQ(config.tombstones().back().name, "node-" + std::to_string(1 + count));
  EXPECT_EQ(config.position_of(node_id{2}), position::removed); // Known by its id alone.
}

TEST(nodes_config, counts_replacements_by_the_policy_until_their_window_has_passed) {
  auto config = of_every_kind();
  auto replace = wanted(lifecycle_event::replace, initiator::policy, {3}, {4});
  replace.fate = replaced_fate::auto_join;
  sight what;
  what.dead = {3};
  auto change = make_plan(config, replace, see(config, what)).value().change;
  change.log_time_ms = 10'000;
  apply_whole(config, change);
  EXPECT_EQ(config.evictions().size(), 1U);
  auto later = planned(config, registration(20, 1));
  later.log_time_ms = 10'000 + config.policy().eviction_window_ms + 1;
  apply_whole(config, later);
  EXPECT_TRUE(config.evictions().empty());
}

TEST(nodes_config, has_log_time_that_never_falls) {
  auto config = of_every_kind();
  auto change = parking(config, 5);
  change.log_time_ms = 1; // Below that of the config: an old clock.
  ASSERT_TRUE(config.apply(change));
  EXPECT_EQ(config.log_time_ms(), 1'000U);
}

TEST(nodes_config, is_the_same_after_it_was_written_down_and_loaded) {
  auto config = of_every_kind();
  apply_whole(config, parking(config, 5));
  apply_whole(config, planned(config, wanted(lifecycle_event::remove, initiator::operator_, {6})));
  ASSERT_TRUE(config.apply(
    planned(config, wanted(lifecycle_event::replace, initiator::operator_, {3}, {4}))));
  ASSERT_TRUE(config.joint());
  auto loaded = nodes_config::load(config.table());
  ASSERT_TRUE(loaded);
  loaded->check_all();
  EXPECT_EQ(loaded->current_digest(), config.current_digest());
  EXPECT_EQ(loaded->configuration(), config.configuration());
  EXPECT_EQ(base::encode(loaded->table()), base::encode(config.table()));
  // And goes on as the original does.
  ASSERT_TRUE(loaded->apply(make_leave(config)));
}

TEST(nodes_config, does_not_load_a_table_that_breaks_an_invariant) {
  using breakage = std::pair<std::string, std::function<void(nodes_table&)>>;
  const breakage all[] = {
    {"an id twice", [](nodes_table& x) { x.rows[1].id = x.rows[0].id; }},
    {"no id", [](nodes_table& x) { x.rows[0].id = node_id{}; }},
    {"an id that wasn't given yet", [](nodes_table& x) { x.next_id = node_id{6}; }},
    {"a name twice", [](nodes_table& x) { x.rows[1].name = x.rows[0].name; }},
    {"a storage twice", [](nodes_table& x) { x.rows[1].storage = x.rows[0].storage; }},
    {"a parked learner", [](nodes_table& x) { x.rows[5].learner = true; }},
    {"a member that learns", [](nodes_table& x) { x.rows[0].learner = true; }},
    {"a format of tomorrow", [](nodes_table& x) { x.format = 2; }},
    {"no member",
     [](nodes_table& x) {
       for (auto& row : x.rows)
         row.state = node_state::auto_join;
     }},
  };
  for (const auto& [what, break_it] : all) {
    auto table = of_every_kind().table();
    break_it(table);
    auto loaded = nodes_config::load(table);
    ASSERT_FALSE(loaded) << what;
    EXPECT_EQ(loaded.error().code, errc::malformed) << what;
  }
}

} // namespace quorate::membership
