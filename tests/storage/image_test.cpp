// What no correct node writes. What batches mean is in the conformance suite.
#include "quorate/storage_image.hpp"
#include "quorate/testing/storage_batches.hpp"

#include <gtest/gtest.h>

namespace quorate::storage {

namespace {

/// Entries 1 to 6 of term 2, a snapshot at 4, of which entries up to 2 are compacted.
class image_death : public testing::Test {
public:
  image_death() {
    content.apply(batch(1).identity("n", 3).state(2, 5).entries(1, 6, 2));
    content.apply(batch(2).image(4, 2, false).compact_to(2));
  }

  void expect_abort(const write_batch& what) {
    EXPECT_DEATH(content.apply(what), "broken invariant");
  }

  image content;
};

TEST_F(image_death, follows_a_gap_in_the_log) {
  expect_abort(batch(3).entries(8, 8, 2));
  expect_abort(batch(3).entries(6, 6, 2));
  expect_abort(batch(3).truncate_from(6).entries(7, 7, 2));
}

TEST_F(image_death, follows_a_term_that_falls) {
  expect_abort(batch(3).entries(7, 7, 1));
  expect_abort(batch(3).state(1));
}

TEST_F(image_death, follows_an_entry_of_a_term_that_was_not_written) {
  expect_abort(batch(3).entries(7, 7, 3));
  content.apply(batch(3).state(3).entries(7, 7, 3));
}

TEST_F(image_death, follows_a_second_vote_in_a_term) {
  expect_abort(batch(3).state(2, 4));
  expect_abort(batch(3).state(2));
  content.apply(batch(3).state(2, 5));
  content.apply(batch(4).state(3, 4));
}

TEST_F(image_death, follows_the_loss_of_what_a_snapshot_covers) {
  expect_abort(batch(3).truncate_from(4));
  expect_abort(batch(3).truncate_from(1));
  content.apply(batch(3).truncate_from(5));
}

TEST_F(image_death, follows_compaction_beyond_the_snapshot) {
  expect_abort(batch(3).compact_to(5));
  content.apply(batch(3).compact_to(4));
}

TEST_F(image_death, follows_a_snapshot_of_what_is_not_in_the_log) {
  expect_abort(batch(3).image(7, 2, false));
  expect_abort(batch(3).image(5, 1, false));
  expect_abort(batch(3).image(3, 2, false));
}

TEST_F(image_death, follows_a_log_that_is_replaced_by_nothing) {
  write_batch what = batch(3);
  what.image_replaces_log = true;
  expect_abort(what);
}

TEST_F(image_death, follows_a_floor_that_falls) {
  expect_abort(batch(3).drop_log(0, 1, 1));
  content.apply(batch(3).drop_log(7, 6, 2));
  expect_abort(batch(4).drop_log(6, 6, 2));
}

TEST_F(image_death, follows_another_storage_id_or_an_older_boot) {
  expect_abort(batch(3).identity("n", 2));
  write_batch other = batch(3).identity("n", 4);
  other.identity->storage = storage_id{9, 9};
  expect_abort(other);
}

TEST_F(image_death, follows_a_configuration_in_the_wrong_entry) {
  auto command = entry_at(7, 2);
  command.config = std::make_shared<raft::configuration>();
  expect_abort(batch(3).entry(command));
  auto change = entry_at(7, 2);
  change.kind = raft::entry_kind::membership;
  expect_abort(batch(3).entry(change));
}

TEST(image, finds_entries_by_index) {
  image content;
  EXPECT_EQ(content.find(log_index{0}), nullptr);
  content.apply(batch(1).state(2).entries(1, 6, 2));
  content.apply(batch(2).image(4, 2, false).compact_to(2));
  EXPECT_EQ(content.find(log_index{2}), nullptr);
  EXPECT_EQ(content.find(log_index{3})->index, log_index{3});
  EXPECT_EQ(content.find(log_index{6})->index, log_index{6});
  EXPECT_EQ(content.find(log_index{7}), nullptr);
}

} // namespace

} // namespace quorate::storage
