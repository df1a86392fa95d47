// The real storage on a disk that fills up.
#include "quorate/testing/storage_batches.hpp"
#include "runtime/storage/rocksdb_store.hpp"
#include "tests/storage/simulated_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace quorate::storage {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

class a_small_disk : public testing::Test {
public:
  a_small_disk() {
    how.engine.directory = "/n1";
    how.engine.files = files_on(disk);
    how.engine.buffer_bytes = std::size_t{64} << 10;
    how.image_piece_bytes = std::size_t{64} << 10;
    how.reserve_bytes = 2 * mib;
    disk->set_capacity(8 * mib);
  }
  recovered open() {
    store.emplace(how);
    auto found = store->load();
    EXPECT_TRUE(found) << to_string(found.error());
    sequence = 0;
    EXPECT_TRUE(store->write(batch(++sequence).identity("n1", ++boots).state(1)));
    return found ? *found : recovered{};
  }
  /// One entry of 16 KiB.
  result<write_sequence> append() {
    const auto accepted = store->write(
      batch(++sequence).entry(entry_at(++entries, 1, std::string(16'384, 'x'))));
    return accepted ? store->sync() : accepted.error();
  }
  /// Until the storage says so; false: it never does, or fails before.
  bool fill_until(disk_room wanted) {
    for (int i = 0; i < 2'000; ++i) {
      if (store->room() == wanted)
        return true;
      const auto done = append();
      EXPECT_TRUE(done) << to_string(done.error());
      if (!done)
        return false;
    }
    return false;
  }
  /// Whether some is left.
  bool works() {
    const auto more = store->work();
    EXPECT_TRUE(more) << to_string(more.error());
    return more && *more;
  }
  std::size_t images() const {
    const auto names = disk->names_in("/n1");
    return static_cast<std::size_t>(std::count_if(
      names.begin(), names.end(), [](const auto& x) { return x.rfind("image-", 0) == 0; }));
  }

  std::shared_ptr<simulated_disk> disk = std::make_shared<simulated_disk>();
  rocksdb_store::options how;
  std::optional<rocksdb_store> store;
  std::uint64_t sequence = 0;
  std::uint64_t boots = 0;
  std::uint64_t entries = 0;
};

TEST_F(a_small_disk, says_that_it_fills_up_before_a_write_fails_and_goes_on_with_room) {
  open();
  EXPECT_EQ(store->room(), disk_room::enough);
  ASSERT_TRUE(fill_until(disk_room::low));
  ASSERT_TRUE(fill_until(disk_room::none));
  ASSERT_TRUE(append()) << "what was under way still has the rest of the reserve";
  disk->set_capacity(64 * mib);
  EXPECT_EQ(store->room(), disk_room::enough);
  ASSERT_TRUE(append());
  store->abandon();
  EXPECT_EQ(open().entries.size(), entries);
}

TEST_F(a_small_disk, that_is_full_ends_the_life_and_keeps_what_was_acknowledged) {
  how.reserve_bytes = 0;
  open();
  auto done = append();
  for (int i = 0; done && i < 2'000; ++i)
    done = append();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::storage_failed);
  EXPECT_THAT(done.error().message, HasSubstr("No space")) << "the engine's own words";
  EXPECT_FALSE(append()) << "and so is everything after it";
  store->abandon();
  disk->set_capacity(64 * mib);
  EXPECT_GE(open().entries.size(), entries - 2);
}

TEST_F(a_small_disk, puts_a_snapshot_off_until_there_is_room) {
  open();
  ASSERT_TRUE(fill_until(disk_room::low));
  auto image = std::make_shared<raft::snapshot>(*image_at(entries, 1));
  image->image = shared_bytes{std::string(4 * mib, 'i')};
  write_batch taken = batch(++sequence);
  taken.image = image;
  ASSERT_TRUE(store->write(std::move(taken)));
  ASSERT_TRUE(store->sync());
  auto more = store->work();
  while (more && *more && store->room() != disk_room::none)
    more = store->work();
  ASSERT_TRUE(more) << to_string(more.error());
  ASSERT_EQ(store->room(), disk_room::none);
  EXPECT_FALSE(works());
  EXPECT_TRUE(append());
  disk->set_capacity(64 * mib);
  EXPECT_EQ(store->room(), disk_room::enough);
  while (works()) {
    // Piece by piece.
  }
  store->abandon();
  const auto found = open();
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->image, image->image);
}

TEST_F(a_small_disk, wants_room_for_the_next_snapshot_unless_there_is_a_spare_file) {
  open();
  ASSERT_TRUE(append());
  for (std::uint64_t i = 1; i <= 2; ++i) {
    auto image = std::make_shared<raft::snapshot>(*image_at(1, 1));
    image->image = shared_bytes{std::string(2 * mib, 'i')};
    write_batch taken = batch(++sequence);
    taken.image = image;
    ASSERT_TRUE(store->write(std::move(taken)));
    while (works()) {
      // Piece by piece.
    }
    ASSERT_TRUE(store->sync());
    disk->set_capacity(disk->free_bytes() > 0 ? 1'024 * mib : 0);
    const auto used = 1'024 * mib - disk->free_bytes();
    disk->set_capacity(used + 3 * mib);
    // Three are free, two of them the reserve.
    EXPECT_EQ(store->room(), i == 1 ? disk_room::low : disk_room::enough);
    disk->set_capacity(64 * mib);
    EXPECT_EQ(store->room(), disk_room::enough);
  }
}

TEST_F(a_small_disk, refuses_a_received_snapshot_that_cannot_fit_before_it_begins) {
  open();
  ASSERT_TRUE(append());
  auto image = std::make_shared<raft::snapshot>(*image_at(100, 1));
  image->image = shared_bytes{std::string(9 * mib, 'i')};
  write_batch received = batch(++sequence);
  received.image = image;
  received.image_replaces_log = true;
  ASSERT_TRUE(store->write(std::move(received)));
  const auto synced = store->sync();
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().code, errc::storage_failed);
  EXPECT_THAT(synced.error().message, HasSubstr("9437184 bytes"));
  EXPECT_EQ(images(), 0u);
  store->abandon();
  EXPECT_EQ(open().entries.size(), 1u);
}

} // namespace
} // namespace quorate::storage
