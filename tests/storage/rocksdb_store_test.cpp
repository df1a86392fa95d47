#include "runtime/storage/rocksdb_store.hpp"

#include "quorate/testing/storage_conformance.hpp"
#include "runtime/storage/durable_mark.hpp"
#include "runtime/storage/records.hpp"
#include "tests/storage/temporary_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace quorate::storage {
namespace {

rocksdb_store::options in(const std::string& directory) {
  rocksdb_store::options out;
  out.engine.directory = directory;
  out.engine.buffer_bytes = std::size_t{64} << 10; // Tables and compactions in small tests, too.
  return out;
}

struct rocksdb_disk {
  store& open() {
    return content;
  }
  void close() {
    ASSERT_TRUE(content.close());
  }
  void cut_power() {
    content.abandon();
  }

  temporary_directory where;
  rocksdb_store content{in(where / "n1")};
};

INSTANTIATE_TYPED_TEST_SUITE_P(rocksdb, storage_conformance, rocksdb_disk, );

std::string bytes_of(const std::string& file) {
  std::ifstream from{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{from}, {}};
}

void overwrite(const std::string& file, const std::string& content) {
  std::ofstream{file, std::ios::binary} << content;
}

class on_disk : public testing::Test {
public:
  static constexpr auto name = "n1";

  void open() {
    auto loaded = store.load();
    ASSERT_TRUE(loaded) << to_string(loaded.error());
    found = *loaded;
  }
  void write(write_batch what) {
    auto written = store.write(std::move(what));
    ASSERT_TRUE(written);
  }
  void sync() {
    auto synced = store.sync();
    ASSERT_TRUE(synced) << to_string(synced.error());
  }
  /// Some entries, each in a sync of its own, and the end of the life.
  void write_log(std::uint64_t count) {
    open();
    write(batch(1).identity("n", 1).state(1));
    sync();
    for (std::uint64_t i = 1; i <= count; ++i) {
      write(batch(i + 1).entry(entry_at(i, 1, "payload of " + std::to_string(i))));
      sync();
    }
    store.abandon();
  }
  errc load_error() {
    auto loaded = store.load();
    return loaded ? errc::none : loaded.error().code;
  }
  std::string path(const std::string& file) const {
    return directory + '/' + file;
  }
  /// Those of a kind, ascending.
  std::vector<std::string> files(const std::string& within, const std::string& ending) const {
    std::vector<std::string> out;
    for (const auto& x : std::filesystem::directory_iterator{path(within)})
      if (x.path().extension() == ending)
        out.push_back(x.path().string());
    std::sort(out.begin(), out.end());
    return out;
  }
  /// The engine's own log, where the entry stands.
  std::string wal_with(const std::string& text) const {
    for (const auto& file : files("table", ".log"))
      if (bytes_of(file).find(text) != std::string::npos)
        return file;
    ADD_FAILURE() << "no log has " << text;
    return {};
  }

