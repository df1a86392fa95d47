// From a survivor to the sole voter of another cluster: what stays, what goes, and what is said.
#include "runtime/recover/forced.hpp"

#include "quorate/storage_image.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/membership/plan.hpp"
#include "tests/recover/left_disk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace quorate::recover {
namespace {

namespace situations = membership::situations;
using situations::written_cluster;

constexpr fingerprint fresh{21, 22};

left_disk of_three() {
  left_disk out{written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({6}).parked({5})};
  const auto session = out.open_session();
  out.put(session, 1, "a", "1");
  out.put(session, 2, "b", "2");
  return out;
}

/// The disk after the write, as the node finds it when it starts.
storage::recovered written(const left_disk& disk) {
  storage::image on_disk{disk.found};
  const auto batch = forced(examine("d", disk.found), fresh);
  EXPECT_TRUE(batch) << to_string(batch.error());
  on_disk.apply(*batch);
  return on_disk.content();
}

machine::machine state_of(const storage::recovered& disk) {
  return machine::machine::load(disk.image->image.view(), disk.image->last).value();
}

TEST(a_forced_cluster, has_one_voter_a_new_fingerprint_and_the_same_name) {
  const auto disk = written(of_three());
  EXPECT_EQ(disk.identity->cluster, fresh);
  EXPECT_EQ(disk.identity->storage, situations::disk(1));
  EXPECT_EQ(disk.identity->id, node_id{1});
  EXPECT_TRUE(disk.entries.empty());
  const auto state = state_of(disk);
  EXPECT_EQ(state.nodes().identity().cluster, fresh);
  EXPECT_EQ(state.nodes().identity().name, "home");
  EXPECT_EQ(state.nodes().configuration(), disk.image->config);
  EXPECT_EQ(disk.image->config.voters,
            (std::vector<raft::replica>{{node_id{1}, situations::disk(1)}}));
  EXPECT_TRUE(disk.image->config.learners.empty());
  EXPECT_FALSE(disk.image->config.joint());
}

TEST(a_forced_cluster, stands_one_entry_one_term_and_one_version_behind_the_old_one) {
  const auto before = of_three();
  const auto disk = written(before);
  EXPECT_EQ(disk.image->last.index, log_index{54});
  EXPECT_EQ(disk.image->last.entry_term, term{8});
  EXPECT_EQ(disk.state.current_term, term{8});
  EXPECT_FALSE(disk.state.voted_for.id);
  EXPECT_EQ(disk.state.commit, log_index{54});
  EXPECT_EQ(state_of(disk).nodes().version().value, before.now.nodes().version().value + 1);
}

TEST(a_forced_cluster, keeps_keys_revisions_log_time_and_what_clients_were_answered) {
  left_disk before{written_cluster{}.members({1, 2, 3})};
  const auto session = before.open_session();
  const auto first = before.put(session, 1, "a", "1");
  auto state = state_of(written(before));
  EXPECT_EQ(state.store().state_hash(), before.now.store().state_hash());
  EXPECT_EQ(state.log_time_ms(), before.now.log_time_ms());
  raft::entry retry;
  retry.kind = raft::entry_kind::command;
  retry.index = log_index{state.applied().index.value + 1};
  retry.entry_term = term{9};
  retry.payload = kv::make_write_request({session, 1, 0, kv::put{"a", "1", {}}}).command;
  const auto again = std::get<kv::write_result>(state.apply(retry));
  EXPECT_EQ(again.at, first.at);
  EXPECT_EQ(state.store().current(), first.at) << "it wasn't executed again";
}

TEST(a_forced_cluster, removes_every_other_node_but_those_that_an_operator_has_parked) {
  const auto before = of_three();
  const auto nodes = state_of(written(before)).nodes();
  EXPECT_EQ(nodes.position_of(node_id{1}), membership::position::member_voter);
  EXPECT_EQ(nodes.position_of(node_id{5}), membership::position::standby_outsider);
  for (const std::uint32_t id : {2, 3, 4, 6})
    EXPECT_EQ(nodes.position_of(node_id{id}), membership::position::removed) << id;
  EXPECT_EQ(nodes.tombstones().size(), 4U);
  EXPECT_EQ(nodes.next_id(), before.now.nodes().next_id()) << "ids are never used twice";
  EXPECT_EQ(nodes.policy(), before.now.nodes().policy()) << "it grows back to its target";
}

TEST(a_forced_cluster, remembers_in_its_history_what_was_done_by_whom_and_why) {
  const auto nodes = state_of(written(of_three())).nodes();
  ASSERT_FALSE(nodes.history().empty());
  const auto& done = nodes.history().back();
  EXPECT_EQ(done.version, nodes.version());
  EXPECT_EQ(done.event, lifecycle_event::reconfigure);
  EXPECT_EQ(done.by, initiator::operator_);
  EXPECT_EQ(done.nodes, situations::ids({2, 3, 4, 6}));
  EXPECT_EQ(done.from, "member/voter");
  EXPECT_EQ(done.to, "removed");
  EXPECT_NE(done.why.find("by force from node-1"), std::string::npos) << done.why;
}

TEST(a_forced_cluster, goes_on_by_the_same_rules) {
  auto state = state_of(written(of_three()));
  membership::proposal want;
  want.event = lifecycle_event::register_node;
  want.by = initiator::node;
  want.registrations = {situations::request_of(2)}; // By its old name, with an empty disk.
  want.registrations[0].storage = storage_id{8, 8};
  const auto plan = membership::make_plan(state.nodes(), want, {});
  ASSERT_TRUE(plan) << to_string(plan.error());
  auto nodes = state.nodes();
  ASSERT_TRUE(nodes.apply(plan->change));
  nodes.check_all();
  EXPECT_EQ(nodes.find_name("node-2")->id, node_id{7});
}

TEST(a_forced_cluster, can_be_made_of_a_learner) {
  const left_disk learner{written_cluster{}.members({1, 2, 3}).learners({4}), 4};
  const auto from = examine("d", learner.found);
  const auto nodes = state_of(written(learner)).nodes();
  EXPECT_EQ(nodes.members(), (std::set<node_id>{node_id{4}}));
  EXPECT_TRUE(nodes.learners().empty());
  EXPECT_EQ(nodes.find(node_id{4})->since, nodes.version());
  const auto plan = plan_of(from);
  EXPECT_NE(plan.losses.back().find("auto_join/learner"), std::string::npos);
}

TEST(a_forced_cluster, can_be_made_of_a_parked_node_that_still_has_its_log) {
  const left_disk parked{written_cluster{}.members({1, 2, 3}).parked({4}), 4};
  const auto nodes = state_of(written(parked)).nodes();
  EXPECT_EQ(nodes.position_of(node_id{4}), membership::position::member_voter);
  EXPECT_EQ(nodes.history().back().nodes.front(), node_id{4}) << "an operator has named it";
  EXPECT_EQ(nodes.history().back().from, "standby/outsider");
}

TEST(a_forced_cluster, leaves_a_joint_change_that_nobody_is_left_to_leave) {
  const left_disk joint{written_cluster{}.members({1, 4, 5}).outsiders({2, 3}).outgoing({1, 2, 3})};
  const auto nodes = state_of(written(joint)).nodes();
  EXPECT_FALSE(nodes.joint());
  EXPECT_EQ(nodes.members(), (std::set<node_id>{node_id{1}}));
}

TEST(a_forced_cluster, is_above_the_floor_of_a_node_that_had_dropped_its_log) {
  auto disk = of_three();
  disk.found.lowest = {config_version{60}, {log_index{99}, term{6}}};
  const auto after = written(disk);
  EXPECT_EQ(state_of(after).nodes().version(), config_version{61});
  const auto plan = plan_of(examine("d", disk.found));
  EXPECT_TRUE(std::any_of(plan.losses.begin(), plan.losses.end(), [](const std::string& x) {
    return x.find("had once applied entry 99") != std::string::npos;
  }));
}

TEST(a_forced_cluster, keeps_its_rings_bounded) {
  written_cluster cluster;
  cluster.members({1, 2, 3});
  auto disk = left_disk{cluster};
  for (std::size_t i = 0; i < limits::history_max; ++i) {
    membership::proposal want;
    want.event = lifecycle_event::set_target;
    want.by = initiator::operator_;
    want.policy = disk.now.nodes().policy();
    want.policy->target_members = i % 2 == 0 ? 5 : 3;
    disk.change(membership::make_plan(disk.now.nodes(), want, {}).value().change);
  }
  EXPECT_EQ(state_of(written(disk)).nodes().history().size(), limits::history_max);
}

// -- the plan -------------------------------------------------------------------------------------

TEST(a_plan, says_which_entries_become_committed_by_force) {
  auto disk = of_three();
  disk.commit(51);
  const auto some = plan_of(examine("d", disk.found));
  EXPECT_EQ(some.forced_first, log_index{52});
  EXPECT_EQ(some.forced_last, log_index{53});
  EXPECT_EQ(some.losses.size(), 2U);
  EXPECT_NE(some.losses[1].find("entries 52 to 53"), std::string::npos) << some.losses[1];
  disk.commit(53);
  const auto none = plan_of(examine("d", disk.found));
  EXPECT_FALSE(none.forced_first);
  EXPECT_EQ(none.losses.size(), 1U) << "what the lost ones alone had can't be known";
}

TEST(a_plan, agrees_with_what_is_written) {
  const auto disk = of_three();
  const auto plan = plan_of(examine("d", disk.found));
  const auto after = written(disk);
  EXPECT_EQ(plan.version, state_of(after).nodes().version());
  EXPECT_EQ(plan.current_term, after.state.current_term);
  EXPECT_EQ(plan.removed, (std::vector<named_node>{{node_id{2}, "node-2"},
                                                   {node_id{3}, "node-3"},
                                                   {node_id{4}, "node-4"},
                                                   {node_id{6}, "node-6"}}));
  EXPECT_EQ(plan.parked, (std::vector<named_node>{{node_id{5}, "node-5"}}));
}

TEST(a_phrase, names_the_cluster_and_fits_one_state_of_one_storage_only) {
  const auto disk = of_three();
  const auto phrase = phrase_of(examine("d", disk.found));
  EXPECT_EQ(phrase.substr(0, 5), "home-");
  EXPECT_EQ(phrase.size(), 13U);
  EXPECT_EQ(phrase_of(examine("elsewhere", disk.found)), phrase);
  auto other = disk;
  ++other.found.identity->boots;
  EXPECT_NE(phrase_of(examine("d", other.found)), phrase) << "it was started meanwhile";
  other = disk;
  other.found.entries.pop_back();
  EXPECT_NE(phrase_of(examine("d", other.found)), phrase);
}

TEST(a_phrase, that_was_carried_out_is_recognised_afterwards) {
  const auto disk = of_three();
  const auto before = examine("d", disk.found);
  const auto phrase = phrase_of(before);
  EXPECT_FALSE(done_before(before, phrase));
  const auto after = examine("d", written(disk));
  ASSERT_TRUE(after.replayed) << to_string(after.about.unusable);
  EXPECT_EQ(done_before(after, phrase), after.replayed->nodes().version());
  EXPECT_FALSE(done_before(after, "home-00000000"));
  EXPECT_FALSE(done_before(after, "home"));
  EXPECT_NE(phrase_of(after), phrase);
}

} // namespace
} // namespace quorate::recover
