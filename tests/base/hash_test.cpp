#include "runtime/base/hash.hpp"

#include "messages/kv.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace quorate::base {

namespace {

std::uint64_t hash(std::string_view x) {
  hasher sum;
  sum.add(x);
  return sum.value();
}

TEST(hasher, gives_the_same_values_in_every_release) {
  EXPECT_EQ(hash(""), 0x2D06800538D394C2ULL); // XXH3's own, with seed 0.
  EXPECT_EQ(hash("a"), 0xE6C632B61E964E1FULL);
  hasher number;
  number.add(std::uint64_t{0x0123456789ABCDEF});
  EXPECT_EQ(number.value(), 0xB78DF414284277A6ULL);
}

TEST(stream_hasher, gives_the_hash_of_the_whole_however_it_is_cut) {
  const std::string whole(10'000, 'x');
  for (const std::size_t piece : {1U, 7U, 256U, 9'999U}) {
    stream_hasher sum;
    for (std::size_t at = 0; at < whole.size(); at += piece)
      sum.add(std::string_view{whole}.substr(at, piece));
    EXPECT_EQ(sum.value(), hash(whole)) << piece;
  }
}

TEST(hasher, tells_where_one_string_ends_and_the_next_begins) {
  hasher first;
  first.add("ab");
  first.add("c");
  hasher second;
  second.add("a");
  second.add("bc");
  EXPECT_NE(first.value(), second.value());
}

TEST(hasher, can_go_on_after_its_value_was_asked_for) {
  hasher once;
  once.add("a");
  auto before = once.value();
  EXPECT_EQ(once.value(), before);
  once.add(std::uint64_t{1});
  EXPECT_NE(once.value(), before);
}

TEST(hash_of, depends_on_the_encoding_alone) {
  kv::put x{"key", "value", {}};
  auto y = x;
  EXPECT_EQ(hash_of(x), hash_of(y));
  EXPECT_EQ(hash_of(x), hash(encode(x)));
  y.value = "another";
  EXPECT_NE(hash_of(x), hash_of(y));
}

} // namespace

} // namespace quorate::base
