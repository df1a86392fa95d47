// What every storage has to do, as a GoogleTest suite. An implementation names a type like this and
// instantiates it:
//
//   struct disk {
//     quorate::storage::store& open();  // Begins a life of the node on the same disk.
//     void close();            // Ends it: the process is gone, the machine isn't.
//     void cut_power();        // Ends it, and no unsynced write has to survive.
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(mine, storage_conformance, disk, );
//
// within namespace quorate::storage. It takes whatever a node may write, so that a storage that
// passes can be given to `local_cluster_options::make_storage`.
#pragma once

#include <gtest/gtest.h>
#include <quorate/storage.hpp>
#include <quorate/storage_image.hpp>
#include <quorate/testing/storage_batches.hpp>
#include <quorate/testing/storage_writer.hpp>

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace quorate::storage {

/// A seed is a run.
class conformance_random {
public:
  explicit conformance_random(std::uint64_t seed) : bits_(seed) {
    // nop
  }
  std::uint64_t below(std::uint64_t bound) {
    return bits_() % bound;
  }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  bool chance(std::uint64_t percent) {
    return below(100) < percent;
  }

private:
  std::mt19937_64 bits_;
};

template <class Disk>
class storage_conformance : public testing::Test {
public:
  /// Begins a life; what was found is in `found`.
  void open() {
    store = &disk.open();
    auto loaded = store->load();
    ASSERT_TRUE(loaded) << to_string(loaded.error());
    found = *loaded;
  }

  /// A node writes who it is before anything else.
  void write(write_batch what) {
    if (!std::exchange(named, true) && !what.identity)
      what.identity = static_cast<write_batch>(batch(1).identity("n", 1)).identity;
    auto written = store->write(std::move(what));
    ASSERT_TRUE(written) << to_string(written.error());
  }

  void sync(std::uint64_t expected) {
    auto synced = store->sync();
    ASSERT_TRUE(synced) << to_string(synced.error());
    EXPECT_EQ(*synced, write_sequence{expected});
  }

  /// Writes, syncs, and loads again after the worst end of a life.
  void write_and_reopen(std::initializer_list<write_batch> batches) {
    open();
    for (auto& each : batches)
      write(each);
    sync(std::prev(batches.end())->sequence.value);
    disk.cut_power();
    open();
  }

  std::string log() const {
    std::string text;
    for (auto& each : found.entries)
      text += std::to_string(each.index.value) + '@' + std::to_string(each.entry_term.value) + ' ';
    return text;
  }

  Disk disk;
  storage::store* store = nullptr;
  recovered found;
  bool named = false;
};

TYPED_TEST_SUITE_P(storage_conformance);

// -- durability -----------------------------------------------------------------------------------

TYPED_TEST_P(storage_conformance, starts_empty) {
  this->open();
  EXPECT_FALSE(this->found.identity);
  EXPECT_FALSE(this->found.lowest);
  EXPECT_EQ(this->found.state, hard_state{});
  EXPECT_EQ(this->found.image, nullptr);
  EXPECT_TRUE(this->found.entries.empty());
}

TYPED_TEST_P(storage_conformance, keeps_what_was_synced) {
  this->write_and_reopen({batch(1).identity("n", 1), batch(2).state(3, 2).entries(1, 3, 3)});
  ASSERT_TRUE(this->found.identity);
  EXPECT_EQ(this->found.identity->name, "n");
  EXPECT_EQ(this->found.identity->boots, 1u);
  EXPECT_EQ(this->found.state, state_in(3, 2));
  EXPECT_EQ(this->log(), "1@3 2@3 3@3 ");
  EXPECT_EQ(this->found.entries[0].payload.view(), "x");
}

TYPED_TEST_P(storage_conformance, syncs_all_that_was_accepted_and_says_how_far) {
  this->open();
  this->sync(0);
  this->write(batch(2).state(1));
  this->write(batch(5).state(2));
  this->sync(5);
  this->sync(5);
}

TYPED_TEST_P(storage_conformance, counts_writes_anew_in_each_life) {
  this->write_and_reopen({batch(7).state(1)});
  this->sync(0);
  this->write(batch(1).state(2));
  this->sync(1);
}

TYPED_TEST_P(storage_conformance, keeps_accepted_writes_when_only_the_process_ends) {
  this->open();
  this->write(batch(1).state(2).entries(1, 2, 2));
  this->disk.close();
  this->open();
  EXPECT_EQ(this->log(), "1@2 2@2 ");
}

TYPED_TEST_P(storage_conformance, keeps_no_write_without_those_before_it) {
  this->open();
  this->write(batch(1).state(1));
  this->sync(1);
  this->write(batch(2).state(2).entries(1, 1, 2));
  this->write(batch(3).entries(2, 2, 2));
  this->disk.cut_power();
  this->open();
  auto log = this->log();
  EXPECT_TRUE(log.empty() || log == "1@2 " || log == "1@2 2@2 ") << log;
  EXPECT_EQ(this->found.state, state_in(log.empty() ? 1 : 2)) << "half a batch";
}

// -- what a batch means ---------------------------------------------------------------------------

TYPED_TEST_P(storage_conformance, keeps_all_fields_of_an_entry) {
  raft::entry change = entry_at(1, 1, std::string{"\0\xFF", 2});
  change.kind = raft::entry_kind::membership;
  change.config = std::make_shared<raft::configuration>(image_at(1, 1)->config);
  raft::entry noop = entry_at(2, 1, "");
  noop.kind = raft::entry_kind::noop;
  this->write_and_reopen({batch(1).state(1).entry(change).entry(noop)});
  ASSERT_EQ(this->found.entries.size(), 2u);
  auto& again = this->found.entries[0];
  EXPECT_EQ(again.kind, raft::entry_kind::membership);
  EXPECT_EQ(again.payload, change.payload);
  ASSERT_NE(again.config, nullptr);
  EXPECT_EQ(*again.config, *change.config);
  EXPECT_EQ(this->found.entries[1].kind, raft::entry_kind::noop);
  EXPECT_EQ(this->found.entries[1].config, nullptr);
}

TYPED_TEST_P(storage_conformance, truncates_before_it_appends) {
  this->write_and_reopen(
    {batch(1).state(2).entries(1, 4, 2), batch(2).state(3).truncate_from(3).entries(3, 3, 3)});
  EXPECT_EQ(this->log(), "1@2 2@2 3@3 ");
}

TYPED_TEST_P(storage_conformance, truncates_nothing_beyond_the_end) {
  this->write_and_reopen(
    {batch(1).state(2).entries(1, 2, 2), batch(2).truncate_from(9).entries(3, 3, 2)});
  EXPECT_EQ(this->log(), "1@2 2@2 3@2 ");
}

TYPED_TEST_P(storage_conformance, keeps_the_log_beside_a_snapshot_of_its_own) {
  this->write_and_reopen({batch(1).state(2).entries(1, 4, 2), batch(2).image(3, 2, false)});
  ASSERT_NE(this->found.image, nullptr);
  EXPECT_EQ(this->found.image->last.index, log_index{3});
  EXPECT_EQ(this->found.image->image.view(), "image 3");
  EXPECT_EQ(this->found.image->config, image_at(3, 2)->config);
  EXPECT_EQ(this->log(), "1@2 2@2 3@2 4@2 ");
}

TYPED_TEST_P(storage_conformance, compacts_the_log_up_to_a_snapshot_at_most) {
  this->write_and_reopen(
    {batch(1).state(2).entries(1, 4, 2), batch(2).image(3, 2, false).compact_to(2)});
  EXPECT_EQ(this->log(), "3@2 4@2 ");
}

TYPED_TEST_P(storage_conformance, goes_on_behind_a_log_that_was_compacted_whole) {
  this->write_and_reopen({batch(1).state(2).entries(1, 4, 2),
                          batch(2).image(4, 2, false).compact_to(4), batch(3).entries(5, 5, 2)});
  EXPECT_EQ(this->log(), "5@2 ");
  EXPECT_EQ(this->found.image->last.index, log_index{4});
}

TYPED_TEST_P(storage_conformance, goes_on_behind_a_compacted_log_in_the_next_life) {
  this->write_and_reopen({batch(1).state(2).image(4, 2, true)});
  EXPECT_EQ(this->log(), "");
  this->write(batch(1).entries(5, 6, 2));
  this->sync(1);
  this->disk.cut_power();
  this->open();
  EXPECT_EQ(this->log(), "5@2 6@2 ");
}

TYPED_TEST_P(storage_conformance, drops_the_log_for_a_received_snapshot) {
  this->write_and_reopen(
    {batch(1).state(2).entries(1, 4, 2), batch(2).state(5).image(9, 5, true).entries(10, 10, 5)});
  EXPECT_EQ(this->found.image->last.index, log_index{9});
  EXPECT_EQ(this->log(), "10@5 ");
}

TYPED_TEST_P(storage_conformance, misses_no_entry_that_an_unsynced_snapshot_replaced) {
  // The snapshot ends before the log did, and may or may not have reached the disk.
  this->write_and_reopen({batch(1).state(2).entries(1, 8, 2)});
  constexpr int power_cuts = 16;
  for (int i = 0; i < power_cuts && !this->found.image; ++i) {
    EXPECT_EQ(this->found.entries.size(), 8u);
    this->write(batch(1).state(5).image(5, 5, true));
    this->disk.cut_power();
    this->open();
    ASSERT_EQ(this->found.damage.code, errc::none) << to_string(this->found.damage);
  }
}

TYPED_TEST_P(storage_conformance, keeps_floor_and_vote_when_the_log_is_dropped) {
  this->write_and_reopen({batch(1).identity("n", 1).state(2, 3).entries(1, 4, 2),
                          batch(2).image(3, 2, false), batch(3).drop_log(7, 4, 2)});
  EXPECT_EQ(this->found.lowest, (storage::floor{config_version{7}, {log_index{4}, term{2}}}));
  EXPECT_EQ(this->found.state, state_in(2, 3));
  EXPECT_TRUE(this->found.identity);
  EXPECT_EQ(this->found.image, nullptr);
  EXPECT_TRUE(this->found.entries.empty());
}

TYPED_TEST_P(storage_conformance, takes_a_log_from_its_beginning_after_a_drop) {
  this->write_and_reopen(
    {batch(1).state(2).entries(1, 4, 2), batch(2).drop_log(7, 4, 2), batch(3).entries(1, 2, 2)});
  EXPECT_EQ(this->log(), "1@2 2@2 ");
  EXPECT_EQ(this->found.lowest.version, config_version{7});
}

TYPED_TEST_P(storage_conformance, counts_boots) {
  this->write_and_reopen({batch(1).identity("n", 1), batch(2).identity("n", 2)});
  EXPECT_EQ(this->found.identity->boots, 2u);
}

// -- many lives -----------------------------------------------------------------------------------

TYPED_TEST_P(storage_conformance, agrees_with_the_model_over_many_lives) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    conformance_random draw{seed};
    TypeParam random_disk;
    image durable; // Of all synced writes.
    for (int life = 0; life < 5; ++life) {
      auto& opened = random_disk.open();
      auto loaded = opened.load();
      ASSERT_TRUE(loaded) << to_string(loaded.error());
      ASSERT_EQ(to_text(*loaded), to_text(durable.content())) << "seed " << seed;
      random_writer writer{draw, durable};
      for (std::uint64_t sequence = 1; sequence <= 30; ++sequence) {
        ASSERT_TRUE(opened.write(writer.next(sequence)));
        bool synced = !draw.chance(30) || opened.sync();
        ASSERT_TRUE(synced);
      }
      ASSERT_TRUE(opened.sync());
      durable = writer.written();
      random_disk.cut_power();
    }
  }
}

REGISTER_TYPED_TEST_SUITE_P(
  storage_conformance, starts_empty, keeps_what_was_synced,
  syncs_all_that_was_accepted_and_says_how_far, counts_writes_anew_in_each_life,
  keeps_accepted_writes_when_only_the_process_ends, keeps_no_write_without_those_before_it,
  keeps_all_fields_of_an_entry, truncates_before_it_appends, truncates_nothing_beyond_the_end,
  keeps_the_log_beside_a_snapshot_of_its_own, compacts_the_log_up_to_a_snapshot_at_most,
  goes_on_behind_a_log_that_was_compacted_whole, goes_on_behind_a_compacted_log_in_the_next_life,
  drops_the_log_for_a_received_snapshot, misses_no_entry_that_an_unsynced_snapshot_replaced,
  keeps_floor_and_vote_when_the_log_is_dropped, takes_a_log_from_its_beginning_after_a_drop,
  counts_boots, agrees_with_the_model_over_many_lives);

} // namespace quorate::storage
