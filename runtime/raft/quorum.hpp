// Majorities, of one voter set and of two. Pure: everything that decides by counting decides here.
//
// Called by elections (votes), commit (match indexes), reads (rounds) and check-quorum (contacts).
// Rule: a joint configuration decides what both of its halves decide (thesis, 4.3).
//
// Thread safety: pure functions.
#pragma once

#include "messages/raft.hpp"
#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace quorate::raft {

enum class ballot_result : std::uint8_t { pending = 1, won = 2, lost = 3 };

/// More than half: with four voters, three.
inline std::size_t majority_of(std::size_t voters) noexcept {
  return base::mutated(base::mutant::half_is_a_majority) ? (voters + 1) / 2 : voters / 2 + 1;
}

/// The largest value that a majority of the voters has reached. Zero without voters: nobody decides
/// nothing.
std::uint64_t majority_value(std::vector<std::uint64_t> reached);

/// Whether a majority of `voters` said yes, or so many said no that none can.
ballot_result majority_ballot(std::size_t voters, std::size_t yes, std::size_t no) noexcept;

/// What the outcome in both halves is together.
ballot_result both(ballot_result a, ballot_result b) noexcept;

/// The largest value that a quorum has reached; `reached` maps a replica to its value.
template <class Reached>
std::uint64_t quorum_value(const configuration& config, Reached reached) {
  auto of_half = [&](const std::vector<replica>& half) {
    std::vector<std::uint64_t> values;
    values.reserve(half.size());
    for (const auto& who : half)
      values.push_back(reached(who));
    return majority_value(std::move(values));
  };
  auto incoming = of_half(config.voters);
  if (!config.joint() || base::mutated(base::mutant::joint_counts_one_half))
    return incoming;
  return std::min(incoming, of_half(config.outgoing));
}

/// The outcome of an election; `ballot` maps a replica to its answer, or nothing.
template <class Ballot>
ballot_result quorum_ballot(const configuration& config, Ballot ballot) {
  auto of_half = [&](const std::vector<replica>& half) {
    std::size_t yes = 0;
    std::size_t no = 0;
    for (const auto& who : half)
      if (std::optional<bool> answer = ballot(who))
        ++(*answer ? yes : no);
    return majority_ballot(half.size(), yes, no);
  };
  auto incoming = of_half(config.voters);
  if (!config.joint() || base::mutated(base::mutant::joint_counts_one_half))
    return incoming;
  return both(incoming, of_half(config.outgoing));
}

/// Whether those for whom `holds` is true are a quorum.
template <class Holds>
bool is_quorum(const configuration& config, Holds holds) {
  return quorum_value(config, [&](const replica& who) { return holds(who) ? 1U : 0U; }) == 1;
}

} // namespace quorate::raft