  temporary_directory where;
  std::string directory = where / name;
  rocksdb_store store{in(directory)};
  recovered found;
};

// -- a torn end and damage before it --------------------------------------------------------------

TEST_F(on_disk, a_torn_end_that_was_never_promised_is_cut_off) {
  write_log(3);
  open();
  write(batch(1).entry(entry_at(4, 1, "payload of 4")));
  const auto mark = bytes_of(path("durable_mark"));
  sync();
  store.abandon();
  overwrite(path("durable_mark"), mark); // The power failed right behind the write of the log,
  const auto wal = wal_with("payload of 4");
  auto bytes = bytes_of(wal);
  overwrite(wal, bytes.substr(0, bytes.find("payload of 4") + 3)); // of which a part arrived.
  open();
  EXPECT_EQ(found.damage.code, errc::none) << to_string(found.damage);
  ASSERT_EQ(found.entries.size(), 3U);
}

TEST_F(on_disk, an_end_that_was_promised_and_is_gone_is_damage) {
  write_log(3);
  const auto wal = wal_with("payload of 3");
  auto bytes = bytes_of(wal);
  overwrite(wal, bytes.substr(0, bytes.find("payload of 3") + 3));
  open();
  EXPECT_EQ(found.damage.code, errc::storage_corrupt);
  EXPECT_NE(found.damage.message.find("write 4"), std::string::npos) << found.damage.message;
  ASSERT_TRUE(found.identity) << "it can say who it is";
  EXPECT_EQ(found.identity->name, "n");
  EXPECT_TRUE(found.entries.empty());
}

// The engine recovers up to the damage and says nothing: only the mark knows that there was more.
TEST_F(on_disk, a_flipped_byte_in_the_middle_of_the_log_is_damage) {
  write_log(20);
  const auto wal = wal_with("payload of 7");
  auto bytes = bytes_of(wal);
  bytes[bytes.find("payload of 7")] ^= 1;
  overwrite(wal, bytes);
  open();
  EXPECT_EQ(found.damage.code, errc::storage_corrupt) << to_string(found.damage);
  store.abandon();
  open(); // Not only the first time, though the engine has cut its log off by now.
  EXPECT_EQ(found.damage.code, errc::storage_corrupt);
}

TEST_F(on_disk, a_flipped_byte_in_a_table_file_is_damage) {
  write_log(5);
  open(); // The engine moves its log to a table file.
  ASSERT_EQ(found.entries.size(), 5U);
  store.abandon();
  const auto tables = files("table", ".sst");
  ASSERT_FALSE(tables.empty());
  auto bytes = bytes_of(tables.front());
  bytes[bytes.find("payload of 2")] ^= 1;
  overwrite(tables.front(), bytes);
  const auto loaded = store.load();
  ASSERT_TRUE(!loaded || loaded->damage.code != errc::none);
  EXPECT_EQ(loaded ? loaded->damage.code : loaded.error().code, errc::storage_corrupt);
}

TEST_F(on_disk, a_suffix_that_was_cut_off_on_purpose_is_not_missed) {
  write_log(5);
  open();
  write(batch(1).state(2).truncate_from(3));
  sync();
  store.abandon();
  open();
  EXPECT_EQ(found.damage.code, errc::none) << to_string(found.damage);
  EXPECT_EQ(found.entries.size(), 2U);
}

// Simulated disk: the log ended where it had ended before it was written anew.
TEST_F(on_disk, a_suffix_that_was_written_anew_and_is_old_again_is_damage) {
  write_log(5);
  open();
  write(batch(1).state(2).truncate_from(3).entry(entry_at(3, 2, "another 3")).entries(4, 5, 2));
  sync();
  store.abandon();
  const auto wal = wal_with("another 3");
  auto bytes = bytes_of(wal);
  bytes[bytes.find("another 3")] ^= 1;
  overwrite(wal, bytes);
  open();
  EXPECT_EQ(found.damage.code, errc::storage_corrupt);
}

TEST_F(on_disk, a_vote_that_is_lost_is_damage) {
  write_log(2);
  open();
  write(batch(1).state(7, 3));
  sync();
  store.abandon();
  auto wal = files("table", ".log").back();
  auto bytes = bytes_of(wal);
  ASSERT_GT(bytes.size(), 20U);
  bytes[bytes.size() - 10] ^= 1;
  overwrite(wal, bytes);
  open();
  EXPECT_EQ(found.damage.code, errc::storage_corrupt) << to_string(found.damage);
}

// -- the durable mark -----------------------------------------------------------------------------

// Simulated disk, seed 76: the power failed while the first mark was written.
TEST_F(on_disk, a_torn_mark_of_a_table_without_anything_begins_anew) {
  open();
  store.abandon();
  overwrite(path("durable_mark"), "torn");
  open();
  EXPECT_EQ(found.damage.code, errc::none);
  EXPECT_FALSE(found.identity);
}

TEST_F(on_disk, a_missing_mark_is_damage) {
  write_log(3);
  std::filesystem::remove(path("durable_mark"));
  EXPECT_EQ(load_error(), errc::storage_corrupt);
}

TEST_F(on_disk, a_mark_with_one_torn_slot_is_the_other_one) {
  write_log(3);
  const auto bytes = bytes_of(path("durable_mark"));
  const auto first = decode_mark(bytes);
  const auto second = decode_mark(bytes.substr(mark_slot_bytes));
  ASSERT_TRUE(first && second);
  auto torn = bytes;
  torn[first->number > second->number ? 0 : mark_slot_bytes] ^= 1;
  overwrite(path("durable_mark"), torn);
  open();
  EXPECT_EQ(found.damage.code, errc::none);
  EXPECT_EQ(found.entries.size(), 3U);
}

TEST_F(on_disk, a_mark_without_a_whole_slot_is_damage) {
  write_log(3);
  overwrite(path("durable_mark"), std::string(2 * mark_slot_bytes, 'x'));
  EXPECT_EQ(load_error(), errc::storage_corrupt);
}

// -- who may open it ------------------------------------------------------------------------------

TEST_F(on_disk, two_lives_at_once_are_refused) {
  open();
  rocksdb_store second{in(directory)};
  const auto loaded = second.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, errc::storage_locked);
  EXPECT_NE(loaded.error().message.find(directory), std::string::npos);
  store.abandon();
  EXPECT_TRUE(second.load());
}

