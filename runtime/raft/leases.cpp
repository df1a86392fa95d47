// Leases: reads that ask nobody (thesis, 6.4.1). Off unless the configuration says how long one is.
//
// A voter that hears its leader promises, for `lease_ms` by its own clock, to elect nobody else: it
// neither campaigns nor grants, not even after a restart, when it no longer knows whom it heard. A
// leader that was answered by a quorum has its promises from the time when it *asked*, and uses
// three quarters of them: enough for clocks that are wrong by less than 14 % each.
//
// What may elect another leader at once is a `timeout_now`, so its sender gives up its lease first,
// for the rest of its term: the message may arrive however late (tikv #4680).

#include "runtime/raft/core.hpp"

#include <algorithm>

namespace quorate::raft {

/// One tick more, because the first one may be almost over.
std::uint64_t core::promise_ticks(std::uint64_t lease_ms) const noexcept {
  return lease_ms == 0 ? 0 : (lease_ms + options_.tick_ms - 1) / options_.tick_ms + 1;
}

/// After a word of the leader.
void core::promise() {
  promised_until_ = std::max(promised_until_, now_ + promise_ticks(configs_.active().lease_ms));
}

/// What the previous life promised is forgotten, and may still count (braft #365).
void core::promise_at_boot() {
  std::uint64_t longest_ms = 0;
  configs_.any_since(applied_, [&](const configuration& x) {
    longest_ms = std::max(longest_ms, x.lease_ms);
    return false;
  });
  promised_until_ = promise_ticks(longest_ms);
}

void core::next_round(leader& self) {
  ++self.round;
  if (configs_.active().lease_ms == 0) {
    self.rounds.clear();
    return;
  }
  self.rounds.push_back({self.round, now_});
  // What began before the lease could is of no use.
  while (self.rounds.front().at + promise_ticks(configs_.active().lease_ms) < now_)
    self.rounds.pop_front();
}

std::optional<std::uint64_t> core::lease_basis() const {
  const auto* self = std::get_if<leader>(&role_);
  const auto& active = configs_.active();
  if (self == nullptr || active.lease_ms == 0 || self->lease_given_up || self->transferring
      || !own_term_committed(*self))
    return std::nullopt;
  auto asked_at = [&](const replica& who) -> std::uint64_t {
    if (who == self_)
      return now_ + 1;
    auto found = self->peers.find(who.id);
    if (found == self->peers.end())
      return 0;
    auto after = std::upper_bound(
      self->rounds.begin(), self->rounds.end(), found->second.promised_round(),
      [](std::uint64_t round, const round_start& x) { return round < x.round; });
    return after == self->rounds.begin() ? 0 : std::prev(after)->at + 1;
  };
  auto basis = quorum_value(active, asked_at); // Counted from one: zero is nobody's word.
  if (basis == 0)
    return std::nullopt;
  return basis - 1;
}

} // namespace quorate::raft
