#include "runtime/storage/memory_store.hpp"

#include "runtime/base/check.hpp"

#include <utility>

namespace quorate::storage {

result<recovered> memory_store::load() {
  QUORATE_CHECK(!loaded_, "last", last_.value);
  loaded_ = true;
  return durable_.content();
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
  make_durable(unsynced_.size());
  return last_;
}

void memory_store::reopen() {
  end_life(unsynced_.size());
}

void memory_store::crash(base::random& draw) {
  end_life(static_cast<std::size_t>(draw.between(0, unsynced_.size())));
}

void memory_store::forget_unsynced() {
  end_life(0);
}

void memory_store::end_life(std::size_t survivors) {
  make_durable(survivors);
  unsynced_.clear();
  last_ = {};
  loaded_ = false;
  fail_next_sync_ = false;
  failed_ = false;
}

void memory_store::make_durable(std::size_t count) {
  QUORATE_CHECK(count <= unsynced_.size(), "count", count, "unsynced", unsynced_.size());
  for (; count > 0; --count) {
    durable_.apply(unsynced_.front());
    unsynced_.pop_front();
  }
}

} // namespace quorate::storage