TEST_F(on_disk, a_directory_that_cannot_be_made_is_said) {
  rocksdb_store lost{in(where / "missing/n1")};
  EXPECT_EQ(lost.load().error().code, errc::storage_unreadable);
}

TEST_F(on_disk, a_file_in_place_of_the_directory_is_said) {
  overwrite(where / "file", "not a directory");
  rocksdb_store lost{in(where / "file")};
  EXPECT_EQ(lost.load().error().code, errc::storage_unreadable);
}

TEST_F(on_disk, a_later_format_is_refused_and_left_alone) {
  rocksdb_engine::settings how{directory, nullptr};
  {
    auto engine = rocksdb_engine::open(how);
    ASSERT_TRUE(engine);
    std::string content(1, static_cast<char>(record_format + 1));
    (*engine)->put(identity_key, sealed(identity_key, content + "of tomorrow"));
    ASSERT_TRUE((*engine)->commit());
  }
  EXPECT_EQ(load_error(), errc::storage_format_newer);
  EXPECT_EQ(load_error(), errc::storage_format_newer);
}

// -- what else may be unreadable ------------------------------------------------------------------

TEST_F(on_disk, an_unreadable_floor_is_amnesia) {
  open();
  write(batch(1).identity("n", 1).state(1).entries(1, 3, 1));
  write(batch(2).drop_log(4, 3, 1));
  sync();
  store.abandon();
  {
    auto engine = rocksdb_engine::open({directory, nullptr});
    ASSERT_TRUE(engine);
    (*engine)->put(floor_key, "\1rubbish rubbish");
    ASSERT_TRUE((*engine)->commit());
  }
  open();
  EXPECT_EQ(found.damage.code, errc::storage_amnesiac);
}

TEST_F(on_disk, data_without_its_marker_is_amnesia) {
  write_log(3);
  {
    auto engine = rocksdb_engine::open({directory, nullptr});
    ASSERT_TRUE(engine);
    (*engine)->erase(identity_key);
    ASSERT_TRUE((*engine)->commit());
  }
  open();
  EXPECT_EQ(found.damage.code, errc::storage_amnesiac);
}

// -- snapshots ------------------------------------------------------------------------------------

std::shared_ptr<const raft::snapshot> large_image(std::uint64_t index, std::size_t bytes) {
  auto out = std::make_shared<raft::snapshot>(*image_at(index, 1));
  out->image = shared_bytes{std::string(bytes, static_cast<char>('a' + index))};
  return out;
}

