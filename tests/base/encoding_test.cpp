// The bytes of the encoding, one kind of value after the other, and the sentences about wrong ones.
#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "runtime/base/codec.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace quorate::base {

namespace {

std::string bytes(std::initializer_list<int> xs) {
  std::string result;
  for (auto x : xs)
    result += static_cast<char>(x);
  return result;
}

template <class T>
void expect_both_ways(const T& x, const std::string& encoded) {
  EXPECT_EQ(encode(x), encoded);
  auto again = decode<T>(encoded);
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, x);
}

template <class T>
std::string refusal(const std::string& encoded) {
  auto found = decode<T>(encoded);
  return found ? "none" : to_string(found.error());
}

TEST(encoding, has_one_byte_for_flags_small_integers_and_enumerations) {
  expect_both_ways(true, bytes({1}));
  expect_both_ways(std::uint8_t{0xFE}, bytes({0xFE}));
  expect_both_ways(std::int8_t{-2}, bytes({0xFE}));
  expect_both_ways(node_state::standby, bytes({3}));
}

TEST(encoding, has_seven_bits_a_byte_for_unsigned_numbers) {
  expect_both_ways(std::uint64_t{0}, bytes({0}));
  expect_both_ways(std::uint64_t{127}, bytes({0x7F}));
  expect_both_ways(std::uint64_t{128}, bytes({0x80, 0x01}));
  expect_both_ways(std::uint16_t{0xFFFF}, bytes({0xFF, 0xFF, 0x03}));
  expect_both_ways(std::numeric_limits<std::uint64_t>::max(),
                   bytes({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));
  expect_both_ways(node_id{300}, bytes({0xAC, 0x02}));
  expect_both_ways(errc::op_superseded, bytes({0xB1, 0x01}));
}

TEST(encoding, keeps_small_signed_numbers_short) {
  expect_both_ways(std::int64_t{-1}, bytes({1}));
  expect_both_ways(std::int32_t{1}, bytes({2}));
  expect_both_ways(std::int16_t{-64}, bytes({0x7F}));
  for (auto x :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    expect_both_ways(x, encode(x));
  for (auto x :
       {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()})
    expect_both_ways(x, encode(x));
}

TEST(encoding, has_16_bytes_for_128_bits) {
  expect_both_ways(op_id{0x0102, 0xFF}, bytes({2, 1, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(encoding, has_the_length_in_front_of_strings_and_lists) {
  expect_both_ways(std::string{"ab"}, bytes({2, 'a', 'b'}));
  expect_both_ways(shared_bytes{"ab"}, bytes({2, 'a', 'b'}));
  expect_both_ways(shared_bytes{}, bytes({0}));
  expect_both_ways(std::vector<node_id>{node_id{1}, node_id{2}}, bytes({2, 1, 2}));
}

TEST(encoding, says_whether_an_optional_is_there) {
  expect_both_ways(std::optional<node_id>{}, bytes({0}));
  expect_both_ways(std::optional{node_id{5}}, bytes({1, 5}));
  auto shared = decode<std::shared_ptr<const node_id>>(bytes({1, 5}));
  ASSERT_TRUE(shared);
  EXPECT_EQ(**shared, node_id{5});
  EXPECT_EQ(encode(*shared), bytes({1, 5}));
}

TEST(encoding, has_the_index_in_front_of_an_alternative) {
  expect_both_ways(std::variant<bool, node_id>{node_id{7}}, bytes({1, 7}));
}

TEST(encoding, refuses_a_flag_that_is_neither_0_nor_1) {
  EXPECT_EQ(refusal<bool>(bytes({2})),
            "malformed: Doesn't decode at byte 1 of 1: a flag is 0 or 1, not 2.");
  EXPECT_NE(refusal<std::optional<node_id>>(bytes({2, 1})), "none");
}

TEST(encoding, refuses_unknown_enumerators_but_takes_unknown_codes) {
  EXPECT_EQ(refusal<node_state>(bytes({4})),
            "malformed: Doesn't decode at byte 1 of 1: there is no enumerator 4.");
  EXPECT_NE(refusal<kv::condition>(bytes({0})), "none");
  EXPECT_EQ(refusal<errc>(bytes({0xE7, 0x07})), "none");
}

TEST(encoding, refuses_an_unknown_alternative) {
  EXPECT_EQ(refusal<kv::command>(bytes({1, 9})),
            "malformed: Doesn't decode at byte 2 of 2, in content: there is no alternative 9.");
}

TEST(encoding, refuses_numbers_that_do_not_fit) {
  EXPECT_NE(refusal<std::uint16_t>(bytes({0x80, 0x80, 0x04})), "none");
  EXPECT_NE(refusal<std::int16_t>(bytes({0x80, 0x80, 0x04})), "none");
  EXPECT_NE(refusal<std::uint64_t>(std::string(9, '\xFF') + '\x02'), "none");
  EXPECT_NE(refusal<std::uint64_t>(std::string(10, '\xFF') + '\x01'), "none");
}

TEST(encoding, refuses_numbers_that_could_be_shorter) {
  EXPECT_EQ(refusal<std::uint64_t>(bytes({0x81, 0x00})),
            "malformed: Doesn't decode at byte 2 of 2: a number isn't in its shortest form.");
}

TEST(encoding, refuses_a_huge_length_before_allocating) {
  auto huge = encode(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(refusal<std::string>(huge), "malformed: Doesn't decode at byte 10 of 10: it announces "
                                        "18446744073709551615 bytes, more than allowed.");
  EXPECT_NE(refusal<std::vector<node_record>>(huge), "none");
  EXPECT_EQ(refusal<std::string>(bytes({5, 'a'})),
            "malformed: Doesn't decode at byte 1 of 2: it announces 5 bytes, more than there are "
            "bytes.");
}

TEST(encoding, refuses_a_list_longer_than_its_limit_though_the_bytes_are_there) {
  auto count = std::uint64_t{limits::decoded_elements_max} + 1;
  auto input = encode(count) + std::string(count, '\0');
  EXPECT_NE(refusal<std::vector<node_id>>(input), "none");
}

TEST(encoding, names_the_field_and_element_that_is_wrong) {
  membership::delta x;
  x.changed.resize(2);
  auto input = encode(x);
  auto place = refusal<membership::delta>(input.substr(0, input.size() / 4));
  EXPECT_NE(place.find("in changed[0].lost"), std::string::npos) << place;
}

TEST(encoding, shares_byte_strings_with_bytes_that_can_be_shared) {
  const shared_bytes whole{encode(kv::put{"k", "value", {}})};
  const auto shared = decode_sharing<kv::put>(whole);
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->value, "value");
  EXPECT_EQ(shared->value.view().data(), whole.view().data() + whole.view().find("value"));
  const auto copied = decode<kv::put>(whole.view());
  ASSERT_TRUE(copied);
  EXPECT_NE(copied->value.view().data(), shared->value.view().data());
}

TEST(encoding, fails_for_good_after_the_first_error) {
  auto input = bytes({2, 1});
  decoder in{std::string_view{input}};
  bool flag = true;
  EXPECT_FALSE(in.value(flag));
  EXPECT_FALSE(in.value(flag));
  EXPECT_TRUE(flag);
  EXPECT_EQ(in.left(), 1u);
}

TEST(encoding_death, takes_nothing_that_could_not_be_decoded) {
  std::vector<node_id> too_many(limits::decoded_elements_max + 1);
  EXPECT_DEATH(static_cast<void>(encode(too_many)), "broken invariant");
}

} // namespace

} // namespace quorate::base
