// The part of the replicated log that is in memory: consecutive entries after a position that is
// known to be committed (the end of a compacted prefix, or the beginning).
//
// Called by the core only. Invariants: indexes are consecutive, terms never fall.
//
// Thread safety: none; one owner.
#pragma once

#include "messages/raft.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace quorate::raft {

/// What an entry costs on the wire and in memory, roughly; the constant stands for its fixed
/// fields.
std::size_t cost_of(const entry& x) noexcept;

class log {
public:
  log() = default;

  /// An empty log that continues after `before`.
  explicit log(log_position before);

  // -- what is there ------------------------------------------------------------------------------

  /// The position before the first entry.
  log_position before() const noexcept {
    return before_;
  }
  log_index first() const noexcept {
    return log_index{before_.index.value + 1};
  }
  /// The last entry's position, or `before()` of an empty log.
  log_position last() const noexcept;
  bool empty() const noexcept {
    return size() == 0;
  }
  std::size_t size() const noexcept {
    return entries_.size() - gone_;
  }
  /// Known from `before().index` to `last().index`.
  std::optional<term> term_at(log_index index) const noexcept;
  /// Whether this log has `position` in it (or ends its compacted prefix there).
  bool contains(log_position position) const noexcept;
  const entry& at(log_index index) const;

  // -- questions of the protocol ------------------------------------------------------------------

  /// Whether a log that ends at `other` is at least as new as this one (thesis, 3.6.1).
  bool is_covered_by(log_position other) const noexcept;
  /// The largest position up to `limit.index` whose term is at most `limit.entry_term`: two logs
  /// can't agree beyond it. `limit` itself where this log doesn't reach back so far.
  log_position agreement_below(log_position limit) const noexcept;
  /// The entries from `from` to `to`, both included.
  std::vector<entry> slice(log_index from, log_index to) const;
  /// As many entries from `from` on as fit; always one, if there is one.
  std::vector<entry> slice_bounded(log_index from, std::size_t entries_max,
                                   std::size_t bytes_max) const;

  // -- changes ------------------------------------------------------------------------------------

  void append_entry(entry x);
  /// Entries from `from` on go.
  void truncate_from(log_index from);
  /// Entries up to and including `to` go, from memory. O(1) at once: a hundred thousand entries
  /// take tens of milliseconds to free, so each of the next changes frees some of them.
  void compact_to(log_index to);
  /// Everything goes: the log continues after `before`.
  void reset(log_position before);

private:
  using iterator = std::deque<entry>::const_iterator;

  iterator begin() const {
    return entries_.begin() + static_cast<std::ptrdiff_t>(gone_);
  }
  iterator find(log_index index) const {
    return begin() + static_cast<std::ptrdiff_t>(index.value - before_.index.value - 1);
  }
  void free_some(std::size_t at_most);

  log_position before_;
  std::deque<entry> entries_; ///< Those that are gone, then those that are there.
  std::size_t gone_ = 0;      ///< Compacted, and not freed yet.
};

} // namespace quorate::raft
