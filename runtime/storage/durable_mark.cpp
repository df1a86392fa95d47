#include "runtime/storage/durable_mark.hpp"

#include "runtime/storage/records.hpp"

#include <utility>

namespace quorate::storage {

namespace {

/// The power may fail before the system wrote anything back: so many writes at most aren't
/// known afterwards.
constexpr std::size_t raises_without_sync_max = 256;

} // namespace

std::string encode(const write_mark& x) {
  std::string out;
  append_fixed(out, x.number);
  append_fixed(out, x.log_end.value);
  append_fixed(out, checksum_of(out));
  return out;
}

std::optional<write_mark> decode_mark(std::string_view bytes) {
  constexpr std::size_t content_bytes = 16;
  if (bytes.size() < content_bytes + 8
      || fixed_at(bytes, content_bytes) != checksum_of(bytes.substr(0, content_bytes)))
    return std::nullopt;
  return write_mark{fixed_at(bytes, 0), log_index{fixed_at(bytes, 8)}};
}

result<durable_mark> durable_mark::load(rocksdb_engine& from, bool fresh) {
  auto bytes = from.read_mark();
  if (!bytes)
    return bytes.error();
  durable_mark out{from};
  const auto whole = std::string_view{*bytes};
  const auto first = decode_mark(whole);
  const auto second = whole.size() > mark_slot_bytes ? decode_mark(whole.substr(mark_slot_bytes))
                                                     : std::nullopt;
  if (!first && !second && !fresh)
    return make_error(
      errc::storage_corrupt,
      "the durable mark is unreadable, so nothing tells whether the end of what was "
      "written is missing: remove this node, and start it with empty storage.");
  const bool second_counts = second && (!first || second->number > first->number);
  if (first || second) {
    out.newest_ = second_counts ? *second : *first;
    out.kept_slot_ = second_counts ? 1 : 0;
  }
  // It may never have been synced.
  if (auto kept = out.write(true); !kept)
    return kept.error();
  return out;
}

result<void> durable_mark::raise(const write_mark& to) {
  newest_ = to;
  return write(++raised_ >= raises_without_sync_max);
}

result<void> durable_mark::sync() {
  return raised_ != 0 ? write(true) : result<void>{};
}

result<void> durable_mark::write(bool synced) {
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
