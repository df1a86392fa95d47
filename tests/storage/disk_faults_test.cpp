// The real storage, engine and all, on a simulated disk that loses, tears and reorders what wasn't
// synced, fails, and stops in the middle.
#include "quorate/testing/storage_writer.hpp"
#include "runtime/storage/rocksdb_store.hpp"
#include "tests/storage/simulated_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace quorate::storage {
namespace {

/// Runs that many seeds, scaled by QUORATE_SEEDS_PERCENT.
std::uint64_t scaled(std::uint64_t seeds) {
  const char* percent = std::getenv("QUORATE_SEEDS_PERCENT");
  return std::max<std::uint64_t>(
    1, percent != nullptr ? seeds * std::strtoull(percent, nullptr, 10) / 100 : seeds);
}

bool same(const raft::entry& a, const raft::entry& b) {
  return a.index == b.index && a.entry_term == b.entry_term && a.kind == b.kind
         && a.payload == b.payload;
}

/// Whether `found` is what `wanted` says. A snapshot that the node took itself, and the compaction
/// that it allows, may be older (`store::work`): then the log is there instead.
bool agrees(const recovered& found, const image& wanted) {
  const auto x = wanted.content();
  const bool marker = found.identity.has_value() == x.identity.has_value()
                      && (!found.identity || found.identity->boots == x.identity->boots);
  if (!marker || found.lowest != x.lowest || found.state != x.state)
    return false;
  const auto image_end = found.image ? found.image->last.index : log_index{};
  const auto last = found.entries.empty() ? image_end
                                          : std::max(image_end, found.entries.back().index);
  if (last != wanted.last().index)
    return false;
  if (found.image && !x.image)
    return false;
  if (found.image && found.image->last == x.image->last && found.image->image != x.image->image)
    return false;
  for (const auto& entry : x.entries) {
    const auto at = std::find_if(found.entries.begin(), found.entries.end(),
                                 [&](const raft::entry& y) { return y.index == entry.index; });
    if (at == found.entries.end() ? entry.index > image_end : !same(*at, entry))
      return false;
  }
  return true;
}

/// One disk, and what its storage has promised.
class trial {
public:
  explicit trial(std::uint64_t seed) : draw{seed} {
    how_.engine.directory = "/n1";
    how_.engine.files = files_on(disk);
    how_.engine.buffer_bytes = std::size_t{4} << draw.between(10, 16);
    how_.image_piece_bytes = draw.chance(50) ? 3 : 1'000;
    possible_.emplace_back();
  }

  /// A life begins; what is found is one of the possible contents. False: the test has failed, or
  /// the storage says so.
  bool open() {
    store_.emplace(how_);
    const auto loaded = store_->load();
    if (!loaded) {
      refused = loaded.error();
      return false;
    }
    refused = loaded->damage;
    if (refused.code != errc::none)
      return false;
    for (const auto& x : possible_)
      if (agrees(*loaded, x)) {
        const auto now = image{*loaded};
        possible_.assign(1, now);
        sequence_ = 0;
        return true;
      }
    ADD_FAILURE() << "found " << to_text(*loaded) << "\nbut acknowledged was "
                  << to_text(possible_.front().content()) << "\nand accepted "
                  << to_text(possible_.back().content());
    return false;
  }

  /// Writes, now and then a sync or a piece of a snapshot, until something fails. True: nothing
  /// did.
  bool live(int batches) {
    random_writer writer{draw, possible_.back()};
    for (int i = 0; i < batches; ++i) {
      auto batch = writer.next(++sequence_);
      possible_.push_back(writer.written());
      if (!done(store_->write(std::move(batch))))
        return false;
      if (draw.chance(30) && !sync())
        return false;
      if (draw.chance(30) && !done(store_->work()))
        return false;
    }
    return sync();
  }

  bool sync() {
    const auto synced = store_->sync();
    if (!done(synced))
      return false;
    EXPECT_EQ(synced->value, sequence_);
    possible_.erase(possible_.begin(), std::prev(possible_.end()));
    return true;
  }

  /// A life ends.
  void end() {
    store_->abandon();
    store_.reset();
  }

  base::random draw;
  std::shared_ptr<simulated_disk> disk = std::make_shared<simulated_disk>();
  error refused;

private:
  template <class T>
  bool done(const result<T>& x) {
    if (x)
      return true;
    EXPECT_EQ(x.error().code, errc::storage_failed) << to_string(x.error());
    EXPECT_FALSE(store_->sync()) << "what has failed stays so";
    return false;
  }

