#include "runtime/storage/rocksdb_life.hpp"

#include "runtime/base/check.hpp"
#include "runtime/storage/records.hpp"

#include <algorithm>
#include <utility>

namespace quorate::storage {

namespace {

write_batch without_payloads(const write_batch& x) {
  write_batch out = x;
  for (auto& each : out.entries)
    each.payload = {};
  if (x.image != nullptr) { // What it names is enough.
    auto outline = std::make_shared<raft::snapshot>();
    outline->last = x.image->last;
    out.image = std::move(outline);
  }
  return out;
}

} // namespace

rocksdb_store::life::life(std::unique_ptr<rocksdb_engine> on, const options& how)
  : engine_(std::move(on)),
    image_piece_bytes_(how.image_piece_bytes),
    room_(how.reserve_bytes) {
  // nop
}

// -- what is accepted gathers in the engine -------------------------------------------------------

result<void> rocksdb_store::life::write(const write_batch& batch) {
  QUORATE_CHECK(batch.sequence > accepted_, "sequence", batch.sequence.value, "last",
                accepted_.value);
  if (failure_.code != errc::none)
    return failure_;
  accepted_ = batch.sequence;
  outline_.apply(without_payloads(batch));
  gather(batch);
  return {};
}

/// One of the small records.
template <class T>
void rocksdb_store::life::put(std::string_view key, std::uint64_t& small, const T& content) {
  const auto record = seal(key, content);
  small = checksum_of(record);
  engine_->put(key, record);
}

void rocksdb_store::life::gather(const write_batch& batch) {
  if (batch.identity)
    put(identity_key, small_.identity, *batch.identity);
  if (batch.drop_log) {
    put(floor_key, small_.floor, *batch.drop_log);
    engine_->erase_range(entry_key({}), entries_end);
    engine_->erase(begin_key);
    small_.begin = 0;
    begin_ = log_index{1};
    forget_image();
    engine_->erase(image_key);
    small_.image = 0;
  }
  if (batch.state)
    put(state_key, small_.state, *batch.state);
  if (batch.image != nullptr)
    gather_image(batch);
  if (batch.truncate_from)
    engine_->erase_range(entry_key(batch.truncate_from), entries_end);
  for (const auto& each : batch.entries) {
    const auto key = entry_key(each.index);
    engine_->put(key, seal(key, each));
  }
  if (batch.compact_to) {
    compact_to_ = std::max(compact_to_, batch.compact_to);
    gather_compaction();
  }
}

void rocksdb_store::life::gather_image(const write_batch& batch) {
  if (!batch.image_replaces_log) {
    if (taking_)
      next_ = batch.image; // The last one that waits is the one to take.
    else
      taking_ = image_under_way{batch.image, 0, 0, 0, {}};
    return;
  }
  forget_image();
  received_ = batch.image;
  received_file_ = ++files_made_;
  name_image(*received_, received_file_, checksum_of(received_->image.view()));
  engine_->erase_range(entry_key({}), entries_end);
  begin_ = log_index{received_->last.index.value + 1};
  put(begin_key, small_.begin, begin_.value);
}

/// Up to the snapshot that is on disk; the rest waits for the one that is being written.
void rocksdb_store::life::gather_compaction() {
  const auto to = std::min(compact_to_, image_end_);
  if (to < begin_)
    return;
  const log_index begin{to.value + 1};
  engine_->erase_range(entry_key(begin_), entry_key(begin));
  put(begin_key, small_.begin, begin.value);
  begin_ = begin;
}

void rocksdb_store::life::name_image(const raft::snapshot& x, std::uint64_t file,
                                     std::uint64_t checksum) {
  if (image_file_ != 0)
    stale_files_.push_back(image_file_);
  image_end_ = x.last.index;
  image_file_ = file;
  image_bytes_ = x.image.size();
  const image_record record{x.last, x.config, file, x.image.size(), checksum};
  put(image_key, small_.image, record);
}

/// The log that they belong to goes: the newest one, and whatever was on its way to be it.
void rocksdb_store::life::forget_image() {
  const bool written = received_ == nullptr || received_file_ != image_file_;
  if (image_file_ != 0 && written)
    stale_files_.push_back(image_file_);
  if (taking_ && taking_->file != 0) {
    engine_->drop_file();
    stale_files_.push_back(taking_->file);
  }
  if (spare_file_ != 0) // A node without a log may never need one again.
    stale_files_.push_back(std::exchange(spare_file_, 0));
  spare_bytes_ = 0;
  image_end_ = {};
  image_file_ = 0;
  image_bytes_ = 0;
  taking_.reset();
  next_ = nullptr;
  received_ = nullptr;
  compact_to_ = {};
}

// -- and becomes durable --------------------------------------------------------------------------

result<write_sequence> rocksdb_store::life::sync() {
  if (failure_.code != errc::none)
    return failure_;
  // A small image is soon written, and needn't wait for a quiet moment. (Two at most.)
  while (taking_ && taking_->file == 0 && taking_->what->image.size() <= image_piece_bytes_
         && room_.last() != disk_room::none)
    if (auto done = work(); !done)
      return done.error();
  if (auto done = flush(); !done)
    return done.error();
  return durable_;
}

/// The order makes it safe: the mark says no more than what is durable, and the table names no file
/// that isn't.
result<void> rocksdb_store::life::flush() {
  if (received_ != nullptr)
    if (auto done = write_received(); !done)
      return fail(done.error());
  if (engine_->gathered()) {
    const write_mark now{++writes_, outline_.last().index};
    engine_->put(write_key, seal(write_key, last_write{now.number, now.log_end, digest(small_)}));
    if (auto done = engine_->commit(); !done)
      return fail(done.error());
    if (auto done = mark_->raise(now); !done)
      return fail(done.error());
  }
  durable_ = accepted_;
  for (const auto file : std::exchange(stale_files_, {}))
    if (image_file_ != 0 && spare_file_ == 0)
      keep_spare(file);
    else
      engine_->remove_file(image_file(file));
  return {};
}

void rocksdb_store::life::keep_spare(std::uint64_t file) {
  spare_file_ = file;
  spare_bytes_ = engine_->file_bytes(image_file(file));
}

/// Bytes that it has from before, which needn't be found anew.
result<std::uint64_t> rocksdb_store::life::make_file(std::uint64_t number) {
  const auto spare = std::exchange(spare_file_, 0);
  const auto reused = std::exchange(spare_bytes_, 0);
  auto done = spare != 0 ? engine_->reuse_file(image_file(number), image_file(spare))
                         : engine_->make_file(image_file(number));
  return done ? result<std::uint64_t>{reused} : done.error();
}

/// Where it can't be kept, nothing of it is begun.
result<void> rocksdb_store::life::write_received() {
  const auto image = std::exchange(received_, nullptr);
  const auto free = engine_->free_bytes();
  const auto wanted = image->image.size();
  if (free && wanted > spare_bytes_ && *free < wanted - spare_bytes_)
    return make_error(errc::storage_failed, "a snapshot of " + std::to_string(wanted)
                                              + " bytes was received, and " + std::to_string(*free)
                                              + " are free.");
  if (auto done = make_file(received_file_); !done)
    return done.error();
  if (auto done = engine_->append_file(image->image.view()); !done)
    return done;
  return engine_->finish_file();
}

/// What the next image takes has to fit, too.
std::optional<disk_room> rocksdb_store::life::room() {
  const auto free = engine_->free_bytes();
  if (!free)
    return std::nullopt;
  const auto next = taking_ ? taking_->what->image.size() : image_bytes_;
  const auto has = taking_ ? std::max<std::uint64_t>(taking_->reused, taking_->written)
                           : spare_bytes_;
  return room_.read(*free, next > has ? next - has : 0);
}

result<bool> rocksdb_store::life::work() {
  if (failure_.code != errc::none)
    return failure_;
  if (!taking_ || room_.last() == disk_room::none)
    return false;           // It goes on when there is room.
  if (received_ != nullptr) // One file at a time, and this one was first.
    if (auto done = flush(); !done)
      return done.error();
  const auto whole = write_piece();
  if (!whole)
    return fail(whole.error());
  if (!*whole)
    return true;
  name_image(*taking_->what, taking_->file, taking_->sum.value());
  taking_.reset();
  if (next_ != nullptr)
    taking_ = image_under_way{std::exchange(next_, nullptr), 0, 0, 0, {}};
  gather_compaction();
  if (auto done = flush(); !done)
    return done.error();
  return taking_.has_value();
}

/// Whether that was the last one. Each is synced: one large sync at the end would hold up every
/// append behind it.
result<bool> rocksdb_store::life::write_piece() {
  auto& [what, file, written, reused, sum] = *taking_;
  if (file == 0) {
    file = ++files_made_;
    auto made = make_file(file);
    if (!made)
      return made.error();
    reused = *made;
  }
  const auto piece = what->image.view().substr(written, image_piece_bytes_);
  if (auto done = engine_->append_file(piece); !done)
    return done.error();
  sum.add(piece);
  written += piece.size();
  const bool last = written == what->image.size();
  if (auto done = last ? engine_->finish_file() : engine_->sync_file(); !done)
    return done.error();
  return last;
}

error rocksdb_store::life::fail(const error& why) {
  failure_ = why;
  return why;
}

result<void> rocksdb_store::life::close() {
  if (failure_.code != errc::none)
    return failure_;
  if (auto done = flush(); !done)
    return done;
  return mark_->sync();
}

} // namespace quorate::storage