class with_small_pieces : public on_disk {
public:
  with_small_pieces() {
    auto how = in(directory);
    how.image_piece_bytes = 100;
    small.emplace(how);
  }
  void open_small() {
    auto loaded = small->load();
    ASSERT_TRUE(loaded) << to_string(loaded.error());
    found = *loaded;
  }
  write_batch taken(std::uint64_t sequence, std::uint64_t index, std::size_t bytes) const {
    write_batch out = batch(sequence);
    out.image = large_image(index, bytes);
    return out;
  }
  void begin_log() {
    open_small();
    ASSERT_TRUE(small->write(batch(1).identity("n", 1).state(1).entries(1, 9, 1)));
    ASSERT_TRUE(small->sync());
  }
  void work_until_done() {
    for (int i = 0; i < 100; ++i) {
      const auto more = small->work();
      ASSERT_TRUE(more);
      if (!*more)
        return;
    }
    FAIL() << "it never ends";
  }
  std::size_t image_files() const {
    std::size_t out = 0;
    for (const auto& x : std::filesystem::directory_iterator{directory})
      out += number_of(x.path().filename().string()) ? 1 : 0;
    return out;
  }

  std::optional<rocksdb_store> small;
};

TEST_F(with_small_pieces, a_log_goes_on_while_its_snapshot_is_written) {
  begin_log();
  ASSERT_TRUE(small->write(taken(2, 5, 450)));
  ASSERT_TRUE(small->write(batch(3).compact_to(4)));
  ASSERT_TRUE(small->write(batch(4).entries(10, 10, 1)));
  ASSERT_EQ(*small->sync(), write_sequence{4});
  ASSERT_TRUE(*small->work());
  ASSERT_TRUE(small->write(batch(5).entries(11, 11, 1)));
  ASSERT_EQ(*small->sync(), write_sequence{5});
  small->abandon(); // Before the snapshot is whole.
  open_small();
  EXPECT_EQ(found.image, nullptr);
  EXPECT_EQ(found.entries.size(), 11U) << "what it would have allowed to compact is there";
  EXPECT_EQ(image_files(), 0U) << "and its pieces are not";
}

TEST_F(with_small_pieces, a_snapshot_allows_its_compaction_once_it_is_whole) {
  begin_log();
  ASSERT_TRUE(small->write(taken(2, 5, 450)));
  ASSERT_TRUE(small->write(batch(3).compact_to(4)));
  ASSERT_TRUE(small->sync());
  work_until_done();
  small->abandon();
  open_small();
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->image, large_image(5, 450)->image);
  ASSERT_EQ(found.entries.size(), 5U);
  EXPECT_EQ(found.entries.front().index, log_index{5});
}

TEST_F(with_small_pieces, a_newer_snapshot_waits_for_the_one_under_way) {
  begin_log();
  ASSERT_TRUE(small->write(taken(2, 5, 450)));
  ASSERT_TRUE(small->sync());
  ASSERT_TRUE(*small->work());
  ASSERT_TRUE(small->write(taken(3, 7, 350)));
  ASSERT_TRUE(small->write(taken(4, 9, 250)));
  work_until_done();
  small->abandon();
  open_small();
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->last.index, log_index{9}) << "that of 7 had become old";
  EXPECT_EQ(image_files(), 2U) << "one is spare";
}

TEST_F(with_small_pieces, a_received_snapshot_stops_the_one_under_way) {
  begin_log();
  ASSERT_TRUE(small->write(taken(2, 5, 450)));
  ASSERT_TRUE(small->sync());
  ASSERT_TRUE(*small->work());
  auto received = taken(3, 20, 330);
  received.image_replaces_log = true;
  ASSERT_TRUE(small->write(received));
  ASSERT_TRUE(small->sync());
  EXPECT_FALSE(*small->work());
  small->abandon();
  open_small();
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->last.index, log_index{20});
  EXPECT_TRUE(found.entries.empty());
  EXPECT_EQ(image_files(), 2U) << "one is spare";
}

TEST_F(with_small_pieces, a_shorter_snapshot_is_written_over_a_longer_one) {
  begin_log();
  std::uint64_t sequence = 2;
  for (std::size_t bytes : {450U, 350U, 250U, 150U}) {
    ASSERT_TRUE(small->write(taken(sequence, sequence + 1, bytes)));
    ++sequence;
    work_until_done();
    small->abandon();
    open_small();
    ASSERT_NE(found.image, nullptr) << bytes;
    EXPECT_EQ(found.image->image, large_image(sequence, bytes)->image);
    EXPECT_LE(image_files(), 2U);
  }
}

