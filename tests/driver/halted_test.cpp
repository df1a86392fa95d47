// A node that has halted: it says nothing more to other nodes, and everybody who waits is told.
#include "runtime/storage/memory_store.hpp"
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

struct a_leader : testing::Test {
  a_leader() {
    c.policy.target_members = 3;
    c.policy.warm_spares = 0;
    c.found(4);
    l = *c.world.leader();
    c.world.at(l).sync_fails = true;
  }

  const driver& node() const {
    return *c.world.at(l).node;
  }

  /// That it is silent is checked in the world, whenever it is touched.
  void halts() {
    ASSERT_TRUE(c.comes_true([this] { return node().halted().code == errc::storage_failed; }));
    c.world.run_for(sim::seconds(2));
  }

  cluster c;
  std::size_t l = 0;
};

TEST_F(a_leader, whose_disk_fails_answers_an_intent_that_waits) {
  std::optional<membership::reconfigure_reply> got;
  const auto target = c.id(l == 0 ? 1 : 0);
  c.world.log().membership().may_be_parked(target);
  c.world.ask(
    l, membership::reconfigure_request{{1, 1}, {}, membership::park_intent{target, true}},
    [&got](const reply_body& said) { got = std::get<membership::reconfigure_reply>(said); });
  halts();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->refusal.code, errc::outcome_unknown);
}

TEST_F(a_leader, whose_disk_fails_tells_no_node_that_it_is_registered) {
  c.add();
  halts();
}

TEST_F(a_leader, whose_disk_fails_no_longer_leads) {
  c.world.ask(l, kv::request{kv::open_session_request{}}, nullptr);
  halts();
  EXPECT_FALSE(node().leads());
}

TEST(a_founder, whose_disk_fails_answers_who_provisions_it) {
  cluster c;
  const auto first = c.add();
  c.world.run_for(sim::ms(100)); // It knows who it is.
  c.world.at(first).sync_fails = true;
  std::optional<ops::provision_reply> got;
  c.world.ask(first, membership::provision_request{"sim", c.policy},
              [&got](const reply_body& said) { got = std::get<ops::provision_reply>(said); });
  c.world.run_for(sim::seconds(5));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->refusal.code, errc::outcome_unknown);
}

/// One that leads alone, by hand: its owner only comes for effects where there are some.
TEST(a_node, that_is_halted_by_a_message_has_answers_for_who_waits) {
  storage::memory_store disk;
  auto o = sim::quick_options();
  o.name = o.address = "n1";
  auto node = driver::start(o, disk.load().value(), base::random{1}, 0).value();
  const auto all_is_done = [&node] {
    while (node->has_effects())
      for (const auto& batch : node->take_effects().writes)
        node->persisted({batch.sequence, {}});
  };
  all_is_done();
  node->request(request_token{1}, membership::provision_request{"sim", sim::quick_policy(1)});
  for (std::uint64_t ms = 0; ms < 1'000 && !node->leads(); ms += o.tick_ms) {
    node->tick(ms);
    all_is_done();
  }
  ASSERT_TRUE(node->leads());
  node->request(request_token{2}, kv::request{kv::open_session_request{}});
  node->take_effects();
  ASSERT_FALSE(node->has_effects()) << "it waits for its disk";
  auto other = node->boot();
  ++other.counter;
  node->receive({"elsewhere", "n1",
                 storage_in_use{node->identity().storage, node->boot(), other, "elsewhere"}});
  ASSERT_EQ(node->halted().code, errc::storage_in_use);
  ASSERT_TRUE(node->has_effects());
  const auto replies = node->take_effects().replies;
  ASSERT_EQ(replies.size(), 1U);
  const auto& said = std::get<kv::reply>(replies.front().body);
  EXPECT_EQ(std::get<error>(said).code, errc::outcome_unknown);
}

} // namespace
} // namespace quorate::driver
