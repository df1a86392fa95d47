// The lifecycle's rules, by complete search of small bounds: with all of them nothing is lost, and
// without any one of them something is. Larger searches: docs/model/README.md.
#include "tests/model/lifecycle_model.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace quorate::model {
namespace {

options single_changes(unsigned changes) {
  options wanted;
  wanted.changes = changes;
  wanted.joint = false;
  return wanted;
}

options joint_changes(unsigned changes) {
  options wanted;
  wanted.changes = changes;
  return wanted;
}

// A member is dismissed, taken in again, and one more entry is committed with its help.
options dismissal_and_return() {
  options wanted = single_changes(3);
  wanted.nodes = 3;
  wanted.commands = 1;
  return wanted;
}

std::string text_of(const outcome& found) {
  std::string text = found.loss + " after " + std::to_string(found.trace.size()) + " steps";
  for (const std::string& line : found.trace)
    text += "\n  " + line;
  return text;
}

void expect_no_loss(const options& wanted) {
  const outcome found = search(wanted);
  EXPECT_EQ(found.result, verdict::no_loss) << text_of(found);
  std::cout << found.states << " states, depth " << found.depth << '\n';
}

void expect_loss(options wanted, rule missing, std::size_t steps) {
  wanted.rules = wanted.rules.without(missing);
  const outcome found = search(wanted);
  EXPECT_EQ(found.result, verdict::loss_found);
  EXPECT_EQ(found.trace.size(), steps);
  std::cout << text_of(found) << '\n';
}

TEST(lifecycle_model, loses_nothing_in_three_single_changes_and_two_terms) {
  expect_no_loss(single_changes(3));
}

TEST(lifecycle_model, loses_nothing_in_two_changes_that_may_be_joint_and_two_terms) {
  expect_no_loss(joint_changes(2));
}

TEST(lifecycle_model, loses_nothing_when_a_dismissed_member_returns) {
  expect_no_loss(dismissal_and_return());
}

TEST(lifecycle_model, loses_nothing_either_if_only_nodes_without_a_log_are_admitted) {
  options wanted = dismissal_and_return();
  wanted.admit_empty = true;
  wanted.rules = wanted.rules.without(rule::log_kept_when_named_again);
  expect_no_loss(wanted);
}

TEST(lifecycle_model, loses_an_entry_if_a_node_below_its_floor_grants) {
  expect_loss(single_changes(3), rule::floor_refuses_grants, 9);
}

TEST(lifecycle_model, loses_an_entry_if_a_node_below_its_floor_campaigns) {
  expect_loss(single_changes(3), rule::floor_refuses_campaign, 12);
}

TEST(lifecycle_model, loses_an_entry_if_a_dismissal_is_applied_after_the_return) {
  expect_loss(dismissal_and_return(), rule::log_kept_when_named_again, 18);
}

TEST(lifecycle_model, elects_two_leaders_in_a_term_if_the_vote_goes_with_the_log) {
  options wanted = joint_changes(3);
  wanted.nodes = 3;
  expect_loss(wanted, rule::vote_kept_without_log, 16);
}

// The single-server bug of 2015 needs an even number of voters and three terms.
TEST(lifecycle_model, loses_an_entry_if_a_leader_changes_members_before_it_commits) {
  options wanted = single_changes(2);
  wanted.voters = 4;
  wanted.terms = 3;
  expect_loss(wanted, rule::own_term_commit_before_change, 8);
}

TEST(lifecycle_model, loses_an_entry_if_two_changes_are_in_flight) {
  expect_loss(single_changes(2), rule::one_change_at_a_time, 5);
}

TEST(lifecycle_model, loses_an_entry_if_one_half_of_a_joint_config_decides) {
  expect_loss(joint_changes(1), rule::joint_quorum_both_halves, 4);
}

// Not an entry but availability: the outgoing half could no longer agree.
TEST(lifecycle_model, sees_a_node_of_the_outgoing_half_drop_its_log) {
  expect_loss(joint_changes(1), rule::log_kept_until_leave, 5);
}

TEST(lifecycle_model, sees_a_change_of_a_node_that_was_not_named) {
  expect_loss(joint_changes(2), rule::unnamed_nodes_unchanged, 4);
}

TEST(lifecycle_model, says_when_it_stops_at_its_bound) {
  options wanted = single_changes(3);
  wanted.states_max = 1000;
  EXPECT_EQ(search(wanted).result, verdict::bound_reached);
}

TEST(lifecycle_model, knows_its_rules_by_name) {
  for (std::size_t number = 0; number < rule_count; ++number) {
    const auto which = static_cast<rule>(number);
    EXPECT_EQ(rule_named(name_of(which)), which);
  }
  EXPECT_FALSE(rule_named("no_such_rule"));
}

TEST(lifecycle_model, gives_equal_logs_one_number) {
  log_table logs;
  config first;
  first.voters = 0b0011;
  config second = first;
  second.learners = 0b0100;
  const auto one = logs.append(log_table::empty, make_entry(0, first));
  const auto two = logs.append(one, make_entry(1, second));
  EXPECT_EQ(logs.append(one, make_entry(1, second)), two);
  EXPECT_EQ(logs.common(one, two), 1U);
  EXPECT_EQ(logs.version(two), 2U);
  EXPECT_EQ(logs.before_active(two), one);
  EXPECT_EQ(config_of(logs.last(logs.mirrored(two))).learners, 0b0010U);
  EXPECT_EQ(logs.mirrored(logs.mirrored(two)), two);
}

TEST(lifecycle_model, packs_and_unpacks_a_world) {
  world value;
  value.nodes[2].log = 0xabcde;
  value.nodes[2].term = 5;
  value.nodes[2].part = role::leader;
  value.nodes[2].voted = true;
  value.nodes[2].commit = 9;
  value.nodes[2].floor = 7;
  value.nodes[2].dropping = true;
  value.nodes[2].granted = 0b1010;
  value.nodes[2].match = {1, 2, 3, 15};
  value.committed = 77;
  value.changes = 3;
  value.commands = 2;
  value.elected = 6;
  const packed_world packed = pack(value);
  const world again = unpack(packed);
  EXPECT_EQ(pack(again), packed);
  EXPECT_EQ(again.nodes[2].log, value.nodes[2].log);
  EXPECT_EQ(again.nodes[2].match, value.nodes[2].match);
  EXPECT_EQ(again.nodes[2].floor, value.nodes[2].floor);
  EXPECT_EQ(again.committed, value.committed);
}

} // namespace
} // namespace quorate::model
