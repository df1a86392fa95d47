// The codec over every message: what goes in comes out, and nothing that comes in does harm.
#include "runtime/base/codec.hpp"

#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"
#include "messages/raft.hpp"
#include "tests/base/randomizer.hpp"

#include <gtest/gtest.h>

namespace quorate::base {

namespace {

template <class T>
class codec : public testing::Test {
public:
  random draw{20'240'601};
};

using messages = testing::Types<
  std::vector<error>, // There is no result<error>.
  node_versions, boot_number, node_record, membership_policy, transition, kv::precondition, kv::put,
  kv::erase, kv::write, kv::write_result, kv::open_session, kv::session_write, kv::command,
  raft::replica, raft::configuration, raft::log_position, membership::operation,
  membership::cluster_identity, membership::delta, node_mail, kv::request, kv::reply,
  membership::reconfigure_request, membership::reconfigure_reply, membership::provision_request,
  ops::provision_reply, node_status, ops::joined_reply, ops::nodes_reply, ops::question,
  ops::question_reply, ops::transfer_request, ops::transfer_reply>;

TYPED_TEST_SUITE(codec, messages, ); // Clang counts the arguments.

TYPED_TEST(codec, returns_what_was_encoded) {
  for (int i = 0; i < 1'000; ++i) {
    auto x = random_value<TypeParam>(this->draw);
    auto bytes = encode(x);
    auto again = decode<TypeParam>(bytes);
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(encode(*again), bytes);
    EXPECT_EQ(describe_fields(*again), describe_fields(x));
  }
}

TYPED_TEST(codec, refuses_every_truncation) {
  for (int i = 0; i < 50; ++i) {
    auto bytes = encode(random_value<TypeParam>(this->draw));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      auto again = decode<TypeParam>(std::string_view{bytes}.substr(0, size));
      ASSERT_FALSE(again) << describe_fields(*again);
      EXPECT_EQ(again.error().code, errc::malformed);
    }
  }
}

TYPED_TEST(codec, refuses_bytes_that_are_left_over) {
  auto bytes = encode(random_value<TypeParam>(this->draw));
  auto again = decode<TypeParam>(bytes + '\0');
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::malformed);
}

TYPED_TEST(codec, survives_garbage) {
  for (int i = 0; i < 10'000; ++i) {
    std::string bytes;
    // Small numbers are lengths, flags and indices: the garbage that gets furthest.
    for (auto left = this->draw.below(80); left > 0; --left)
      bytes += static_cast<char>(this->draw.chance(70) ? this->draw.below(4) : this->draw.next());
    auto found = decode<TypeParam>(bytes);
    ASSERT_TRUE(found || found.error().code == errc::malformed);
    ASSERT_TRUE(!found || encode(*found) == bytes) << "one value has two encodings";
  }
}

TYPED_TEST(codec, survives_changed_bytes) {
  for (int i = 0; i < 2'000; ++i) {
    auto bytes = encode(random_value<TypeParam>(this->draw));
    if (bytes.empty())
      return; // A struct without fields.
    bytes[this->draw.below(bytes.size())] = static_cast<char>(this->draw.next());
    auto found = decode<TypeParam>(bytes);
    ASSERT_TRUE(!found || encode(*found) == bytes) << "one value has two encodings";
  }
}

} // namespace

} // namespace quorate::base
