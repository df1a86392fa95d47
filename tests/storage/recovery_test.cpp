// What may be believed after a crash: P6, P7 and E13 of the bugs that others had.
#include "runtime/storage/recovery.hpp"

#include "quorate/testing/storage_batches.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/storage/memory_store.hpp"

#include <gtest/gtest.h>

namespace quorate::storage {
namespace {

raft::entry entry_of(std::uint64_t index, std::uint64_t term) {
  raft::entry x;
  x.index.value = index;
  x.entry_term.value = term;
  x.kind = raft::entry_kind::command;
  return x;
}

/// Entries 1 to `last` of term 2, all intact and durable.
found whole(std::uint64_t last) {
  found out;
  out.anything = true;
  out.identity = marker{};
  out.state = hard_state{term{2}, {}, log_index{last}};
  out.state_written = true;
  for (std::uint64_t i = 1; i <= last; ++i)
    out.log.push_back({entry_of(i, 2), true});
  out.durable_mark.value = last;
  return out;
}

std::shared_ptr<const raft::snapshot> image_at(std::uint64_t index) {
  auto out = std::make_shared<raft::snapshot>();
  out->last = {log_index{index}, term{2}};
  return out;
}

TEST(a_storage, that_is_whole_is_believed) {
  const auto out = recover(whole(5));
  EXPECT_EQ(out.damage.code, errc::none);
  EXPECT_EQ(out.entries.size(), 5U);
  EXPECT_EQ(out.state.current_term, term{2});
}

TEST(an_empty_storage, is_a_fresh_one) {
  const auto out = recover({});
  EXPECT_EQ(out.damage.code, errc::none);
  EXPECT_FALSE(out.identity);
}

TEST(a_torn_end, is_cut_off) {
  auto disk = whole(5);
  disk.log.push_back({entry_of(6, 2), false});
  disk.log.push_back({entry_of(7, 2), false});
  const auto out = recover(disk);
  EXPECT_EQ(out.damage.code, errc::none);
  EXPECT_EQ(out.entries.size(), 5U);
}

// P7 (Protocol-Aware Recovery, FAST 2018)
TEST(an_entry_that_was_durable, isnt_cut_off_when_it_is_unreadable) {
  auto disk = whole(5);
  disk.log.back().intact = false;
  const auto out = recover(disk);
  EXPECT_EQ(out.damage.code, errc::storage_corrupt);
  EXPECT_TRUE(out.entries.empty());
  EXPECT_TRUE(out.identity) << "whose it is, is known";
}

TEST(an_entry_that_was_durable, is_missed_when_it_is_gone) {
  auto disk = whole(5);
  disk.log.pop_back();
  EXPECT_EQ(recover(disk).damage.code, errc::storage_corrupt);
}

TEST(an_unreadable_entry, before_a_readable_one_is_no_torn_end) {
  auto disk = whole(5);
  disk.durable_mark.value = 2; // It lags.
  disk.log[3].intact = false;
  EXPECT_EQ(recover(disk).damage.code, errc::storage_corrupt);
}

TEST(a_log, with_a_hole_or_a_falling_term_contradicts_itself) {
  auto disk = whole(5);
  disk.log.erase(disk.log.begin() + 2);
  EXPECT_EQ(recover(disk).damage.code, errc::storage_corrupt);
  disk = whole(5);
  disk.log[4].content.entry_term.value = 1;
  EXPECT_EQ(recover(disk).damage.code, errc::storage_corrupt);
}

TEST(a_log, of_a_later_term_than_the_nodes_contradicts_it) {
  auto disk = whole(5);
  disk.state->current_term.value = 1;
  EXPECT_EQ(recover(disk).damage.code, errc::storage_corrupt);
}

TEST(a_log, whose_beginning_is_in_no_snapshot_is_amnesia) {
  auto disk = whole(5);
  disk.log.erase(disk.log.begin(), disk.log.begin() + 2);
  EXPECT_EQ(recover(disk).damage.code, errc::storage_amnesiac);
  disk.image = image_at(1);
  EXPECT_EQ(recover(disk).damage.code, errc::storage_amnesiac);
  disk.image = image_at(2);
  EXPECT_EQ(recover(disk).damage.code, errc::none);
  disk.image = image_at(9); // Received, and the old log isn't gone yet.
  EXPECT_EQ(recover(disk).damage.code, errc::none);
}

// E13 (KAFKA-16526)
TEST(lost_votes, are_amnesia) {
  auto disk = whole(5);
  disk.state.reset();
  EXPECT_EQ(recover(disk).damage.code, errc::storage_amnesiac);
  disk.log.clear();
  disk.durable_mark = {};
  EXPECT_EQ(recover(disk).damage.code, errc::storage_amnesiac) << "some were written";
  disk.state_written = false;
  EXPECT_EQ(recover(disk).damage.code, errc::none) << "a node that died while it was born";
}

TEST(data_without_a_marker, is_amnesia) {
  auto disk = whole(5);
  disk.identity.reset();
  EXPECT_EQ(recover(disk).damage.code, errc::storage_amnesiac);
}

TEST(without_the_durable_mark, a_lost_entry_would_pass_for_a_torn_end) {
  base::set_mutant(base::mutant::torn_below_durable_mark);
  auto disk = whole(5);
  disk.log.back().intact = false;
  const auto out = recover(disk);
  base::set_mutant(base::mutant::none);
  EXPECT_EQ(out.damage.code, errc::none);
}

// -- a disk in memory -----------------------------------------------------------------------------

struct spoiled : testing::Test {
  spoiled() {
    EXPECT_TRUE(disk.load());
    marker mine;
    mine.storage = {1, 2};
    write_batch first = batch(1).state(1).entries(1, 3, 1);
    first.identity = mine;
    EXPECT_TRUE(disk.write(first));
    EXPECT_TRUE(disk.sync());
  }

  recovered after_crash() {
    disk.forget_unsynced();
    auto loaded = disk.load();
    EXPECT_TRUE(loaded);
    return *loaded;
  }

  memory_store disk;
};

TEST_F(spoiled, entries_that_were_durable_are_noticed) {
  EXPECT_FALSE(disk.spoil(log_index{9}));
  EXPECT_TRUE(disk.spoil(log_index{3}));
  EXPECT_EQ(after_crash().damage.code, errc::storage_corrupt);
}

TEST_F(spoiled, entries_that_were_cut_off_since_are_not_missed) {
  EXPECT_TRUE(disk.write(batch(2).state(2).truncate_from(3)));
  EXPECT_TRUE(disk.sync());
  const auto out = after_crash();
  EXPECT_EQ(out.damage.code, errc::none);
  EXPECT_EQ(out.entries.size(), 2U);
}

TEST_F(spoiled, votes_are_noticed) {
  disk.spoil_state();
  EXPECT_EQ(after_crash().damage.code, errc::storage_amnesiac);
}

TEST_F(spoiled, ends_that_were_never_acknowledged_are_cut_off) {
  base::random draw{3};
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(disk.write(batch(100).state(1).entries(4, 5, 1)));
    disk.crash(draw);
    auto loaded = disk.load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->damage.code, errc::none);
    if (loaded->entries.size() == 5U)
      return; // It survived.
    EXPECT_EQ(loaded->entries.size(), 3U);
  }
}

} // namespace
} // namespace quorate::storage
