#include "runtime/storage/durable_mark.hpp"

#include "runtime/storage/records.hpp"

#include <utility>

namespace quorate::storage {

namespace {

/// The power may fail before the system wrote anything back: so many syncs of the log at most
/// aren't known afterwards.
constexpr std::size_t raises_without_sync_max = 256;

} // namespace

std::string encode(const mark_slot& x) {
  std::string out;
  append_fixed(out, x.turn);
  append_fixed(out, x.at.value);
  append_fixed(out, checksum_of(out));
  return out;
}

std::optional<mark_slot> decode_mark(std::string_view bytes) {
  constexpr std::size_t content_bytes = 16;
  if (bytes.size() < content_bytes + 8
      || fixed_at(bytes, content_bytes) != checksum_of(bytes.substr(0, content_bytes)))
    return std::nullopt;
  mark_slot out{fixed_at(bytes, 0), log_index{fixed_at(bytes, 8)}};
  if (out.turn == 0)
    return std::nullopt;
  return out;
}

result<durable_mark> durable_mark::load(rocksdb_engine& from) {
  auto bytes = from.read_mark();
  if (!bytes)
    return bytes.error();
  durable_mark out{from};
  const auto whole = std::string_view{*bytes};
  const auto first = decode_mark(whole);
  const auto second = whole.size() > mark_slot_bytes ? decode_mark(whole.substr(mark_slot_bytes))
                                                     : std::nullopt;
  const bool second_counts = second && (!first || second->turn > first->turn);
  if (!first && !second && !whole.empty())
    return make_error(errc::storage_corrupt, "the durable mark is unreadable, so nothing tells "
                                             "whether the end of the log is missing.");
  if (first || second) {
    out.newest_ = second_counts ? *second : *first;
    out.kept_slot_ = second_counts ? 1 : 0;
  }
  // It may never have been synced.
  if (auto kept = out.write(out.newest_.at, true); !kept)
    return kept.error();
  return out;
}

result<void> durable_mark::raise(log_index to) {
  if (to <= newest_.at)
    return {};
  return write(to, ++raised_ >= raises_without_sync_max);
}

result<void> durable_mark::lower(log_index to) {
  if (to >= newest_.at)
    return {};
  return write(to, true);
}

result<void> durable_mark::sync() {
  if (raised_ == 0)
    return {};
  return write(newest_.at, true);
}

result<void> durable_mark::write(log_index at, bool synced) {
  newest_ = {newest_.turn + 1, at};
  const auto slot = 1 - kept_slot_;
  if (auto done = engine_->write_mark(slot * mark_slot_bytes, encode(newest_), synced); !done)
    return done;
  if (synced) {
    kept_slot_ = slot;
    raised_ = 0;
  }
  return {};
}

} // namespace quorate::storage
