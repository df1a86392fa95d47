// Snapshots of the whole machine (thesis, chapter 5): taking one, sending it to a peer that is too
// late for the log, and replacing everything by one that was received.

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

// -- taking ---------------------------------------------------------------------------------------

void core::compact(log_index at, shared_bytes image) {
  checked_call guard{*this};
  QUORATE_CHECK(at <= applied_, "at", at.value, describe());
  // While a received image is on its way, or after it, an own older one is of no use.
  if (installing_ || at.value == 0 || (image_ && at <= image_->last.index))
    return;
  auto at_term = log_.term_at(at);
  QUORATE_CHECK(at_term.has_value(), "at", at.value, describe());
  auto taken = std::make_shared<snapshot>();
  taken->last = {at, *at_term};
  // What is in effect *there*: a later change may not be committed, or never be (NuRaft #111,
  // canonical #250).
  taken->config = base::mutated(base::mutant::snapshot_of_active_config) ? configs_.active()
                                                                         : configs_.at(at);
  taken->image = std::move(image);
  image_ = std::move(taken);
  configs_.forget_before(at);
  persistence_.image_taken(image_);
}

/// An own snapshot is durable: now the log before it may go, but for a little that late followers
/// can use.
void core::drop_prefix(const snapshot& durable) {
  auto end = std::min({durable.last.index, applied_, persistence_.durable()});
  if (end.value <= options_.retained_entries)
    return;
  log_index to{end.value - options_.retained_entries};
  if (to <= log_.before().index)
    return;
  log_.compact_to(to);
  persistence_.log_compacted(to);
}

// -- sending --------------------------------------------------------------------------------------

void core::offer_snapshot(leader& self, progress& peer) {
  QUORATE_CHECK(image_ != nullptr && image_->last.index >= log_.before().index, describe());
  // Not into the void: an image is large, and a heartbeat's answer will bring us back here.
  if (!peer.contacted() || peer.ticks_since_contact(now_) >= options_.election_ticks)
    return;
  ++counts_.snapshots_sent;
  peer.snapshot_sent(image_->last.index, now_);
  send(peer.peer(), install_snapshot{image_, self.round});
}

// -- receiving ------------------------------------------------------------------------------------

void core::on(const envelope& m, const install_snapshot& x) {
  if (!x.image || x.image->last.entry_term > m.sender_term || !well_formed(x.image->config))
    return drop();
  heard_leader(m);
  if (installing_) // It is being written, or another is: the leader repeats it if need be.
    return;
  auto end = x.image->last;
  if (end.index <= commit_) // Late: nothing in it is new, and it must not wipe what is (NuRaft
                            // #407).
    return reply_after(persistence_.covering_log(commit_), m, append_accepted{commit_, x.round});
  if (log_.contains(end)) { // The log has all of it and may have more (willemt/raft #49).
    advance_commit(end.index);
    return reply_after(persistence_.covering_log(end.index), m,
                       append_accepted{end.index, x.round});
  }
  installing_ = x.image;
  persistence_.image_received(x.image);
  reply_after(persistence_.covering_all(), m, append_accepted{end.index, x.round});
}

/// A received image is durable and has replaced the log on disk: now memory follows.
void core::installed(std::shared_ptr<const snapshot> image) {
  QUORATE_CHECK(image == installing_ && !is_leader(), describe());
  QUORATE_CHECK(image->last.index > commit_, "image", image->last.index.value, describe());
  ++counts_.snapshots_installed;
  installing_ = nullptr;
  log_.reset(image->last);
  configs_.reset(image->last.index, std::make_shared<const configuration>(image->config));
  commit_ = image->last.index;
  applied_ = commit_;
  hard_.commit = commit_;
  image_ = image;
  to_install_ = std::move(image);
}

} // namespace quorate::raft
