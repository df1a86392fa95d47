#include "quorate/storage_image.hpp"
#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"

#include <cstddef>

namespace quorate::storage {

image::image(const recovered& from)
  : identity_(from.identity),
    lowest_(from.lowest),
    state_(from.state),
    snapshot_(from.image),
    entries_(from.entries.begin(), from.entries.end()) {
  QUORATE_CHECK(from.damage.code == errc::none, to_string(from.damage));
  if (snapshot_)
    before_ = snapshot_->last;
  if (!entries_.empty() && entries_.front().index.value != before_.index.value + 1) {
    // Its term is in no entry any more, and is at most that of the first one there is.
    before_ = {log_index{entries_.front().index.value - 1}, term{}};
  }
}

void image::apply(const write_batch& batch) {
  if (batch.identity)
    set_identity(*batch.identity);
  if (batch.drop_log)
    drop_log(*batch.drop_log);
  if (batch.state)
    set_state(*batch.state);
  if (batch.image)
    set_snapshot(batch);
  QUORATE_CHECK(batch.image || !batch.image_replaces_log, "sequence", batch.sequence.value);
  if (batch.truncate_from)
    truncate(batch.truncate_from);
  for (auto& each : batch.entries)
    append(each);
  if (batch.compact_to)
    compact(batch.compact_to);
  QUORATE_CHECK(last().entry_term <= state_.current_term, "last", last().entry_term.value, "term",
                state_.current_term.value);
}

recovered image::content() const {
  recovered result;
  result.identity = identity_;
  result.lowest = lowest_;
  result.state = state_;
  result.image = snapshot_;
  result.entries.assign(entries_.begin(), entries_.end());
  return result;
}

raft::log_position image::last() const noexcept {
  if (entries_.empty())
    return before_;
  return {entries_.back().index, entries_.back().entry_term};
}

const raft::entry* image::find(log_index index) const noexcept {
  if (index <= before_.index || index > last().index)
    return nullptr;
  return &entries_[static_cast<std::size_t>(index.value - before_.index.value - 1)];
}

void image::set_identity(const marker& x) {
  QUORATE_CHECK(static_cast<bool>(x.storage), "name", x.name);
  if (identity_) {
    QUORATE_CHECK(x.storage == identity_->storage, "was", to_string(identity_->storage), "is",
                  to_string(x.storage));
    QUORATE_CHECK(x.boots >= identity_->boots, "was", identity_->boots, "is", x.boots);
  }
  identity_ = x;
}

void image::drop_log(const storage::floor& x) {
  QUORATE_CHECK(x.version >= lowest_.version, "was", lowest_.version.value, "is", x.version.value);
  QUORATE_CHECK(static_cast<bool>(x), "at", x.at.index.value);
  lowest_ = x;
  if (base::mutated(base::mutant::disk_keeps_dropped_log))
    return;
  snapshot_ = nullptr;
  entries_.clear();
  before_ = {};
}

void image::set_state(const hard_state& x) {
  QUORATE_CHECK(x.current_term >= state_.current_term, "was", state_.current_term.value, "is",
                x.current_term.value);
  // One vote a term, over all lives: two leaders in a term otherwise.
  bool same_term = x.current_term == state_.current_term;
  QUORATE_CHECK(!same_term || !state_.voted_for.id || x.voted_for == state_.voted_for, "term",
                x.current_term.value, "was", state_.voted_for.id.value, "is", x.voted_for.id.value);
  state_ = x;
}

void image::set_snapshot(const write_batch& batch) {
  auto at = batch.image->last;
  QUORATE_CHECK(static_cast<bool>(at.index), "sequence", batch.sequence.value);
  QUORATE_CHECK(!snapshot_ || at.index >= snapshot_->last.index, "was", snapshot_->last.index.value,
                "is", at.index.value);
  if (batch.image_replaces_log) {
    entries_.clear();
    before_ = at;
  } else {
    // The node's own: of what it has applied, so of what is in its log.
    QUORATE_CHECK(at.index >= before_.index && at.index <= last().index, "at", at.index.value,
                  "before", before_.index.value, "last", last().index.value);
    auto* covered = find(at.index);
    auto found = covered != nullptr ? covered->entry_term : before_.entry_term;
    QUORATE_CHECK(found == at.entry_term, "at", at.index.value, "log", found.value, "image",
                  at.entry_term.value);
  }
  snapshot_ = batch.image;
}

void image::truncate(log_index from) {
  // Beyond the end there is nothing to do: what goes may never have been handed out for writing.
  QUORATE_CHECK(from > before_.index, "from", from.value, "before", before_.index.value);
  QUORATE_CHECK(!snapshot_ || from > snapshot_->last.index, "from", from.value, "snapshot",
                snapshot_->last.index.value);
  while (!entries_.empty() && entries_.back().index >= from)
    entries_.pop_back();
}

void image::append(const raft::entry& x) {
  QUORATE_CHECK(x.index.value == last().index.value + 1, "index", x.index.value, "last",
                last().index.value);
  QUORATE_CHECK(static_cast<bool>(x.entry_term), "index", x.index.value);
  QUORATE_CHECK(x.entry_term >= last().entry_term, "index", x.index.value, "term",
                x.entry_term.value, "last", last().entry_term.value);
  bool is_membership = x.kind == raft::entry_kind::membership;
  QUORATE_CHECK(is_membership == (x.config != nullptr), "index", x.index.value);
  entries_.push_back(x);
}

void image::compact(log_index to) {
  QUORATE_CHECK(snapshot_ && to <= snapshot_->last.index && to <= last().index, "to", to.value,
                "last", last().index.value);
  while (!entries_.empty() && entries_.front().index <= to) {
    before_ = {entries_.front().index, entries_.front().entry_term};
    entries_.pop_front();
  }
}

} // namespace quorate::storage
