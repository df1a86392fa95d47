// Puts the transitions that many nodes report into one sequence: each version once, ascending.
//
// Pure; in this room because nothing below it needs it.
#pragma once

#include "quorate/membership.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace quorate::actors {

/// Every replica reports what it applies, so a version usually comes several times, and a later one
/// may come first. One that is missing is waited for: until `gap_ms_max` have passed since the gap
/// was seen, or `held_max` later ones are held. Then it is skipped, and never delivered. A gap
/// stays open only if every node that applied the version died before it could say so, or learnt it
/// from a snapshot.
///
/// Thread safety: none. Complexity: O(log held) a transition.
class transition_order {
public:
  static constexpr std::uint64_t gap_ms_max = 1'000;
  static constexpr std::size_t held_max = 256;

  /// Appends to `out` what can be delivered now.
  void add(transition x, std::uint64_t now_ms, std::vector<transition>& out);

  /// Time passes: appends what was held back by a gap for too long.
  void tick(std::uint64_t now_ms, std::vector<transition>& out);

  /// When `tick` has something to do; none: no gap.
  std::optional<std::uint64_t> next_due_ms() const noexcept {
    return due_ms_;
  }

private:
  void release(std::uint64_t now_ms, std::vector<transition>& out);
  void skip_gap(std::uint64_t now_ms, std::vector<transition>& out);

  config_version next_{1};
  std::map<config_version, transition> held_;
  std::optional<std::uint64_t> due_ms_;
};

} // namespace quorate::actors
