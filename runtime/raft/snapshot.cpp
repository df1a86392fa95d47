// Snapshots of the whole machine (thesis, chapter 5): taking one, sending it in parts to a peer
// that is too late for the log, and replacing everything by one that was received.

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
  if (base::mutated(base::mutant::log_compacted_beyond_snapshot))
    end = applied_;
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
  // Not into the void: a heartbeat's answer will bring us back here.
  if (!peer.contacted() || peer.ticks_since_contact(now_) >= options_.election_ticks)
    return;
  ++counts_.snapshots_sent;
  snapshot_sender::flow flow{options_.snapshot_chunk_bytes, options_.snapshot_chunks_in_flight_max};
  peer.begin_snapshot({image_, flow, now_});
  continue_snapshot(self, peer);
}

void core::continue_snapshot(leader& self, progress& peer) {
  if (peer.ticks_since_contact(now_) >= options_.election_ticks)
    return;
  auto& sending = peer.sending();
  if (peer.nudged())
    sending.retry_if_silent(now_, options_.election_ticks);
  while (sending.may_send()) {
    ++counts_.snapshot_chunks_sent;
    send(peer.peer(), sending.next_chunk(self.round));
  }
}

void core::on(const envelope& m, const install_snapshot_reply& x) {
  auto* self = std::get_if<leader>(&role_);
  auto* peer = self ? peer_of(*self, m, x.round) : nullptr;
  if (peer == nullptr)
    return;
  confirm_reads(*self);
  if (peer->state() != progress_state::snapshot || peer->sending().last() != x.last)
    return; // Of an earlier image.
  peer->sending().acknowledged(x.next_offset, x.gap, x.round, now_);
  replication_due_ = true;
}

// -- receiving ------------------------------------------------------------------------------------

void core::on(const envelope& m, const install_snapshot& x) {
  if (!well_formed(x, m.sender_term))
    return drop();
  heard_leader(m);
  if (installing_) // It is being written, or another is: the leader repeats it if need be.
    return;
  if (x.last.index <= commit_) { // Late: nothing in it is new, and it must not wipe what is
    receiving_.reset();          // (NuRaft #407).
    return reply_after(persistence_.covering_log(commit_), m, append_accepted{commit_, x.round});
  }
  // The log has all of it and may have more (willemt/raft #49).
  if (log_.contains(x.last) && !base::mutated(base::mutant::image_wipes_longer_log)) {
    receiving_.reset();
    advance_commit(x.last.index);
    return reply_after(persistence_.covering_log(x.last.index), m,
                       append_accepted{x.last.index, x.round});
  }
  if (!takes_entries_)
    return drop();
  // One at a time. What was gathered of another is of no use: whoever leads sends this one.
  if (!receiving_ || !receiving_->is_of(x))
    receiving_ = std::make_unique<snapshot_receiver>(x);
  auto what = receiving_->take(x);
  if (what == snapshot_receiver::result::complete)
    return install(m, x.round);
  if (what == snapshot_receiver::result::damaged)
    receiving_ = std::make_unique<snapshot_receiver>(x); // From its beginning.
  bool gap = what == snapshot_receiver::result::gap || what == snapshot_receiver::result::damaged;
  reply(m, install_snapshot_reply{x.last, receiving_->size(), gap, x.round});
}

/// All of it is there: the log in memory stands still until it is durable.
void core::install(const envelope& m, std::uint64_t round) {
  installing_ = std::exchange(receiving_, nullptr)->finish();
  persistence_.image_received(installing_);
  auto after = persistence_.covering_all();
  if (base::mutated(base::mutant::image_acked_before_durable))
    after = {};
  reply_after(after, m, append_accepted{installing_->last.index, round});
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