// The conformance suite: it was taken for a spare one, and isn't there.
TEST_F(with_small_pieces,
       a_received_snapshot_that_is_superseded_before_it_is_written_leaves_no_file) {
  begin_log();
  for (std::uint64_t i : {2U, 3U}) {
    auto received = taken(i, 10 * i, 330);
    received.image_replaces_log = true;
    ASSERT_TRUE(small->write(received));
  }
  ASSERT_TRUE(small->sync());
  auto received = taken(4, 40, 330);
  received.image_replaces_log = true;
  ASSERT_TRUE(small->write(received));
  ASSERT_TRUE(small->sync());
  small->abandon();
  open_small();
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->last.index, log_index{40});
}

// The conformance suite, seed 12: the received one was written under the other's number.
TEST_F(with_small_pieces, a_received_snapshot_and_one_taken_right_behind_it_are_two_files) {
  begin_log();
  auto received = taken(2, 20, 330);
  received.image_replaces_log = true;
  ASSERT_TRUE(small->write(received));
  ASSERT_TRUE(small->write(batch(3).entries(21, 22, 1)));
  ASSERT_TRUE(small->write(batch(4).image(21, 1, false)));
  ASSERT_TRUE(small->sync());
  small->abandon();
  open_small();
  ASSERT_NE(found.image, nullptr) << to_string(found.damage);
  EXPECT_EQ(found.image->image, image_at(21, 1)->image);
  EXPECT_EQ(found.entries.size(), 2U);
}

// Simulated disk, seed 1: the received one was written in the middle of the other.
TEST_F(with_small_pieces, a_snapshot_in_pieces_waits_for_a_received_one) {
  begin_log();
  auto received = taken(2, 20, 330);
  received.image_replaces_log = true;
  ASSERT_TRUE(small->write(received));
  ASSERT_TRUE(small->write(batch(3).entries(21, 22, 1)));
  ASSERT_TRUE(small->write(taken(4, 21, 450)));
  ASSERT_TRUE(*small->work());
  ASSERT_TRUE(small->sync());
  work_until_done();
  small->abandon();
  open_small();
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->image, large_image(21, 450)->image);
}

TEST_F(with_small_pieces, a_dropped_log_takes_its_snapshots_along) {
  begin_log();
  ASSERT_TRUE(small->write(taken(2, 5, 50)));
  ASSERT_TRUE(small->sync());
  EXPECT_EQ(image_files(), 1U);
  ASSERT_TRUE(small->write(taken(3, 8, 450)));
  ASSERT_TRUE(small->sync());
  ASSERT_TRUE(*small->work());
  ASSERT_TRUE(small->write(batch(4).drop_log(4, 9, 1)));
  ASSERT_TRUE(small->sync());
  EXPECT_FALSE(*small->work());
  EXPECT_EQ(image_files(), 0U);
  small->abandon();
  open_small();
  EXPECT_EQ(found.image, nullptr);
  EXPECT_EQ(found.lowest.version, config_version{4});
}

TEST_F(with_small_pieces, a_damaged_snapshot_whose_log_is_gone_is_amnesia) {
  begin_log();
  ASSERT_TRUE(small->write(batch(2).image(5, 1, false).compact_to(4)));
  ASSERT_TRUE(small->sync());
  small->abandon();
  auto bytes = bytes_of(path("image-1"));
  ASSERT_FALSE(bytes.empty());
  bytes[0] ^= 1;
  overwrite(path("image-1"), bytes);
  open_small();
  EXPECT_EQ(found.damage.code, errc::storage_amnesiac) << to_string(found.damage);
}

TEST_F(with_small_pieces, a_damaged_snapshot_with_its_whole_log_is_not_needed) {
  begin_log();
  ASSERT_TRUE(small->write(batch(2).image(5, 1, false)));
  ASSERT_TRUE(small->sync());
  small->abandon();
  overwrite(path("image-1"), "");
  open_small();
  EXPECT_EQ(found.damage.code, errc::none) << to_string(found.damage);
  EXPECT_EQ(found.image, nullptr);
  EXPECT_EQ(found.entries.size(), 9U);
}

} // namespace
} // namespace quorate::storage
