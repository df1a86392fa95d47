#include "runtime/storage/memory_store.hpp"

#include "quorate/testing/storage_conformance.hpp"

#include <set>

namespace quorate::storage {

namespace {

struct memory_disk {
  store& open() {
    return content;
  }
  void close() {
    content.reopen();
  }
  void cut_power() {
    content.crash(draw);
  }

  memory_store content;
  base::random draw{1};
};

INSTANTIATE_TYPED_TEST_SUITE_P(memory, storage_conformance, memory_disk, );

class memory : public testing::Test {
public:
  memory() {
    open();
  }

  void open() {
    auto loaded = store.load();
    EXPECT_TRUE(loaded);
    found = *loaded;
  }

  void write_unsynced(std::uint64_t count) {
    for (std::uint64_t i = 1; i <= count; ++i)
      EXPECT_TRUE(store.write(batch(i).identity("n", 1).state(1).entries(i, i, 1)));
  }

  memory_store store;
  recovered found;
};

TEST_F(memory, forgets_all_unsynced_writes_if_asked_to) {
  write_unsynced(3);
  EXPECT_EQ(store.unsynced(), 3u);
  store.forget_unsynced();
  open();
  EXPECT_TRUE(found.entries.empty());
  EXPECT_EQ(store.unsynced(), 0u);
}

TEST_F(memory, keeps_any_prefix_of_unsynced_writes_after_a_crash) {
  base::random draw{11};
  std::set<std::size_t> survivors;
  for (int i = 0; i < 200; ++i) {
    memory_store each;
    EXPECT_TRUE(each.load());
    for (std::uint64_t n = 1; n <= 3; ++n)
      EXPECT_TRUE(each.write(batch(n).identity("n", 1).state(1).entries(n, n, 1)));
    each.crash(draw);
    survivors.insert(each.load()->entries.size());
  }
  EXPECT_EQ(survivors, (std::set<std::size_t>{0, 1, 2, 3}));
}

TEST_F(memory, shows_what_is_durable_only_after_a_sync) {
  write_unsynced(2);
  EXPECT_EQ(store.durable().last().index, log_index{});
  EXPECT_TRUE(store.sync());
  EXPECT_EQ(store.durable().last().index, log_index{2});
}

TEST_F(memory, fails_for_good_after_a_failed_sync) {
  write_unsynced(2);
  store.fail_next_sync();
  EXPECT_EQ(store.sync().error().code, errc::storage_failed);
  EXPECT_EQ(store.write(batch(3).state(2)).error().code, errc::storage_failed);
  EXPECT_EQ(store.sync().error().code, errc::storage_failed);
  EXPECT_EQ(store.durable().last().index, log_index{});
}

TEST_F(memory, works_again_in_the_life_after_a_failure) {
  write_unsynced(2);
  store.fail_next_sync();
  EXPECT_FALSE(store.sync());
  store.forget_unsynced();
  open();
  EXPECT_TRUE(found.entries.empty());
  write_unsynced(1);
  EXPECT_TRUE(store.sync());
}

using memory_death = memory;

TEST_F(memory_death, aborts_on_a_sequence_that_does_not_rise) {
  write_unsynced(2);
  EXPECT_DEATH(static_cast<void>(store.write(batch(2).state(1))), "broken invariant");
}

TEST_F(memory_death, aborts_when_loaded_twice_or_not_at_all) {
  EXPECT_DEATH(static_cast<void>(store.load()), "broken invariant");
  store.reopen();
  EXPECT_DEATH(static_cast<void>(store.write(batch(1).state(1))), "broken invariant");
  EXPECT_DEATH(static_cast<void>(store.sync()), "broken invariant");
}

} // namespace

} // namespace quorate::storage
