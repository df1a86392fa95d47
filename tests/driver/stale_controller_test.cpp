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

} // namespace
} // namespace quorate::driver
