// What a node does with words of a release that it doesn't know.
#include "messages/membership.hpp"
#include "runtime/base/codec.hpp"
#include "tests/membership/situations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace quorate::membership::situations {
namespace {

/// Where two encodings of the same length differ.
std::size_t first_difference(const std::string& a, const std::string& b) {
  return static_cast<std::size_t>(
    std::distance(a.begin(), std::mismatch(a.begin(), a.end(), b.begin()).first));
}

// restate #3276 had to come in three releases, as an older one took an unknown state for a known
// one.
TEST(a_change, with_a_state_of_a_newer_release_is_refused_whole_and_not_guessed) {
  const auto config = written_cluster{}.members({1, 2, 3}).outsiders({4}).config();
  delta change;
  change.changed = {*config.find(node_id{4})};
  change.op.event = lifecycle_event::update;
  auto parked = change;
  parked.changed.front().state = node_state::standby;
  auto bytes = base::encode(change);
  const auto at = first_difference(bytes, base::encode(parked));
  ASSERT_LT(at, bytes.size());
  ASSERT_EQ(bytes[at], static_cast<char>(node_state::auto_join));
  bytes[at] = static_cast<char>(4);
  const auto read = base::decode<delta>(bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::malformed);
  EXPECT_NE(read.error().message.find("there is no enumerator 4"), std::string::npos)
    << read.error().message;
}

} // namespace
} // namespace quorate::membership::situations
