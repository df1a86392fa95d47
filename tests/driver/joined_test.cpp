// Who waits until a node has joined.
#include "runtime/base/limits.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

TEST(whoever_waits_for_a_node, is_answered_when_it_has_joined) {
  cluster c;
  c.found(1);
  const auto late = c.add();
  c.world.net().cut(0, late);
  std::optional<ops::joined_reply> got;
  c.world.ask(late, ops::joined_request{},
              [&got](const reply_body& said) { got = std::get<ops::joined_reply>(said); });
  c.world.run_for(sim::seconds(1));
  EXPECT_FALSE(got) << "nobody has given it an id";
  c.world.net().mend();
  ASSERT_TRUE(c.comes_true([&] { return got.has_value(); }));
  EXPECT_EQ(got->refusal.code, errc::none);
  EXPECT_EQ(got->id, c.id(late));
  EXPECT_TRUE(c.world.at(late).node->joined());
  const auto* row = c.nodes().find(got->id);
  ASSERT_NE(row, nullptr);
  EXPECT_GE(got->version, row->since) << "it has seen its own record";
}

TEST(whoever_waits_for_a_node, that_has_joined_is_answered_at_once) {
  cluster c;
  c.found(3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto reply = c.ask<ops::joined_reply>(i, ops::joined_request{}, sim::ms(1));
    ASSERT_TRUE(reply) << i;
    EXPECT_EQ(reply->id, c.id(i));
  }
}

TEST(whoever_waits_for_a_node, hears_why_it_never_joins) {
  cluster c;
  c.found(1);
  auto o = c.defaults;
  o.name = "stranger";
  o.cluster_name = "another";
  o.seeds = {"n0"};
  const auto stranger = c.world.add(o);
  c.world.start(stranger);
  const auto reply = c.ask<ops::joined_reply>(stranger, ops::joined_request{});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->refusal.code, errc::cluster_name_differs);
  const auto again = c.ask<ops::joined_reply>(stranger, ops::joined_request{});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->refusal.code, errc::cluster_name_differs);
}

TEST(whoever_waits_for_a_node, is_turned_away_where_too_many_wait) {
  storage::memory_store disk;
  auto o = sim::quick_options();
  o.name = o.address = "n1";
  auto node = driver::start(o, disk.load().value(), base::random{1}, 0).value();
  for (std::uint64_t i = 1; i <= limits::joined_waiting_max + 1; ++i)
    node->request(request_token{i}, ops::joined_request{});
  const auto said = node->take_effects().replies;
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(std::get<ops::joined_reply>(said.front().body).refusal.code, errc::overloaded);
}

} // namespace
} // namespace quorate::driver
