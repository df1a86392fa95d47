// Majorities of all small configurations and all answers, against a twin that is obviously right:
// it tries every way in which what is missing could turn out.
//
// Two voter sets differ for a count only by their sizes and by how many are in both; the names
// don't matter. So all pairs of up to five voters each are covered by all sizes and overlaps.

#include "runtime/raft/quorum.hpp"
#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace quorate::raft::test {
namespace {

constexpr unsigned half_max = 5;

struct sizes {
  unsigned incoming = 1;
  unsigned outgoing = 0; ///< Zero: not joint.
  unsigned both = 0;

  unsigned replicas() const {
    return incoming + outgoing - both;
  }
};

/// Replicas 1 to `incoming` come in, and the outgoing half ends with the last replica.
configuration config_of(const sizes& x) {
  configuration config;
  for (unsigned id = 1; id <= x.incoming; ++id)
    config.voters.push_back(group::replica_of(id));
  for (unsigned id = x.incoming - x.both + 1; id <= x.replicas(); ++id)
    config.outgoing.push_back(group::replica_of(id));
  return config;
}

void for_each_pair(const std::function<void(const sizes&)>& visit) {
  for (unsigned incoming = 1; incoming <= half_max; ++incoming) {
    visit({incoming, 0, 0});
    for (unsigned outgoing = 1; outgoing <= half_max; ++outgoing)
      for (unsigned both = 0; both <= std::min(incoming, outgoing); ++both)
        visit({incoming, outgoing, both});
  }
}

/// One digit for each replica, three of them: all numbers of that many digits.
class digits {
public:
  explicit digits(unsigned count) : of_(count, 0) {
    // nop
  }
  unsigned at(const replica& who) const {
    return of_[who.id.value - 1];
  }
  bool next() {
    for (auto& one : of_) {
      if (++one < 3)
        return true;
      one = 0;
    }
    return false;
  }

private:
  std::vector<unsigned> of_;
};

/// Whether more than half of each half are in the set.
bool decides(const configuration& config, unsigned set) {
  auto of_half = [set](const std::vector<replica>& half) {
    std::size_t have = 0;
    for (const auto& who : half)
      have += set >> who.id.value & 1U;
    return 2 * have > half.size();
  };
  return of_half(config.voters) && (config.outgoing.empty() || of_half(config.outgoing));
}

// -- ballots --------------------------------------------------------------------------------------

enum answer : unsigned { missing = 0, yes = 1, no = 2 };

ballot_result slow_ballot(const configuration& config, const digits& answers, unsigned replicas) {
  unsigned granted = 0;
  unsigned open = 0;
  for (unsigned id = 1; id <= replicas; ++id) {
    auto said = answers.at(group::replica_of(id));
    granted |= said == yes ? 1U << id : 0U;
    open |= said == missing ? 1U << id : 0U;
  }
  bool can_win = false;
  bool can_lose = false;
  for (unsigned more = open;; more = (more - 1) & open) { // All subsets of those who may still say
                                                          // yes.
    (decides(config, granted | more) ? can_win : can_lose) = true;
    if (more == 0)
      break;
  }
  if (can_win && can_lose)
    return ballot_result::pending;
  return can_win ? ballot_result::won : ballot_result::lost;
}

TEST(a_quorum_ballot, is_right_for_all_answers_of_all_small_configurations) {
  std::uint64_t cases = 0;
  for_each_pair([&cases](const sizes& x) {
    auto config = config_of(x);
    digits answers{x.replicas()};
    do {
      auto ask = [&answers](const replica& who) -> std::optional<bool> {
        auto said = answers.at(who);
        return said == missing ? std::nullopt : std::optional<bool>{said == yes};
      };
      ASSERT_EQ(quorum_ballot(config, ask), slow_ballot(config, answers, x.replicas()))
        << describe(config);
      ++cases;
    } while (answers.next());
  });
  EXPECT_GT(cases, 100'000U);
}

// -- values ---------------------------------------------------------------------------------------

std::uint64_t slow_value(const configuration& config, const digits& reached, unsigned replicas) {
  std::uint64_t best = 0;
  for (unsigned value = 1; value < 3; ++value) {
    unsigned have = 0;
    for (unsigned id = 1; id <= replicas; ++id)
      have |= reached.at(group::replica_of(id)) >= value ? 1U << id : 0U;
    if (decides(config, have))
      best = value;
  }
  return best;
}

// Three values are enough: whether a value is reached depends only on who is below it.
TEST(a_quorum_value, is_right_for_all_values_of_all_small_configurations) {
  std::uint64_t cases = 0;
  for_each_pair([&cases](const sizes& x) {
    auto config = config_of(x);
    digits reached{x.replicas()};
    do {
      auto ask = [&reached](const replica& who) { return reached.at(who); };
      ASSERT_EQ(quorum_value(config, ask), slow_value(config, reached, x.replicas()))
        << describe(config);
      auto holds = [&reached](const replica& who) { return reached.at(who) == 2; };
      ASSERT_EQ(is_quorum(config, holds), slow_value(config, reached, x.replicas()) == 2)
        << describe(config);
      ++cases;
    } while (reached.next());
  });
  EXPECT_GT(cases, 100'000U);
}

// -- all subsets, by name -------------------------------------------------------------------------

/// The same by names instead of sizes, for fewer replicas: the sorted lists are looked at, too.
TEST(a_quorum_ballot, is_right_for_all_pairs_of_subsets_of_four_replicas) {
  for (unsigned incoming = 1; incoming < 16; ++incoming)
    for (unsigned outgoing = 0; outgoing < 16; ++outgoing) {
      configuration config;
      for (unsigned id = 1; id <= 4; ++id) {
        if ((incoming >> (id - 1) & 1U) != 0)
          config.voters.push_back(group::replica_of(id));
        if ((outgoing >> (id - 1) & 1U) != 0)
          config.outgoing.push_back(group::replica_of(id));
      }
      digits answers{4};
      do {
        auto ask = [&answers](const replica& who) -> std::optional<bool> {
          auto said = answers.at(who);
          return said == missing ? std::nullopt : std::optional<bool>{said == yes};
        };
        ASSERT_EQ(quorum_ballot(config, ask), slow_ballot(config, answers, 4)) << describe(config);
      } while (answers.next());
    }
}

TEST(a_quorum_ballot, that_counts_one_half_is_wrong_somewhere) {
  planted bug{base::mutant::joint_counts_one_half};
  bool differs = false;
  for_each_pair([&differs](const sizes& x) {
    auto config = config_of(x);
    digits answers{x.replicas()};
    do {
      auto ask = [&answers](const replica& who) -> std::optional<bool> {
        return answers.at(who) == yes;
      };
      differs |= (quorum_ballot(config, ask) == ballot_result::won)
                 != (slow_ballot(config, answers, x.replicas()) == ballot_result::won);
    } while (!differs && answers.next());
  });
  EXPECT_TRUE(differs);
}

} // namespace
} // namespace quorate::raft::test