  rocksdb_store::options how_;
  std::optional<rocksdb_store> store_;
  std::vector<image> possible_; ///< The last one that was acknowledged, and what was accepted
                                ///< since.
  std::uint64_t sequence_ = 0;
};

/// How a life ends.
void strike(trial& in) {
  switch (in.draw.below(3)) {
  case 0:
    return in.disk->process_death();
  case 1:
    return in.disk->power_failure(in.draw, simulated_disk::loss::everything);
  default:
    return in.disk->power_failure(in.draw, simulated_disk::loss::something);
  }
}

// -- what was acknowledged is there ---------------------------------------------------------------

void play(std::uint64_t seed) {
  trial x{seed};
  for (int life = 0; life < 6 && !testing::Test::HasFailure(); ++life) {
    const auto fault = x.draw.below(4);
    if (fault == 1)
      x.disk->fail_at(x.draw.between(1, 150), disk_answer::io_error);
    if (fault == 2)
      x.disk->fail_at(x.draw.between(1, 150), disk_answer::no_space);
    if (fault == 3)
      x.disk->stop_at(x.draw.between(1, 150));
    if (x.open())
      static_cast<void>(x.live(static_cast<int>(x.draw.between(1, 25))));
    else
      EXPECT_NE(fault, 0U) << "nothing was wrong, but: " << to_string(x.refused);
    x.end();
    strike(x);
  }
  EXPECT_TRUE(x.open()) << to_string(x.refused);
  x.end();
}

TEST(a_storage_on_a_bad_disk, has_all_that_it_acknowledged) {
  const auto seeds = scaled(400); // 2,000 with QUORATE_SEEDS_PERCENT=500, in three minutes.
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    play(seed);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

/// The first life fails, the second is in the middle of it when the power fails.
void found_again(std::uint64_t fails_at, std::uint64_t stops_at) {
  trial x{stops_at};
  x.disk->fail_at(fails_at, disk_answer::io_error);
  EXPECT_FALSE(x.open());
  x.end();
  x.disk->process_death();
  x.disk->stop_at(stops_at);
  static_cast<void>(x.open());
  x.end();
  x.disk->power_failure(x.draw, simulated_disk::loss::everything);
  EXPECT_TRUE(x.open()) << to_string(x.refused);
  x.end();
}

TEST(a_storage_on_a_bad_disk, is_founded_wherever_its_first_lives_ended) {
  constexpr std::uint64_t changes = 20; // Of an open that makes everything.
  for (std::uint64_t fails_at = 1; fails_at <= changes; ++fails_at)
    for (std::uint64_t stops_at = 1; stops_at <= 2 * changes; ++stops_at) {
      SCOPED_TRACE("failed at " + std::to_string(fails_at) + ", stopped at "
                   + std::to_string(stops_at));
      found_again(fails_at, stops_at);
      ASSERT_FALSE(testing::Test::HasFailure());
    }
}

// -- a crash at each change of a recorded run -----------------------------------------------------

/// Two lives. Returns how many changes there were.
std::uint64_t record(trial& x) {
  const auto before = x.disk->changes();
  for (int life = 0; life < 2; ++life) {
    if (x.open())
      static_cast<void>(x.live(25));
    x.end();
    if (life == 0)
      x.disk->process_death();
  }
  return x.disk->changes() - before;
}

TEST(a_storage_on_a_bad_disk, survives_a_crash_at_each_write_and_sync) {
  constexpr std::uint64_t run = 4'711;
  trial whole{run};
  const auto changes = record(whole);
  ASSERT_GT(changes, 100U);
  const auto step = 100 / std::min<std::uint64_t>(100, scaled(100)); // All, if nobody is in a
                                                                     // hurry.
  for (std::uint64_t at = 1; at <= changes + 5; at += step) {
    for (const auto end : {0, 1, 2}) {
      trial x{run};
      x.disk->stop_at(at);
      static_cast<void>(record(x));
      if (end == 0)
        x.disk->process_death();
      else
        x.disk->power_failure(x.draw, end == 1 ? simulated_disk::loss::everything
                                               : simulated_disk::loss::something);
      ASSERT_TRUE(x.open()) << "at change " << at << " of " << changes << ", end " << end << ": "
                            << to_string(x.refused);
      x.end();
    }
  }
}

// -- a flipped bit --------------------------------------------------------------------------------

std::string kind_of(const std::string& path) {
  const auto name = path.substr(path.find_last_of('/') + 1);
  if (name.find(".log") != std::string::npos)
    return "log";
  if (name.find(".sst") != std::string::npos)
    return "table";
  return name.substr(0, name.find_first_of("-0123456789"));
}

/// Either all is as it was, or the storage says that something is wrong.
TEST(a_storage_on_a_bad_disk, never_hides_a_flipped_bit) {
  std::map<std::string, std::map<std::string, int>> outcomes;
  const auto seeds = scaled(500);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    trial x{seed};
    for (int life = 0; life < 2; ++life) {
      ASSERT_TRUE(x.open());
      ASSERT_TRUE(x.live(20));
      x.end();
      x.disk->process_death();
    }
    const auto files = x.disk->files();
    const auto& path = files[x.draw.below(files.size())];
    if (!x.disk->flip_bit(path, x.draw))
      continue;
    const bool opened = x.open();
    ASSERT_FALSE(HasFailure()) << "seed " << seed << ", a bit of " << path;
    x.end();
    ++outcomes[kind_of(path)][opened ? "as it was" : std::string{to_string(x.refused.code)}];
  }
  for (const auto& [kind, by_code] : outcomes)
    for (const auto& [code, count] : by_code)
      std::cout << "a bit of " << kind << ": " << code << ' ' << count << '\n';
}

} // namespace
} // namespace quorate::storage
