// The log in memory, the list of configurations, and what is durable of both.

#include "runtime/raft/log.hpp"

#include "runtime/raft/configurations.hpp"
#include "runtime/raft/persistence.hpp"
#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace quorate::raft::test {
namespace {

entry make_entry(std::uint64_t index, std::uint64_t t) {
  entry x;
  x.index.value = index;
  x.entry_term.value = t;
  x.kind = entry_kind::command;
  x.payload = bytes("e" + std::to_string(index));
  return x;
}

/// Entries 1 to n with these terms.
log log_of(std::initializer_list<std::uint64_t> terms) {
  log made;
  for (auto t : terms)
    made.append_entry(make_entry(made.last().index.value + 1, t));
  return made;
}

TEST(a_log, knows_the_terms_from_before_its_first_entry_to_its_last) {
  auto l = log_of({1, 1, 2, 5});
  EXPECT_EQ(l.term_at(log_index{0}), term{0});
  EXPECT_EQ(l.term_at(log_index{4}), term{5});
  EXPECT_EQ(l.term_at(log_index{5}), std::nullopt);
  l.compact_to(log_index{2});
  EXPECT_EQ(l.first(), log_index{3});
  EXPECT_EQ(l.term_at(log_index{2}), term{1});
  EXPECT_EQ(l.term_at(log_index{1}), std::nullopt);
  EXPECT_TRUE(l.contains({log_index{2}, term{1}}));
  EXPECT_FALSE(l.contains({log_index{3}, term{1}}));
}

// A hundred thousand entries that are freed at once would hold the node up; how they go must not be
// seen.
TEST(a_log, frees_a_long_prefix_little_by_little) {
  constexpr std::uint64_t count = 5'000;
  log l;
  std::weak_ptr<const configuration> last_gone;
  for (std::uint64_t i = 1; i <= count; ++i) {
    auto x = make_entry(i, 1 + i / 1'000);
    if (i == 4'900) {
      x.kind = entry_kind::membership;
      auto config = std::make_shared<const configuration>();
      last_gone = config;
      x.config = std::move(config);
    }
    l.append_entry(std::move(x));
  }
  l.compact_to(log_index{4'900});
  EXPECT_FALSE(last_gone.expired());
  EXPECT_EQ(l.size(), 100U);
  EXPECT_EQ(l.first(), log_index{4'901});
  EXPECT_EQ(l.before(), (log_position{log_index{4'900}, term{5}}));
  EXPECT_EQ(l.at(log_index{4'901}).payload, bytes("e4901"));
  EXPECT_EQ(l.agreement_below({log_index{4'950}, term{4}}), l.before());
  l.truncate_from(log_index{4'901});
  EXPECT_TRUE(l.empty());
  for (std::uint64_t i = 4'901; i <= 6'000; ++i)
    l.append_entry(make_entry(i, 6));
  EXPECT_TRUE(last_gone.expired()) << "long before as many have come";
  EXPECT_EQ(l.slice(log_index{4'901}, log_index{4'902}).size(), 2U);
  l.compact_to(log_index{5'990});
  l.reset({log_index{7'000}, term{7}});
  EXPECT_TRUE(l.empty());
  EXPECT_EQ(l.last(), (log_position{log_index{7'000}, term{7}}));
}

TEST(a_log, is_covered_by_a_later_term_or_a_longer_log) {
  auto l = log_of({1, 3});
  EXPECT_TRUE(l.is_covered_by({log_index{1}, term{4}}));
  EXPECT_TRUE(l.is_covered_by({log_index{2}, term{3}}));
  EXPECT_TRUE(l.is_covered_by({log_index{9}, term{3}}));
  EXPECT_FALSE(l.is_covered_by({log_index{1}, term{3}}));
  EXPECT_FALSE(l.is_covered_by({log_index{9}, term{2}}));
}

TEST(an_agreement, skips_the_terms_that_the_other_log_cant_have) {
  auto l = log_of({1, 1, 2, 5, 5});
  EXPECT_EQ(l.agreement_below({log_index{5}, term{4}}), (log_position{log_index{3}, term{2}}));
  EXPECT_EQ(l.agreement_below({log_index{9}, term{9}}), (log_position{log_index{5}, term{5}}));
  EXPECT_EQ(l.agreement_below({log_index{2}, term{5}}), (log_position{log_index{2}, term{1}}));
  EXPECT_EQ(l.agreement_below({log_index{4}, term{0}}), log_position{});
  l.compact_to(log_index{3});
  EXPECT_EQ(l.agreement_below({log_index{5}, term{4}}), (log_position{log_index{3}, term{2}}));
  EXPECT_EQ(l.agreement_below({log_index{1}, term{1}}), (log_position{log_index{1}, term{1}}));
}

TEST(a_bounded_slice, has_at_least_one_entry_and_stays_in_its_bounds) {
  auto l = log_of({1, 1, 1, 1});
  EXPECT_EQ(l.slice_bounded(log_index{1}, 3, 1'000'000).size(), 3U);
  EXPECT_EQ(l.slice_bounded(log_index{2}, 100, 1).size(), 1U);
  EXPECT_EQ(l.slice_bounded(log_index{1}, 100, 2 * cost_of(l.at(log_index{1}))).size(), 2U);
  EXPECT_TRUE(l.slice_bounded(log_index{5}, 100, 100).empty());
}

TEST(a_log, can_be_truncated_and_reset) {
  auto l = log_of({1, 1, 2});
  l.truncate_from(log_index{2});
  EXPECT_EQ(l.last(), (log_position{log_index{1}, term{1}}));
  l.reset({log_index{40}, term{7}});
  EXPECT_TRUE(l.empty());
  EXPECT_EQ(l.first(), log_index{41});
  EXPECT_EQ(l.last(), (log_position{log_index{40}, term{7}}));
}

// -- configurations -------------------------------------------------------------------------------

entry change_entry(std::uint64_t index, std::uint64_t version, std::vector<replica> voters) {
  configuration config;
  config.version.value = version;
  config.voters = std::move(voters);
  auto x = make_entry(index, 1);
  x.kind = entry_kind::membership;
  x.config = std::make_shared<const configuration>(config);
  return x;
}

TEST(configurations, answer_what_was_in_effect_where) {
  configurations list;
  EXPECT_TRUE(list.active().voters.empty());
  list.activate(change_entry(1, 1, replicas({1})));
  list.activate(change_entry(4, 2, replicas({1, 2})));
  list.activate(change_entry(9, 3, replicas({2})));
  EXPECT_EQ(list.at(log_index{0}).version, config_version{0});
  EXPECT_EQ(list.at(log_index{3}).version, config_version{1});
  EXPECT_EQ(list.at(log_index{4}).version, config_version{2});
  EXPECT_EQ(list.at(log_index{99}).version, config_version{3});
  EXPECT_EQ(list.members_since(log_index{5}), replicas({1, 2}));
  EXPECT_EQ(list.members_since(log_index{9}), replicas({2}));
}

TEST(configurations, are_rolled_back_with_the_log) {
  configurations list;
  list.activate(change_entry(1, 1, replicas({1})));
  list.activate(change_entry(4, 2, replicas({1, 2})));
  EXPECT_FALSE(list.truncate_from(log_index{5}));
  EXPECT_TRUE(list.truncate_from(log_index{4}));
  EXPECT_EQ(list.active().version, config_version{1});
  EXPECT_EQ(list.active_since(), log_index{1});
}

TEST(configurations, keep_the_one_in_effect_when_they_forget) {
  configurations list;
  list.activate(change_entry(1, 1, replicas({1})));
  list.activate(change_entry(4, 2, replicas({1, 2})));
  list.forget_before(log_index{3});
  EXPECT_EQ(list.at(log_index{3}).version, config_version{1});
  EXPECT_EQ(list.size(), 2U);
}

TEST(a_configuration, is_well_formed_or_isnt) {
  configuration config;
  EXPECT_FALSE(well_formed(config)) << "no voters";
  config.voters = replicas({1, 3});
  config.learners = replicas({2});
  EXPECT_TRUE(well_formed(config));
  config.learners = replicas({3});
  EXPECT_FALSE(well_formed(config)) << "a voter that is a learner";
  config.learners = {};
  config.voters = replicas({3, 1});
  EXPECT_FALSE(well_formed(config)) << "not sorted";
  config.voters = replicas({1, 1});
  EXPECT_FALSE(well_formed(config)) << "twice";
  config.voters = replicas({1, 2});
  config.outgoing = {replica{node_id{2}, storage_id{5, 5}}};
  EXPECT_FALSE(well_formed(config)) << "one id with two storages";
}

TEST(what_may_follow, is_decided_by_the_sets) {
  configuration active;
  active.voters = replicas({1, 2, 3});
  auto next = active;
  EXPECT_TRUE(may_follow(active, next)) << "nothing that consensus looks at";
  next.voters = replicas({1, 2});
  next.learners = replicas({3, 4, 5});
  EXPECT_TRUE(may_follow(active, next)) << "one voter, any learners";
  next.learners = {};
  next.voters = replicas({1, 2, 4});
  EXPECT_FALSE(may_follow(active, next)) << "one for another is two";
  next.outgoing = active.voters;
  EXPECT_TRUE(may_follow(active, next)) << "joint";
  next.outgoing = replicas({1, 2});
  EXPECT_FALSE(may_follow(active, next)) << "joint, but not with all of the old voters";
  active.outgoing = replicas({1, 2, 5});
  next = active;
  next.outgoing.clear();
  EXPECT_TRUE(may_follow(active, next)) << "leaving";
  next.voters = replicas({1, 2});
  EXPECT_FALSE(may_follow(active, next)) << "leaving with another incoming half";
  EXPECT_FALSE(may_follow(active, active)) << "joint after joint";
}

// -- persistence ----------------------------------------------------------------------------------

struct written_log {
  log entries = log_of({1});
  persistence disk{storage::write_sequence{10}, log_index{1}, 4};
  storage::hard_state state;

  void append_entries(std::uint64_t last, std::uint64_t t) {
    while (entries.last().index.value < last)
      entries.append_entry(make_entry(entries.last().index.value + 1, t));
    disk.entries_appended();
  }

  void truncate(std::uint64_t from) {
    entries.truncate_from(log_index{from});
    disk.log_truncated(log_index{from});
  }

  storage::write_batch take() {
    return *disk.take(entries, state);
  }
};

// P1 (etcd #1690): the ABA of entries.
TEST(a_late_acknowledgement, of_overwritten_entries_makes_nothing_durable) {
  written_log w;
  w.append_entries(4, 1);
  auto first = w.take();
  w.truncate(2);
  w.append_entries(4, 2);
  auto second = w.take();
  EXPECT_EQ(second.truncate_from, log_index{2});
  w.disk.persisted(first.sequence);
  EXPECT_EQ(w.disk.durable(), log_index{1});
  w.disk.persisted(second.sequence);
  EXPECT_EQ(w.disk.durable(), log_index{4});
}

TEST(a_late_acknowledgement, knows_of_a_truncation_that_isnt_handed_out_yet) {
  written_log w;
  w.append_entries(4, 1);
  auto first = w.take();
  w.truncate(3);
  w.append_entries(5, 2);
  w.disk.persisted(first.sequence);
  EXPECT_EQ(w.disk.durable(), log_index{2});
}

TEST(what_storage_never_saw, needs_no_truncation_there) {
  written_log w;
  w.append_entries(4, 1);
  w.truncate(3);
  w.append_entries(5, 2);
  auto write = w.take();
  EXPECT_EQ(write.truncate_from, log_index{0});
  ASSERT_EQ(write.entries.size(), 4U);
  EXPECT_EQ(write.entries.back().entry_term, term{2});
}

// P2 (openraft #1960)
TEST(acknowledgements_out_of_order, keep_the_highest) {
  written_log w;
  w.append_entries(2, 1);
  auto first = w.take();
  w.append_entries(3, 1);
  auto second = w.take();
  EXPECT_EQ(second.sequence.value, first.sequence.value + 1);
  EXPECT_EQ(second.entries.size(), 1U);
  w.disk.persisted(second.sequence);
  EXPECT_EQ(w.disk.durable(), log_index{3});
  w.disk.persisted(first.sequence);
  EXPECT_EQ(w.disk.durable(), log_index{3});
}

TEST(a_gated_acknowledgement, isnt_sent_if_its_entries_were_truncated) {
  written_log w;
  w.append_entries(4, 1);
  envelope ack;
  ack.content = append_accepted{log_index{4}, 0};
  envelope other;
  other.content = vote_reply{true};
  ASSERT_TRUE(w.disk.send_after(w.disk.covering_all(), ack));
  ASSERT_TRUE(w.disk.send_after(w.disk.covering_all(), other));
  auto first = w.take();
  EXPECT_TRUE(w.disk.take_messages().empty());
  w.truncate(3);
  w.disk.persisted(first.sequence);
  auto sent = w.disk.take_messages();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<vote_reply>(sent[0].content));
}

TEST(a_received_image, is_written_without_the_log_that_it_replaces) {
  written_log w;
  w.append_entries(4, 1);
  auto image = std::make_shared<snapshot>();
  image->last = {log_index{20}, term{3}};
  w.disk.image_received(image);
  auto write = w.take();
  EXPECT_TRUE(write.image_replaces_log);
  EXPECT_TRUE(write.entries.empty());
  w.disk.state_changed();
  auto later = w.take();
  EXPECT_TRUE(later.entries.empty());
  EXPECT_EQ(w.disk.persisted(later.sequence).received, image);
  EXPECT_EQ(w.disk.durable(), log_index{20});
}

} // namespace
} // namespace quorate::raft::test
