// A node that is being taken in, and has forgotten it.
#include "tests/driver/cluster.hpp"
#include "tests/sim/violation.hpp"

#include <gtest/gtest.h>

#include <variant>

namespace quorate::driver {
namespace {

/// n1 acknowledges the beginning of the log, crashes before the entry with its admission comes, and
/// asks whether it is in. By what is committed it isn't, and the leader counts on what it has.
class a_half_admitted_node {
public:
  a_half_admitted_node() {
    // One entry a round trip, so that n1 can be stopped among them.
    c_.defaults.consensus.append_entries_max = 1;
    c_.defaults.consensus.inflight_messages_max = 1;
    c_.found(1);
    for (int i = 0; i < 10; ++i)
      c_.put("key", std::to_string(i));
    n1_ = c_.add();
    const auto& leader = *c_.world.at(0).core();
    ready_ = c_.comes_true([&] { return !leader.active_config().learners.empty(); });
    // The admission is in the leader's log, and stays uncommitted.
    c_.world.at(0).stuck_until = c_.world.now() + sim::seconds(5);
    ready_ = ready_ && c_.comes_true([&] {
      const auto* core = c_.world.at(n1_).core();
      return core != nullptr && core->current().last.index.value >= 5;
    });
    c_.world.crash(n1_, false);
    ready_ = ready_ && c_.nodes().learners().empty();
  }

  void restart_deaf_to_the_log() {
    deaf(true);
    c_.world.start(n1_);
    c_.world.run_for(sim::seconds(3));
    deaf(false);
  }

  /// To consensus, and not to the answers that it gets.
  void deaf(bool on) {
    for (std::size_t type = 0; type < std::variant_size_v<raft::body>; ++type)
      c_.world.net().lose(n1_, type, on);
  }

  cluster c_;
  std::size_t n1_ = 0;
  bool ready_ = false;
};

TEST(a_node_that_is_being_taken_in, keeps_what_it_acknowledged_and_has_forgotten_why) {
  a_half_admitted_node run;
  ASSERT_TRUE(run.ready_);
  run.restart_deaf_to_the_log();
  EXPECT_TRUE(run.c_.has_log(run.n1_));
  EXPECT_TRUE(run.c_.settles()) << run.c_.lines.tail();
}

TEST(a_node_that_is_being_taken_in, and_is_told_that_it_is_out_is_found) {
  planted bug{base::mutant::confirms_against_admission};
  EXPECT_THROW(
    {
      a_half_admitted_node run;
      run.restart_deaf_to_the_log();
      run.c_.settles();
    },
    sim::violation);
}

} // namespace
} // namespace quorate::driver
