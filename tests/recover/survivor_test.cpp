// What one disk tells of its cluster.
#include "runtime/recover/survivor.hpp"

#include "runtime/base/codec.hpp"
#include "tests/recover/left_disk.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::recover {
namespace {

using membership::situations::written_cluster;

left_disk of_three() {
  left_disk out{written_cluster{}.members({1, 2, 3}).outsiders({4}).parked({5})};
  const auto session = out.open_session();
  out.put(session, 1, "a", "1");
  out.put(session, 2, "b", "2");
  return out;
}

errc unusable(const storage::recovered& disk) {
  const auto out = examine("d", disk);
  EXPECT_EQ(out.replayed.has_value(), out.about.unusable.code == errc::none);
  return out.about.unusable.code;
}

TEST(a_survivor, is_read_to_the_end_of_its_log_and_says_what_it_knew_to_be_committed) {
  auto disk = of_three();
  disk.commit(52);
  const auto x = examine("data/n1", disk.found);
  ASSERT_EQ(x.about.unusable.code, errc::none) << to_string(x.about.unusable);
  EXPECT_EQ(x.about.directory, "data/n1");
  EXPECT_EQ(x.about.name, "node-1");
  EXPECT_EQ(x.about.id, node_id{1});
  EXPECT_EQ(x.about.cluster_name, "home");
  EXPECT_EQ(x.about.first, log_index{51});
  EXPECT_EQ(x.about.last, log_index{53});
  EXPECT_EQ(x.about.last_term, term{6});
  EXPECT_EQ(x.about.current_term, term{7});
  EXPECT_EQ(x.about.snapshot, log_index{50});
  EXPECT_EQ(x.about.commit, log_index{52});
  EXPECT_EQ(x.about.position, "member/voter");
  EXPECT_EQ(x.about.voters,
            (std::vector<named_node>{
              {node_id{1}, "node-1"}, {node_id{2}, "node-2"}, {node_id{3}, "node-3"}}));
  EXPECT_EQ(x.about.keys, 2U);
  EXPECT_EQ(x.replayed->state_hash(), disk.now.state_hash());
}

TEST(a_survivor, with_entries_that_its_snapshot_covers_applies_none_of_them_twice) {
  auto disk = of_three();
  auto image = std::make_shared<raft::snapshot>();
  image->last = {log_index{52}, term{6}};
  auto halfway = machine::machine::load(disk.found.image->image.view(), disk.found.image->last);
  ASSERT_TRUE(halfway);
  halfway->apply(disk.found.entries[0]);
  halfway->apply(disk.found.entries[1]);
  image->config = halfway->nodes().configuration();
  image->image = shared_bytes{halfway->image()};
  disk.found.image = image;
  const auto x = examine("d", disk.found);
  ASSERT_TRUE(x.replayed) << to_string(x.about.unusable);
  EXPECT_EQ(x.replayed->state_hash(), disk.now.state_hash());
}

TEST(a_survivor, that_is_damaged_says_so_and_whose_it_is) {
  storage::recovered disk;
  disk.identity = of_three().found.identity;
  disk.damage = make_error(errc::storage_corrupt, "entry 7 is unreadable.");
  const auto x = examine("d", disk);
  EXPECT_EQ(x.about.unusable.code, errc::storage_corrupt);
  EXPECT_EQ(x.about.name, "node-1");
  EXPECT_FALSE(x.replayed);
}

TEST(a_survivor, without_a_cluster_or_without_a_log_is_none) {
  EXPECT_EQ(unusable({}), errc::unprovisioned);
  auto disk = of_three().found;
  disk.identity->cluster = {};
  EXPECT_EQ(unusable(disk), errc::unprovisioned);
  disk = of_three().found;
  disk.image = nullptr;
  disk.entries.clear();
  EXPECT_EQ(unusable(disk), errc::invalid_argument);
}

TEST(a_survivor, that_was_removed_or_lost_by_its_own_log_never_votes_again) {
  EXPECT_EQ(unusable(left_disk{written_cluster{}.members({1, 2, 3}).next_id(9), 8}.found),
            errc::node_removed);
  written_cluster cluster;
  cluster.members({1, 2, 3});
  cluster.row(2).lost = true;
  EXPECT_EQ(unusable(left_disk{cluster, 2}.found), errc::storage_lost);
}

TEST(a_survivor, whose_row_names_another_storage_or_cluster_is_refused) {
  auto disk = of_three().found;
  disk.identity->storage = storage_id{9, 9};
  EXPECT_EQ(unusable(disk), errc::storage_id_differs);
  disk = of_three().found;
  disk.identity->cluster = fingerprint{9, 9};
  EXPECT_EQ(unusable(disk), errc::malformed);
}

TEST(a_survivor, of_a_newer_feature_level_is_left_to_a_newer_build) {
  const written_cluster newer = written_cluster{}.members({1, 2, 3}).feature_level(
    membership::this_build.feature_level + 1);
  EXPECT_EQ(unusable(left_disk{newer}.found), errc::feature_level_too_low);
}

TEST(a_survivor, with_an_entry_that_means_nothing_is_malformed_and_no_broken_invariant) {
  auto disk = of_three().found;
  disk.entries[1].payload = shared_bytes{"no command"};
  EXPECT_EQ(unusable(disk), errc::malformed);
  disk = of_three().found;
  disk.entries[1].kind = raft::entry_kind::membership;
  EXPECT_EQ(unusable(disk), errc::malformed);
  membership::delta stray;
  stray.base = config_version{3};
  disk.entries[1].payload = shared_bytes{base::encode(stray)};
  disk.entries[1].config = std::make_shared<const raft::configuration>(stray.config);
  EXPECT_EQ(unusable(disk), errc::malformed) << "of another base";
  disk = of_three().found;
  auto image = *disk.image;
  image.image = shared_bytes{"no image"};
  disk.image = std::make_shared<const raft::snapshot>(image);
  EXPECT_EQ(unusable(disk), errc::malformed);
}

} // namespace
} // namespace quorate::recover
