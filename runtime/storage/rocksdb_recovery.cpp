// What is on the disk when a life begins.
#include "runtime/base/check.hpp"
#include "runtime/storage/records.hpp"
#include "runtime/storage/rocksdb_life.hpp"

#include <algorithm>
#include <utility>

namespace quorate::storage {

result<recovered> rocksdb_store::life::load() {
  auto what = read();
  if (!what)
    return what.error();
  auto out = recover(std::move(what).value());
  if (out.damage.code != errc::none)
    return out; // Nothing is changed any more.
  recovered outline = out;
  for (auto& each : outline.entries)
    each.payload = {};
  outline_ = image{outline};
  if (auto looked = look_for_files(); !looked)
    return looked.error();
  return out;
}

result<found> rocksdb_store::life::read() {
  found out;
  auto any = engine_->scan("", "~", [&](std::string_view, std::string_view) {
    out.anything = true;
    return false;
  });
  if (!any)
    return any.error();
  const bool fresh = !out.anything;
  if (auto done = read_marker(out); !done) // A later format first: its mark may be another.
    return done.error();
  auto mark = durable_mark::load(*engine_, fresh);
  if (!mark)
    return mark.error();
  mark_ = *mark;
  out.acknowledged_write = mark_->newest().number;
  out.anything |= out.acknowledged_write != 0;
  if (auto done = read_log(out); !done)
    return done.error();
  if (auto done = read_image(out); !done)
    return done.error();
  if (auto done = read_last_write(out); !done)
    return done.error();
  return out;
}

/// And whether all that was read agrees with it.
result<void> rocksdb_store::life::read_last_write(found& to) {
  const auto record = engine_->get(write_key);
  if (!record)
    return record.error();
  if (!*record)
    return {};
  const auto last = unseal<last_write>(write_key, **record);
  if (!last)
    return last.error();
  writes_ = last->number;
  to.last_write = last->number;
  to.durable_mark = last->log_end; // Of the table itself, so it doesn't lag.
  const bool begins = to.log.empty() || !to.log.front().intact
                      || to.log.front().content.index == begin_;
  to.of_one_write = begins && last->small == digest(small_);
  return {};
}

/// Identity, floor, term and vote. One that is unreadable is none; one of a later format stops all.
result<void> rocksdb_store::life::read_marker(found& to) {
  const auto read = [this](std::string_view key, auto& into, std::uint64_t& sum,
                           bool& written) -> result<void> {
    using content = std::decay_t<decltype(*into)>;
    const auto record = engine_->get(key);
    if (!record)
      return record.error();
    written = record->has_value();
    if (!written)
      return {};
    sum = checksum_of(**record);
    auto x = unseal<content>(key, **record);
    if (x)
      into = std::move(x).value();
    else if (x.error().code == errc::storage_format_newer)
      return x.error();
    return {};
  };
  bool written = false;
  if (auto done = read(identity_key, to.identity, small_.identity, written); !done)
    return done;
  if (auto done = read(state_key, to.state, small_.state, to.state_written); !done)
    return done;
  std::optional<floor> lowest;
  if (auto done = read(floor_key, lowest, small_.floor, written); !done)
    return done;
  to.lowest_intact = !written || lowest;
  to.lowest = lowest.value_or(floor{});
  std::optional<std::uint64_t> begin;
  if (auto done = read(begin_key, begin, small_.begin, written); !done)
    return done;
  begin_ = log_index{begin.value_or(1)}; // It only spares the way over what was erased.
  return {};
}

result<void> rocksdb_store::life::read_log(found& to) {
  error newer;
  auto done = engine_->scan(
    entry_key(begin_), entries_end, [&](std::string_view key, std::string_view record) {
      auto x = unseal<raft::entry>(key, record);
      if (!x && x.error().code == errc::storage_format_newer)
        newer = x.error();
      const bool intact = x && index_of(key) == x->index;
      to.log.push_back({intact ? std::move(x).value() : raft::entry{}, intact});
      return newer.code == errc::none;
    });
  return done && newer.code != errc::none ? result<void>{newer} : done;
}

/// One whose bytes aren't those that were written is none.
result<void> rocksdb_store::life::read_image(found& to) {
  const auto record = engine_->get(image_key);
  if (!record)
    return record.error();
  if (!*record)
    return {};
  small_.image = checksum_of(**record);
  auto named = unseal<image_record>(image_key, **record);
  if (!named)
    return named.error().code == errc::storage_format_newer ? result<void>{named.error()}
                                                            : result<void>{};
  image_end_ = named->last.index;
  image_file_ = named->file;
  image_bytes_ = named->bytes;
  files_made_ = named->file;
  auto bytes = engine_->read_file(image_file(named->file));
  if (!bytes || bytes->size() < named->bytes)
    return {};
  bytes->resize(named->bytes); // What is behind was of an older image.
  if (checksum_of(*bytes) != named->checksum)
    return {};
  auto image = std::make_shared<raft::snapshot>();
  image->last = named->last;
  image->config = std::move(named->config);
  image->image = shared_bytes{std::move(bytes).value()};
  to.image = std::move(image);
  return {};
}

/// Images that nothing names: the spare one, and what a crash left behind.
result<void> rocksdb_store::life::look_for_files() {
  const auto names = engine_->list_files();
  if (!names)
    return names.error();
  for (const auto& name : *names) {
    const auto number = number_of(name);
    if (!number || *number == image_file_)
      continue;
    files_made_ = std::max(files_made_, *number);
    if (image_file_ != 0 && spare_file_ == 0)
      keep_spare(*number);
    else
      engine_->remove_file(name);
  }
  return {};
}

} // namespace quorate::storage
