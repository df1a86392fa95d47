// What a node and its storage say to each other; what is written and found is in
// quorate/storage.hpp.
#pragma once

#include "quorate/storage.hpp"
#include "messages/inspect.hpp"
#include "messages/raft.hpp"

#include <cstdint>

namespace quorate::storage {

template <class Inspector>
inspected<Inspector, hard_state> inspect(Inspector& f, hard_state& x) {
  return f.object(x).fields(f.field("current_term", x.current_term),
                            f.field("voted_for", x.voted_for), f.field("commit", x.commit));
}

template <class Inspector>
inspected<Inspector, floor> inspect(Inspector& f, floor& x) {
  return f.object(x).fields(f.field("version", x.version), f.field("at", x.at));
}

template <class Inspector>
inspected<Inspector, marker> inspect(Inspector& f, marker& x) {
  return f.object(x).fields(f.field("format", x.format), f.field("name", x.name),
                            f.field("storage", x.storage), f.field("cluster", x.cluster),
                            f.field("id", x.id), f.field("boots", x.boots));
}

/// The disk has room for more or for less than it said last; without a word, it has enough.
struct room_changed {
  disk_room room = disk_room::enough;
};

/// Everything up to and including `sequence` is durable, or the storage has failed for good.
struct persisted {
  write_sequence sequence{};
  error failure;             ///< Why, in the storage's own words.
  std::uint64_t sync_us = 0; ///< How long the sync took; for statistics.
  bool busy = false;         ///< A snapshot is still being written.
};

} // namespace quorate::storage
