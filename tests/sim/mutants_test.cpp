// Planted bugs (runtime/base/mutants.hpp): the simulator finds each of them within a bounded number
// of seeds. One that survives is a hole in the simulator.
#include "runtime/base/mutants.hpp"

#include "tests/sim/farm.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace quorate::sim {
namespace {

struct hunt {
  base::mutant planted = base::mutant::none;
  std::uint64_t seeds_max = 200;
};

/// Else GoogleTest would print its bytes, padding included, into the test's name.
std::ostream& operator<<(std::ostream& out, const hunt& x) {
  return out << name_of(x.planted) << " within " << x.seeds_max;
}

class mutants : public testing::TestWithParam<hunt> {};

TEST_P(mutants, are_found) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "hunted in the plain build: thousands of crashing children prove nothing here";
#endif
  farm_order order;
  order.planted = GetParam().planted;
  order.count = GetParam().seeds_max;
  order.trace_failure = false;
  const auto result = run_farm(order);
  ASSERT_TRUE(result.failure) << "survived " << result.seeds << " seeds";
  RecordProperty("seeds", static_cast<int>(result.seeds));
  RecordProperty("what", result.failure->what);
}

INSTANTIATE_TEST_SUITE_P(
  planted, mutants,
  testing::Values(
    hunt{base::mutant::commit_without_own_term}, hunt{base::mutant::vote_without_log_check},
    hunt{base::mutant::vote_before_durable}, hunt{base::mutant::append_acked_before_durable},
    hunt{base::mutant::self_match_before_durable}, hunt{base::mutant::truncate_without_conflict},
    hunt{base::mutant::joint_counts_one_half}, hunt{base::mutant::read_before_own_term},
    hunt{base::mutant::read_without_round, 600}, hunt{base::mutant::last_member_unguarded, 600},
    hunt{base::mutant::snapshot_of_active_config}, hunt{base::mutant::floor_campaigns},
    hunt{base::mutant::park_the_unnamed}, hunt{base::mutant::session_executes_again},
    hunt{base::mutant::sessions_not_in_snapshot}, hunt{base::mutant::trust_the_joiner},
    hunt{base::mutant::match_moves_down}, hunt{base::mutant::apply_before_durable}),
  [](const auto& one) { return name_of(one.param.planted); });

} // namespace
} // namespace quorate::sim
