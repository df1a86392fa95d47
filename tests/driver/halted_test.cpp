// A node whose disk failed: it says nothing more to other nodes, and everybody who waits is told.
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

} // namespace
} // namespace quorate::driver
