// What a node asks of its storage, and what it finds there when it starts.
#pragma once

#include "quorate/result.hpp"
#include "messages/raft.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::storage {

/// Counts the writes of one boot. A write is durable when its number, or a higher one, is
/// acknowledged.
using write_sequence = strong<struct write_sequence_tag, std::uint64_t>;

/// Raft's persistent state (Ongaro's thesis, figure 3.1). `commit` is a hint: never synced for its
/// own sake.
struct hard_state {
  quorate::term current_term{};
  raft::replica voted_for; ///< None if its id is zero.
  log_index commit{};

  friend bool operator==(const hard_state& a, const hard_state& b) {
    return a.current_term == b.current_term && a.voted_for == b.voted_for && a.commit == b.commit;
  }
  friend bool operator!=(const hard_state& a, const hard_state& b) {
    return !(a == b);
  }
};

template <class Inspector>
inspected<Inspector, hard_state> inspect(Inspector& f, hard_state& x) {
  return f.object(x).fields(f.field("current_term", x.current_term),
                            f.field("voted_for", x.voted_for), f.field("commit", x.commit));
}

/// Left behind by a node that dropped its log, on a leader's confirmed answer that it is out
/// (docs/adr/0003): below it, it takes no part in consensus.
struct floor {
  config_version version{};
  raft::log_position at;

  explicit operator bool() const noexcept {
    return static_cast<bool>(version);
  }
  friend bool operator==(const floor& a, const floor& b) {
    return a.version == b.version && a.at == b.at;
  }
  friend bool operator!=(const floor& a, const floor& b) {
    return !(a == b);
  }
};

template <class Inspector>
inspected<Inspector, floor> inspect(Inspector& f, floor& x) {
  return f.object(x).fields(f.field("version", x.version), f.field("at", x.at));
}

/// Who the storage belongs to. Written before the node says anything to anybody.
struct marker {
  std::uint16_t format = 1;
  std::string name;
  storage_id storage;
  fingerprint cluster; ///< None until registered or provisioned.
  node_id id{};        ///< Zero until then.
  std::uint64_t boots = 0;
};

template <class Inspector>
inspected<Inspector, marker> inspect(Inspector& f, marker& x) {
  return f.object(x).fields(f.field("format", x.format), f.field("name", x.name),
                            f.field("storage", x.storage), f.field("cluster", x.cluster),
                            f.field("id", x.id), f.field("boots", x.boots));
}

/// One atomic change. Executed in the order of `sequence`; what is set is done in the order of the
/// fields.
struct write_batch {
  write_sequence sequence{};
  std::optional<storage::marker> identity;
  std::optional<storage::floor> drop_log; ///< Keep this floor and the hard state; forget log and
                                          ///< snapshot.
  std::optional<hard_state> state;
  std::shared_ptr<const raft::snapshot> image; ///< Becomes the newest snapshot.
  bool image_replaces_log = false;  ///< It was received: the whole log goes. Else the log stays.
  log_index truncate_from{};        ///< Entries from here on go. Zero: none.
  std::vector<raft::entry> entries; ///< Appended; consecutive.
  log_index compact_to{};           ///< Entries up to and including this one go. Zero: none.
};

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

/// What a node finds when it starts.
struct recovered {
  std::optional<storage::marker> identity;
  storage::floor lowest;
  hard_state state;
  std::shared_ptr<const raft::snapshot> image; ///< Null: none.
  std::vector<raft::entry> entries;            ///< Consecutive, from after the compacted prefix.
  /// `storage_corrupt` or `storage_amnesiac`: the node takes no part, and nothing is changed on
  /// disk.
  error damage;
};

} // namespace quorate::storage
