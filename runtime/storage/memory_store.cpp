#include "runtime/storage/memory_store.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <utility>

namespace quorate::storage {

result<recovered> memory_store::load() {
  QUORATE_CHECK(!loaded_, "last", last_.value);
  loaded_ = true;
  return recover(read());
}

/// As it stands on the disk, with what is wrong with it.
found memory_store::read() const {
  found out;
  out.anything = durable_.identity() || durable_.snapshot() || !durable_.entries().empty()
                 || durable_.state() != hard_state{};
  out.identity = durable_.identity();
  out.lowest = durable_.lowest();
  out.state_written = out.anything;
  if (!state_spoiled_)
    out.state = durable_.state();
  out.image = durable_.snapshot();
  for (const auto& x : durable_.entries())
    out.log.push_back({x, spoiled_.count(x.index) == 0});
  if (torn_)
    out.log.push_back({raft::entry{}, false});
  out.durable_mark = durable_mark_;
  return out;
}

bool memory_store::spoil(log_index at) {
  return durable_.find(at) != nullptr && spoiled_.insert(at).second;
}

result<void> memory_store::write(write_batch batch) {
  QUORATE_CHECK(loaded_, "sequence", batch.sequence.value);
  QUORATE_CHECK(batch.sequence > last_, "sequence", batch.sequence.value, "last", last_.value);
  if (failed_)
    return make_error(errc::storage_failed);
  last_ = batch.sequence;
  unsynced_.push_back(std::move(batch));
  return {};
}

result<write_sequence> memory_store::sync() {
  QUORATE_CHECK(loaded_, "last", last_.value);
  if (std::exchange(fail_next_sync_, false))
    failed_ = true;
  if (failed_)
    return make_error(errc::storage_failed);
  const bool leaves_one = base::mutated(base::mutant::sync_leaves_one_out) && unsynced_.size() > 1;
  make_durable(unsynced_.size() - (leaves_one ? 1 : 0));
  durable_mark_ = durable_.last().index;
  return last_;
}

void memory_store::reopen() {
  end_life(unsynced_.size());
}

void memory_store::crash(base::random& draw) {
  const auto survivors = static_cast<std::size_t>(draw.between(0, unsynced_.size()));
  const bool tears = survivors < unsynced_.size() && !unsynced_[survivors].entries.empty();
  end_life(survivors);
  torn_ = tears;
}

void memory_store::forget_unsynced() {
  end_life(0);
}

void memory_store::exchange(image other) {
  QUORATE_CHECK(!loaded_ && unsynced_.empty(), "unsynced", unsynced_.size());
  durable_ = std::move(other);
  durable_mark_ = durable_.last().index; // It lies on the same disk.
  spoiled_.clear();
  state_spoiled_ = false;
}

void memory_store::end_life(std::size_t survivors) {
  make_durable(survivors);
  unsynced_.clear();
  last_ = {};
  loaded_ = false;
  fail_next_sync_ = false;
  failed_ = false;
  torn_ = false;
}

void memory_store::make_durable(std::size_t count) {
  QUORATE_CHECK(count <= unsynced_.size(), "count", count, "unsynced", unsynced_.size());
  for (; count > 0; --count) {
    const auto& batch = unsynced_.front();
    // What is cut off on purpose isn't missed.
    if (batch.drop_log)
      durable_mark_ = {};
    if (batch.image_replaces_log)
      durable_mark_ = std::min(durable_mark_, batch.image->last.index);
    if (batch.truncate_from)
      durable_mark_ = std::min(durable_mark_, log_index{batch.truncate_from.value - 1});
    durable_.apply(batch);
    unsynced_.pop_front();
  }
}

} // namespace quorate::storage
