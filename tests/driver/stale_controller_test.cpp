// A controller that lags behind its node: what it decided in an earlier leadership doesn't count in
// a later one, even if it would still fit.
#include "runtime/membership/controller.hpp"
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

#include <variant>
#include <vector>

namespace quorate::driver {
namespace {

/// What a controller of `term` would propose for a new target.
membership::propose_change decided_in(quorate::term term, const driver& node) {
  membership::controller decides{membership::controller_settings{}};
  std::vector<membership::controller_output> out;
  auto table = std::make_shared<membership::nodes_table>(node.state()->nodes().table());
  decides.handle(membership::leadership_gained{term, node.identity().id, table, 0, 0}, out);
  membership::intent_received asked;
  asked.request.op = {1, 1};
  asked.request.want = membership::set_target_intent{5, false};
  decides.handle(asked, out);
  for (const auto& said : out)
    if (const auto* change = std::get_if<membership::propose_change>(&said))
      return *change;
  ADD_FAILURE() << "nothing was proposed";
  return {};
}

TEST(a_change_of_an_earlier_leadership, isnt_proposed) {
  cluster c;
  c.found(3);
  auto& node = *c.world.at(c.leader()).node;
  const auto now = node.consensus()->current();
  const quorate::term earlier{now.current_term.value - 1};
  node.from_controller(decided_in(earlier, node));
  EXPECT_EQ(node.consensus()->current().last, now.last);
  node.from_controller(decided_in(now.current_term, node));
  EXPECT_EQ(node.consensus()->current().last.index.value, now.last.index.value + 1);
}

TEST(a_handover_of_an_earlier_leadership, isnt_begun) {
  cluster c;
  c.found(3);
  auto& node = *c.world.at(c.leader()).node;
  const auto now = node.consensus()->current();
  const auto to = c.id(c.follower());
  node.from_controller(membership::hand_over{to, quorate::term{now.current_term.value - 1}});
  EXPECT_FALSE(node.consensus()->current().transferring);
  node.from_controller(membership::hand_over{to, now.current_term});
  EXPECT_TRUE(node.consensus()->current().transferring);
}

// Found by the simulator: a leader whose clock leapt believed that all others had been silent for
// so long, and replaced one.
TEST(a_leader_whose_clock_leaps, doesnt_take_the_leap_for_silence) {
  cluster c;
  c.policy.replace_after_ms = 1'000;
  c.policy.leader_settle_ms = 100;
  c.found(4);
  const auto members = c.nodes().members();
  c.world.run_for(sim::seconds(1));
  const auto leader = c.leader();
  c.world.advance_clock(leader, 600'000);
  c.put("k", "v");
  ASSERT_TRUE(c.try_intent(membership::set_target_intent{5, false}, op_id{1, 2}));
  c.world.run_for(sim::ms(500));
  for (auto id : members)
    EXPECT_EQ(c.nodes().position_of(id), membership::position::member_voter) << id.value;
}

} // namespace
} // namespace quorate::driver
