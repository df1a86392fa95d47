// The independent checker, over what the simulator's clients saw.
#include "runtime/base/mutants.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/run.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::sim {
namespace {

run_order with_second_opinion(std::uint64_t seed) {
  run_order order;
  order.seed = seed;
  order.second_opinion = true;
  return order;
}

bool is_refuted(const run_result& x) {
  return x.violation.find("clients see one linearizable store") != std::string::npos;
}

TEST(second_opinion, agrees_on_what_clients_saw) {
  for (std::uint64_t seed = 5'001; seed <= 5'060; ++seed) {
    const auto result = run(with_second_opinion(seed));
    EXPECT_EQ(result.violation, "") << seed;
    EXPECT_EQ(result.situations.of(situation::second_opinion), 1U);
  }
}

/// Nobody else looks at what was read.
TEST(second_opinion, finds_stale_reads_by_itself) {
  base::set_mutant(base::mutant::read_without_round);
  std::uint64_t refuted = 0;
  for (std::uint64_t seed = 1; seed <= 2'000 && refuted == 0; ++seed) {
    auto order = with_second_opinion(seed);
    order.trusting = true;
    refuted += is_refuted(run(order)) ? 1 : 0;
  }
  base::set_mutant(base::mutant::none);
  EXPECT_EQ(refuted, 1U);
}

/// A client may be told too little, or too much.
TEST(second_opinion, finds_a_read_of_what_was_overwritten) {
  recorder notes;
  const auto first = notes.write(0, kv::put{"k", "a", {}}, 10);
  notes.wrote(first, {errc::none, revision{1}, {}}, 20);
  const auto second = notes.write(0, kv::put{"k", "b", {}}, 30);
  notes.wrote(second, {errc::none, revision{2}, {}}, 40);
  const auto read = notes.read(1, "k", 35);
  notes.found(read, {shared_bytes{std::string{"a"}}, revision{1}, revision{1}}, 45);
  EXPECT_EQ(notes.refutation(), "") << "they were concurrent";
  const auto late = notes.read(1, "k", 50);
  notes.found(late, {shared_bytes{std::string{"a"}}, revision{1}, revision{1}}, 60);
  EXPECT_NE(notes.refutation(), "");
}

} // namespace
} // namespace quorate::sim
