// Planted bugs of the core: each makes some scenario end otherwise. One that doesn't is a rule that
// no scenario shows.
#include "runtime/base/mutants.hpp"

#include "tests/scenarios/runner.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <ostream>

namespace quorate::raft::scenarios {
namespace {

struct planted {
  base::mutant bug;
  const char* name;
};

std::ostream& operator<<(std::ostream& out, const planted& x) {
  return out << x.name;
}

bool all_as_written() {
  const std::string folder = QUORATE_SCENARIO_FILES;
  for (const auto& name : files_in(folder)) {
    auto path = folder + '/' + name + ".txt";
    auto what = parse(path, read_file(path));
    try {
      if (!differences(what, run_all(what)).empty())
        return false;
    } catch (const malformed&) {
      return false; // A command that can't be done any more.
    }
  }
  return true;
}

class mutants : public testing::TestWithParam<planted> {};

/// In a child, as a broken invariant aborts: that is an answer, too.
TEST_P(mutants, change_an_outcome) {
  auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::freopen("/dev/null", "w", stderr);
    base::set_mutant(GetParam().bug);
    _exit(all_as_written() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_NE(status, 0) << "every scenario ends as written";
}

#define PLANTED(bug)                                                                               \
  planted {                                                                                        \
    base::mutant::bug, #bug                                                                        \
  }

INSTANTIATE_TEST_SUITE_P(
  planted, mutants,
  testing::Values(PLANTED(commit_without_own_term), PLANTED(vote_without_log_check),
                  PLANTED(vote_before_durable), PLANTED(append_acked_before_durable),
                  PLANTED(self_match_before_durable), PLANTED(commit_beyond_verified),
                  PLANTED(truncate_without_conflict), PLANTED(joint_counts_one_half),
                  PLANTED(change_before_own_term), PLANTED(second_change_in_flight),
                  PLANTED(read_before_own_term), PLANTED(read_without_round),
                  PLANTED(snapshot_of_active_config), PLANTED(floor_grants),
                  PLANTED(floor_campaigns), PLANTED(old_boot_accepted), PLANTED(match_moves_down),
                  PLANTED(apply_before_durable)),
  [](const auto& one) { return one.param.name; });

} // namespace
} // namespace quorate::raft::scenarios
