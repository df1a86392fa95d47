#include "runtime/storage/rocksdb_store.hpp"

#include "runtime/base/check.hpp"
#include "runtime/storage/rocksdb_life.hpp"

#include <utility>

namespace quorate::storage {

rocksdb_store::rocksdb_store(options how) : options_(std::move(how)) {
  // nop
}

rocksdb_store::~rocksdb_store() = default;

result<recovered> rocksdb_store::load() {
  QUORATE_CHECK(life_ == nullptr);
  auto opened = rocksdb_engine::open(options_.engine);
  if (!opened)
    return opened.error();
  life_ = std::make_unique<life>(std::move(opened).value(), options_);
  auto found = life_->load();
  if (!found)
    life_.reset(); // Nobody writes to it.
  return found;
}

result<void> rocksdb_store::write(write_batch batch) {
  QUORATE_CHECK(life_ != nullptr, "sequence", batch.sequence.value);
  return life_->write(batch);
}

result<write_sequence> rocksdb_store::sync() {
  QUORATE_CHECK(life_ != nullptr);
  return life_->sync();
}

result<bool> rocksdb_store::work() {
  QUORATE_CHECK(life_ != nullptr);
  return life_->work();
}

std::optional<disk_room> rocksdb_store::room() {
  return life_ != nullptr ? life_->room() : std::nullopt;
}

result<void> rocksdb_store::close() {
  auto ending = std::exchange(life_, nullptr);
  return ending != nullptr ? ending->close() : result<void>{};
}

void rocksdb_store::abandon() {
  life_.reset();
}

} // namespace quorate::storage
