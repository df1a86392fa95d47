// A crash in the middle of the one write, at each change of a simulated disk.
#include "runtime/recover/forced.hpp"
#include "runtime/storage/rocksdb_store.hpp"
#include "tests/recover/left_disk.hpp"
#include "tests/storage/simulated_files.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace quorate::recover {
namespace {

using storage::simulated_disk;

constexpr fingerprint fresh{21, 22};

/// A node's storage on a disk that can stop at any moment.
class a_dying_disk {
public:
  a_dying_disk() {
    how_.engine.directory = "/n1";
    how_.engine.files = files_on(disk);
    left_disk from{membership::situations::written_cluster{}.members({1, 2, 3})};
    const auto session = from.open_session();
    for (std::uint64_t i = 1; i <= 20; ++i)
      from.put(session, i, "key " + std::to_string(i), std::string(100, 'v'));
    storage::write_batch all;
    all.sequence = storage::write_sequence{1};
    all.identity = from.found.identity;
    all.state = from.found.state;
    all.image = from.found.image;
    all.image_replaces_log = true;
    all.entries = from.found.entries;
    storage::rocksdb_store store{how_};
    EXPECT_TRUE(store.load() && store.write(std::move(all)) && store.sync() && store.close());
  }

  /// The whole of it; an error wherever the disk gave up.
  result<void> apply() {
    storage::rocksdb_store store{how_};
    const auto loaded = store.load();
    if (!loaded)
      return loaded.error();
    auto batch = forced(examine("/n1", *loaded), fresh);
    EXPECT_TRUE(batch) << to_string(batch.error());
    if (auto done = store.write(std::move(batch).value()); !done)
      return done;
    if (auto done = store.sync(); !done)
      return done.error();
    return store.close();
  }

  found read() {
    storage::rocksdb_store store{how_};
    auto loaded = store.load();
    EXPECT_TRUE(loaded) << to_string(loaded.error());
    return loaded ? examine("/n1", *loaded) : found{};
  }

  std::shared_ptr<simulated_disk> disk = std::make_shared<simulated_disk>();

private:
  storage::rocksdb_store::options how_;
};

/// As it was, or as it shall be; and then the same phrase leads on.
void expect_one_or_the_other(a_dying_disk& x, const std::string& phrase, bool acknowledged) {
  const auto after = x.read();
  ASSERT_TRUE(after.replayed) << to_string(after.about.unusable);
  EXPECT_EQ(after.replayed->store().size(), 20U);
  if (after.identity.cluster == fresh) {
    EXPECT_EQ(after.replayed->nodes().identity().cluster, fresh);
    EXPECT_EQ(after.replayed->nodes().members().size(), 1U);
    EXPECT_TRUE(done_before(after, phrase));
    return;
  }
  EXPECT_FALSE(acknowledged);
  EXPECT_EQ(phrase_of(after), phrase);
  EXPECT_EQ(after.replayed->nodes().members().size(), 3U);
  ASSERT_TRUE(x.apply()) << "it can be tried again";
  EXPECT_TRUE(done_before(x.read(), phrase));
}

void strike(a_dying_disk& x, int how) {
  base::random draw{static_cast<std::uint64_t>(how) + 1};
  if (how == 0)
    x.disk->process_death();
  else
    x.disk->power_failure(draw, how == 1 ? simulated_disk::loss::everything
                                         : simulated_disk::loss::something);
}

TEST(a_crash_while_it_is_applied, leaves_the_directory_as_it_was_or_as_it_shall_be) {
  std::uint64_t changes = 0;
  std::string phrase;
  {
    a_dying_disk whole;
    phrase = phrase_of(whole.read());
    const auto before = whole.disk->changes();
    ASSERT_TRUE(whole.apply());
    changes = whole.disk->changes() - before;
  }
  ASSERT_GT(changes, 5U);
  for (std::uint64_t at = 1; at <= changes; ++at)
    for (const int how : {0, 1, 2}) {
      SCOPED_TRACE("at change " + std::to_string(at) + " of " + std::to_string(changes) + ", end "
                   + std::to_string(how));
      a_dying_disk x;
      ASSERT_EQ(phrase_of(x.read()), phrase);
      x.disk->stop_at(at);
      const bool acknowledged = static_cast<bool>(x.apply());
      strike(x, how);
      expect_one_or_the_other(x, phrase, acknowledged);
      ASSERT_FALSE(testing::Test::HasFailure());
    }
}

TEST(a_write_that_fails_while_it_is_applied, is_told_and_leaves_one_or_the_other) {
  for (std::uint64_t at = 1; at <= 40; ++at)
    for (const auto how : {storage::disk_answer::io_error, storage::disk_answer::no_space}) {
      SCOPED_TRACE("at change " + std::to_string(at));
      a_dying_disk x;
      const auto phrase = phrase_of(x.read());
      x.disk->fail_at(at, how);
      const bool acknowledged = static_cast<bool>(x.apply());
      x.disk->process_death();
      expect_one_or_the_other(x, phrase, acknowledged);
      ASSERT_FALSE(testing::Test::HasFailure());
    }
}

} // namespace
} // namespace quorate::recover
