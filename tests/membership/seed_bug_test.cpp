// The bug that this library exists to rule out: the seed's reconfiguration wrote `standby` over
// every node that wasn't in the new set, so a node which had registered and not joined yet never
// did.
#include "tests/membership/planted.hpp"
#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

namespace quorate::membership {

namespace {

using namespace situations;

constexpr node_id node_d{5};

/// D registers and isn't heard of again for a while. Meanwhile an operator reconfigures the others:
/// a caught-up learner for member 3. Then D is there and the cluster is to grow. What becomes of D?
node_state state_of_d_after_others_were_reconfigured() {
  sight without_d;
  without_d.dead = {node_d.value};
  stand_in_driver driver{written_cluster{}.members({1, 2, 3}).learners({4}).config()};
  driver.lead(1);
  driver.ask_to_register(request_of(node_d.value));
  driver.live_on(20, without_d);
  EXPECT_EQ(driver.config().position_of(node_d), position::auto_join_outsider);
  const auto reconfigure = driver.ask(reconfigure_intent{ids({1, 2, 4})});
  driver.live_on(5, without_d);
  EXPECT_TRUE(driver.answer_to(reconfigure) && driver.answer_to(reconfigure)->changed);
  const auto grow = driver.ask(set_target_intent{5, false});
  driver.live_on(120);
  EXPECT_TRUE(driver.answer_to(grow) && driver.answer_to(grow)->changed);
  return driver.config().find(node_d)->state;
}

} // namespace

TEST(reconfiguration_of_others, leaves_a_node_that_has_not_joined_yet_free_to_join) {
  EXPECT_EQ(state_of_d_after_others_were_reconfigured(), node_state::member);
}

TEST(reconfiguration_of_others, parks_that_node_for_ever_with_the_seeds_bug) {
  const planted bug{base::mutant::park_the_unnamed};
  EXPECT_EQ(state_of_d_after_others_were_reconfigured(), node_state::standby);
}

} // namespace quorate::membership
