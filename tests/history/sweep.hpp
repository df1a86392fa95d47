// Real time, without the writes whose slots are unknown: each operation gets the lowest position
// that any order could give it.
#pragma once

#include "tests/history/facts.hpp"

#include <cstdint>
#include <vector>

namespace quorate::history {

/// What holds in every order of the history, or a `refutation` if one operation has no position.
///
/// Positions are lower bounds, because a reader is allowed every state that it could have in some
/// order; and greatest lower bounds of what is asked here: of two valid placements of the readers,
/// the lower position of each is valid, too. So readers are placed in the order of their calls, as
/// low as those let them that had returned by then.
class sweep {
public:
  /// O(n), over the events in `from`.
  explicit sweep(const facts& from);

  std::vector<std::uint32_t> positions; ///< By operation: slots of writers, states of the others.
  /// By slot: the value was seen at least until this state, so that the key wasn't written between.
  std::vector<std::uint32_t> seen_until;
  /// By slot: the earliest return of what lies at or after it, so that what fills the slot had been
  /// called by then.
  std::vector<std::int64_t> deadlines;
  /// By key, ascending: states in which it was absent, if the positions are the actual ones.
  std::vector<std::vector<std::uint32_t>> absences;

  /// The first change of the key behind `slot`, or behind `last` if there is none.
  facts::change next_change(std::uint32_t key, std::uint32_t slot, bool certain_only) const;

private:
  struct states {
    std::uint32_t first;
    std::uint32_t last;
  };

  void find_gaps();
  void find_absent_states();
  void place(std::uint32_t i);
  void place_writer(std::uint32_t i);
  void place_reader(std::uint32_t i);
  bool may_be_absent(std::uint32_t key, std::uint32_t state) const;
  void collect();
  [[noreturn]] void refute_stale(std::uint32_t i, std::uint32_t next) const;
  [[noreturn]] void refute(std::uint32_t i, const char* why, std::uint32_t other = nothing) const;

  const facts& facts_;
  std::vector<std::uint32_t> next_gap_;     ///< The first gap that may be an erase, by slot.
  std::vector<std::vector<states>> absent_; ///< In which a key can be absent, by key.
  std::uint32_t reached_ = 0;               ///< The highest position of what has returned.
  std::uint32_t reached_by_ = nothing;
};

} // namespace quorate::history
