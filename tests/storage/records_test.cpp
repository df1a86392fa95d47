#include "runtime/storage/records.hpp"

#include "quorate/testing/storage_batches.hpp"

#include <gtest/gtest.h>

namespace quorate::storage {
namespace {

TEST(an_entry_key, sorts_like_the_log) {
  const std::uint64_t indices[] = {0, 1, 255, 256, 65'536, 1ULL << 40, UINT64_MAX};
  for (std::size_t i = 1; i < std::size(indices); ++i)
    EXPECT_LT(entry_key(log_index{indices[i - 1]}), entry_key(log_index{indices[i]}));
  for (auto i : indices) {
    EXPECT_EQ(index_of(entry_key(log_index{i})), log_index{i});
    EXPECT_LT(entry_key(log_index{i}), entries_end);
  }
}

TEST(an_entry_key, is_told_from_other_keys) {
  for (auto key : {identity_key, state_key, floor_key, begin_key, image_key, entries_end})
    EXPECT_FALSE(index_of(key)) << key;
}

TEST(an_image_file, has_a_number) {
  EXPECT_EQ(image_file(17), "image-17");
  EXPECT_EQ(number_of("image-17"), 17U);
  for (auto name :
       {"image-", "image-x", "image-17.tmp", "image--1", "lock", "durable_mark", "table"})
    EXPECT_FALSE(number_of(name)) << name;
}

TEST(a_record, comes_back_as_it_was) {
  auto e = entry_at(7, 3, "payload");
  e.log_time_ms = 12;
  const auto key = entry_key(e.index);
  const auto again = unseal<raft::entry>(key, seal(key, e));
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->index, e.index);
  EXPECT_EQ(again->entry_term, e.entry_term);
  EXPECT_EQ(again->kind, e.kind);
  EXPECT_EQ(again->payload, e.payload);
  EXPECT_EQ(again->log_time_ms, e.log_time_ms);
}

TEST(a_record, with_any_flipped_bit_is_corrupt) {
  const auto key = entry_key(log_index{7});
  const auto record = seal(key, entry_at(7, 3));
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    auto damaged = record;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto x = unseal<raft::entry>(key, damaged);
    ASSERT_FALSE(x) << bit;
    EXPECT_EQ(x.error().code, errc::storage_corrupt) << bit;
  }
}

TEST(a_record, that_is_cut_short_is_corrupt) {
  const auto record = seal(state_key, state_in(3, 2));
  for (std::size_t size = 0; size < record.size(); ++size)
    EXPECT_EQ(unseal<hard_state>(state_key, record.substr(0, size)).error().code,
              errc::storage_corrupt);
}

TEST(a_record, under_another_key_is_corrupt) {
  const auto record = seal(entry_key(log_index{7}), entry_at(7, 3));
  EXPECT_EQ(unseal<raft::entry>(entry_key(log_index{8}), record).error().code,
            errc::storage_corrupt);
}

TEST(a_record, of_a_later_format_says_so) {
  std::string content(1, static_cast<char>(record_format + 1));
  content += "whatever will stand there";
  EXPECT_EQ(unseal<hard_state>(state_key, sealed(state_key, content)).error().code,
            errc::storage_format_newer);
}

} // namespace
} // namespace quorate::storage
