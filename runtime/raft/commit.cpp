// What is committed (thesis, 3.6.2) and what may be applied.

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <algorithm>

namespace quorate::raft {

/// What the leader itself counts for: what its own disk has, not what its memory has.
log_index core::own_match() const {
  return base::mutated(base::mutant::self_match_before_durable) ? log_.last().index
                                                                : persistence_.durable();
}

void core::maybe_commit(leader& self) {
  log_index reached{quorum_value(configs_.active(), [&](const replica& who) -> std::uint64_t {
    if (who == self_)
      return own_match().value;
    auto found = self.peers.find(who.id);
    return found == self.peers.end() ? 0 : found->second.match().value;
  })};
  if (reached <= commit_)
    return;
  // An entry of an earlier term is never committed by counting: another leader could still
  // overwrite it (thesis, figure 3.7). It is committed by the first own one behind it.
  if (*log_.term_at(reached) != hard_.current_term
      && !base::mutated(base::mutant::commit_without_own_term))
    return;
  advance_commit(reached);
}

void core::advance_commit(log_index to) {
  QUORATE_CHECK(to > commit_ && to <= log_.last().index, "to", to.value, describe());
  if (auto* self = std::get_if<leader>(&role_)) {
    for (auto i = commit_.value + 1; i <= to.value; ++i)
      self->uncommitted_bytes -= cost_of(log_.at(log_index{i}));
    replication_due_ = true; // Followers want to know.
  }
  commit_ = to;
  hard_.commit = to;
  if (receiving_ && receiving_->last().index <= to)
    receiving_.reset(); // The log got there by itself.
}

/// The machine never runs ahead of the own disk: after a crash it would be ahead of the own log
/// (etcd #10508). A commit that was learned before its entries are durable is kept, and applied
/// when they are.
log_index core::applicable() const noexcept {
  return base::mutated(base::mutant::apply_before_durable)
           ? commit_
           : std::min(commit_, persistence_.durable());
}

std::vector<entry> core::take_committed() {
  auto to = applicable();
  if (to <= applied_)
    return {};
  auto taken = log_.slice(log_index{applied_.value + 1}, to);
  applied_ = to;
  return taken;
}

} // namespace quorate::raft
