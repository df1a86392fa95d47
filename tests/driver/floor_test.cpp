// The floor (docs/model, "The two halves of the floor rule"): {A, B, C}; D takes A's place while A
// is cut off; C is parked, drops its log, is activated and taken in again, and has got but the
// oldest entries when it is cut off together with A. A and C are a majority of the config that both
// know, and neither has what was committed since.
#include "tests/driver/cluster.hpp"
#include "tests/sim/violation.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

class two_old_members {
public:
  /// C has got at least so much more or less than A: `behind` says whether it stops one entry
  /// short.
  explicit two_old_members(bool behind) {
    c_.policy.warm_spares = 2;
    c_.policy.replace_after_ms = 0;
    c_.policy.transition_timeout_ms = 60'000;
    // One entry a round trip, so that C can be stopped at each of them.
    c_.defaults.consensus.append_entries_max = 1;
    c_.defaults.consensus.inflight_messages_max = 1;
    c_.defaults.snapshot_entries = 100'000;
    c_.found(4);
    choose();
    replace_a_by_d();
    park_and_take_in_c_again(behind);
  }

  /// A and C have only each other.
  void elect() {
    auto& net = c_.world.net();
    net.mend();
    for (auto old : {a_, old_c_})
      for (auto other : {b_, d_}) {
        net.cut(old, other);
        net.cut(other, old);
      }
    c_.world.run_for(sim::seconds(10));
  }

  bool somebody_leads_apart() const {
    for (auto old : {a_, old_c_})
      if (c_.world.at(old).core()->current().role == raft::role_kind::leader)
        return true;
    return false;
  }

  std::uint64_t floor_refusals() const {
    return c_.times(sim::situation::floor_refusal);
  }

  /// All together again.
  bool ends_well() {
    c_.world.net().mend();
    return c_.settles() && c_.get("k").value == "after";
  }

private:
  void choose() {
    b_ = c_.leader();
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < 4; ++i)
      if (i != b_ && c_.nodes().members().count(c_.id(i)) != 0)
        others.push_back(i);
      else if (i != b_)
        d_ = i;
    a_ = others.at(0);
    old_c_ = others.at(1);
  }

  void replace_a_by_d() {
    c_.put("k", "before");
    c_.world.run_for(sim::seconds(1));
    c_.world.net().split({a_}, c_.world.size());
    a_last_ = c_.world.at(a_).core()->current().last.index;
    using membership::replaced_fate;
    ASSERT_TRUE(
      c_.intend(membership::replace_intent{c_.id(a_), c_.id(d_), replaced_fate::standby}).changed);
    ASSERT_EQ(c_.leader(), b_);
  }

  void park_and_take_in_c_again(bool behind) {
    ASSERT_TRUE(c_.intend(membership::park_intent{c_.id(old_c_), true}).changed);
    ASSERT_TRUE(c_.comes_true([&] { return !c_.has_log(old_c_); }));
    c_.put("k", "after");
    ASSERT_TRUE(c_.intend(membership::activate_intent{c_.id(old_c_)}).changed);
    const auto stop_at = behind ? log_index{a_last_.value - 1} : a_last_;
    ASSERT_TRUE(c_.comes_true([&] {
      return c_.has_log(old_c_) && c_.world.at(old_c_).core()->current().durable >= stop_at;
    }))
      << c_.lines.tail();
    ASSERT_EQ(c_.world.at(old_c_).core()->current().last.index, stop_at);
  }

  cluster c_;
  std::size_t a_ = 0;
  std::size_t b_ = 0;
  std::size_t old_c_ = 0;
  std::size_t d_ = 0;
  log_index a_last_{};
};

TEST(floor, keeps_one_that_was_taken_in_again_from_voting_for_an_old_member) {
  two_old_members them{true};
  them.elect();
  EXPECT_FALSE(them.somebody_leads_apart());
  EXPECT_GT(them.floor_refusals(), 0U);
  EXPECT_TRUE(them.ends_well());
}

TEST(floor, without_its_refusal_loses_what_was_committed) {
  planted bug{base::mutant::floor_grants};
  EXPECT_THROW(two_old_members{true}.elect(), sim::violation);
}

TEST(floor, keeps_one_that_was_taken_in_again_from_campaigning_with_its_old_log) {
  two_old_members them{false};
  them.elect();
  EXPECT_FALSE(them.somebody_leads_apart());
  EXPECT_TRUE(them.ends_well());
}

TEST(floor, without_its_silence_loses_what_was_committed) {
  planted bug{base::mutant::floor_campaigns};
  EXPECT_THROW(two_old_members{false}.elect(), sim::violation);
}

} // namespace
} // namespace quorate::driver
