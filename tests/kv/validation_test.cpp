#include "runtime/kv/validation.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/kv/commands.hpp"
#include "tests/kv/situations.hpp"

#include <gtest/gtest.h>

namespace quorate::kv {

namespace {

errc refusal(const request& what) {
  return check_request(what).error().code;
}

errc refusal(const write& what) {
  const auto found = check_write(what).error().code;
  // A condition that doesn't exist has no encoding: its bytes are malformed.
  if (found != errc::invalid_argument) {
    EXPECT_EQ(refusal(request{make_write_request({session_id{1}, 1, 0, what})}), found);
  }
  return found;
}

const std::string longest_key(limits::key_bytes_max, 'k');
const std::string longest_value(limits::value_bytes_max, 'v');

TEST(kv_validation, takes_requests_at_the_limits) {
  EXPECT_EQ(refusal(put_of(longest_key, longest_value)), errc::none);
  EXPECT_EQ(refusal(put_of("k", "")), errc::none);
  EXPECT_EQ(refusal(erase_of(longest_key)), errc::none);
  EXPECT_EQ(refusal(read_request{longest_key, consistency::local}), errc::none);
  EXPECT_EQ(refusal(open_session_request{}), errc::none);
}

TEST(kv_validation, refuses_empty_keys) {
  EXPECT_EQ(refusal(put_of("", "v")), errc::key_empty);
  EXPECT_EQ(refusal(erase_of("")), errc::key_empty);
  EXPECT_EQ(refusal(read_request{}), errc::key_empty);
}

TEST(kv_validation, refuses_long_keys_and_says_how_long) {
  EXPECT_EQ(refusal(put_of(longest_key + 'k', "v")), errc::key_too_large);
  EXPECT_EQ(refusal(erase_of(longest_key + 'k')), errc::key_too_large);
  EXPECT_EQ(refusal(read_request{longest_key + 'k', consistency::local}), errc::key_too_large);
  EXPECT_EQ(check_write(erase_of(longest_key + 'k')).error().message,
            "The key has 1025 bytes; at most 1024 are allowed.");
}

TEST(kv_validation, refuses_long_values) {
  EXPECT_EQ(refusal(put_of("k", longest_value + 'v')), errc::value_too_large);
}

TEST(kv_validation, refuses_conditions_that_do_not_exist) {
  EXPECT_EQ(refusal(put_of("k", "v", {condition{0}, {}})), errc::invalid_argument);
  EXPECT_EQ(refusal(erase_of("k", {condition{4}, {}})), errc::invalid_argument);
  EXPECT_EQ(refusal(read_request{"k", consistency{9}}), errc::invalid_argument);
}

TEST(kv_validation, refuses_sequence_numbers_that_no_client_counts) {
  auto what = put_of("k", "v");
  EXPECT_EQ(refusal(make_write_request({session_id{1}, 0, 0, what})), errc::invalid_argument);
  EXPECT_EQ(refusal(make_write_request({session_id{1}, 1, 2, what})), errc::invalid_argument);
  EXPECT_EQ(refusal(make_write_request({session_id{1}, 2, 2, what})), errc::none);
}

TEST(kv_validation, refuses_bytes_that_are_no_write) {
  EXPECT_EQ(refusal(write_request{}), errc::malformed);
  EXPECT_EQ(refusal(write_request{"garbage"}), errc::malformed);
  EXPECT_EQ(refusal(write_request{make_open_session()}), errc::malformed);
  const auto whole = make_write_request({session_id{1}, 1, 0, put_of("k", "v")});
  EXPECT_EQ(refusal(write_request{std::string{whole.command.view()} + '!'}), errc::malformed);
}

} // namespace

} // namespace quorate::kv
