// The configurations that this log has been through: from the one in effect at the newest snapshot
// to the active one, which is the last membership entry of the log, committed or not (thesis, 4.1).
//
// The core asks this list three questions: which configuration decides (the active one, for every
// quorum), who is to be fed (the members of every one from the last applied on, so that whoever is
// dropped still hears of it), and which one a snapshot at an index has to name (the one in effect
// *there*, never the active one). All are derived from positions; there is no "change is pending"
// flag that could go stale.
//
// Thread safety: none; one owner.
#pragma once

#include "messages/raft.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace quorate::raft {

// -- one configuration ----------------------------------------------------------------------------

/// Whether `list` (sorted by id) has exactly this replica: id and storage.
bool lists(const std::vector<replica>& list, const replica& who) noexcept;
/// A voter of either half.
bool names_voter(const configuration& config, const replica& who) noexcept;
/// A voter of either half, or a learner.
bool names(const configuration& config, const replica& who) noexcept;
/// The voters of both halves, sorted, each once.
std::vector<replica> voters_of(const configuration& config);
/// In how many replicas two sorted lists differ.
std::size_t difference(const std::vector<replica>& a, const std::vector<replica>& b);
/// Sorted lists, at least one voter, no voter that is a learner too, one storage for each id.
bool well_formed(const configuration& config) noexcept;
/// Whether `next` may follow `active`: every quorum of the one meets every quorum of the other.
/// Decided by comparing the sets, whatever the caller believes to have asked for.
bool may_follow(const configuration& active, const configuration& next);

// -- the list -------------------------------------------------------------------------------------

class configurations {
public:
  /// Nobody, at version 0: a log that holds no membership entry yet.
  configurations();

  /// Everything goes: `config` is in effect at `at`.
  void reset(log_index at, std::shared_ptr<const configuration> config);
  /// A membership entry was appended: its configuration is active from here on.
  void activate(const entry& x);
  /// The log was truncated. Returns whether another configuration is active now.
  bool truncate_from(log_index from);
  /// Nobody will ask for what was in effect before `at`.
  void forget_before(log_index at);

  const configuration& active() const noexcept {
    return *list_.back().config;
  }
  /// The index of the entry that made the active one.
  log_index active_since() const noexcept {
    return list_.back().since;
  }
  /// The one in effect at `index`.
  const configuration& at(log_index index) const;
  std::shared_ptr<const configuration> share(log_index index) const;
  /// How many are kept.
  std::size_t size() const noexcept {
    return list_.size();
  }

  /// Whether `accepts(configuration)` holds for one of those from the one in effect at `from` on.
  template <class Predicate>
  bool any_since(log_index from, Predicate accepts) const {
    return std::any_of(list_.begin() + position_of(from), list_.end(),
                       [&](const in_effect& x) { return accepts(*x.config); });
  }
  /// Everyone whom one of those from the one in effect at `from` on names. Sorted, each once.
  std::vector<replica> members_since(log_index from) const;

private:
  friend class invariants;

  struct in_effect {
    log_index since{};
    std::shared_ptr<const configuration> config;
  };

  /// Of the one in effect at `index`.
  std::ptrdiff_t position_of(log_index index) const;

  std::deque<in_effect> list_; ///< Never empty; `since` rises strictly.
};

} // namespace quorate::raft
