// What a node needs from a disk, as a contract that every implementation is tested against
// (quorate/testing/storage_conformance.hpp), and what it writes there.
//
// Thread safety: plain values, but for `store`. What pointers lead to is immutable, and may be
// shared and dropped on any thread.
#pragma once

#include <quorate/bytes.hpp>
#include <quorate/export.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>
#include <quorate/types.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// -- the log ----------------------------------------------------------------------------------------

namespace quorate::raft {

/// One participant in consensus. Its storage is part of its name: what another disk promised
/// doesn't count.
struct replica {
  node_id id{};
  storage_id storage{};

  friend bool operator==(const replica& a, const replica& b) {
    return a.id == b.id && a.storage == b.storage;
  }
  friend bool operator!=(const replica& a, const replica& b) {
    return !(a == b);
  }
  friend bool operator<(const replica& a, const replica& b) {
    return a.id < b.id;
  }
};

/// All that the core knows of membership. Each list is sorted by id. Joint while `outgoing` is not
/// empty: then a decision needs a majority of `voters` and one of `outgoing`.
struct configuration {
  config_version version{};
  std::vector<replica> voters;   ///< The incoming half, or all of it.
  std::vector<replica> outgoing; ///< The voters before the change that is in progress, in full.
  std::vector<replica> learners;
  /// How long a voter refuses to elect somebody else after a word of its leader, by its own clock.
  /// Zero: it promises nothing, and no leader reads by lease. A part of the configuration, because
  /// all voters have to agree on it.
  std::uint64_t lease_ms = 0;

  bool joint() const noexcept {
    return !outgoing.empty();
  }
  friend bool operator==(const configuration& a, const configuration& b) {
    return a.version == b.version && a.voters == b.voters && a.outgoing == b.outgoing
           && a.learners == b.learners && a.lease_ms == b.lease_ms;
  }
  friend bool operator!=(const configuration& a, const configuration& b) {
    return !(a == b);
  }
};

enum class entry_kind : std::uint8_t {
  noop = 1,       ///< A new leader's first.
  command = 2,    ///< For the machine; the core doesn't look inside.
  membership = 3, ///< A delta of the nodes config for the machine, and its configuration for the
                  ///< core.
};

struct entry {
  log_index index{};
  term entry_term{};
  entry_kind kind = entry_kind::noop;
  shared_bytes payload;
  std::shared_ptr<const configuration> config; ///< Set exactly if `kind` is `membership`.
  /// For the machine: stamped by the leader that proposed a command. Beside the payload, so that
  /// those bytes stay the client's (docs/adr/0007).
  std::uint64_t log_time_ms = 0;
};

/// Where a log ends, or where an entry stands.
struct log_position {
  log_index index{};
  term entry_term{};

  friend bool operator==(const log_position& a, const log_position& b) {
    return a.index == b.index && a.entry_term == b.entry_term;
  }
  friend bool operator!=(const log_position& a, const log_position& b) {
    return !(a == b);
  }
};

/// A machine's whole state at one index, with the configuration that is in effect *there*.
struct snapshot {
  log_position last;
  configuration config;
  shared_bytes image;
};

} // namespace quorate::raft

namespace quorate::storage {

// -- what is written and found ----------------------------------------------------------------------

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

/// Who the storage belongs to. Written before the node says anything to anybody.
struct marker {
  std::uint16_t format = 1;
  std::string name;
  storage_id storage;
  fingerprint cluster; ///< None until registered or provisioned.
  node_id id{};        ///< Zero until then.
  std::uint64_t boots = 0;
};

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

// -- the contract -----------------------------------------------------------------------------------

/// The durable part of one node. Writes are accepted in order and become durable in order, each as
/// a whole or not at all (but see `work`); `sync` makes durable all that were accepted. So after a
/// crash the storage holds what was synced, and possibly a further prefix of the accepted writes.
///
/// A batch that no correct node writes (a gap in the log, a second vote in a term) is a broken
/// invariant and aborts: implementations check it before anything reaches the disk.
///
/// Thread safety: none. One thread at a time calls, the owner's storage thread.
/// Errors: `storage_failed` is final. Nothing after it succeeds; what was accepted and not synced
/// may be durable or not. The node stops and never retries, because a disk that lost a write says
/// so once at most.
class QUORATE_EXPORT store {
public:
  virtual ~store() = default;

  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// What the storage holds. Called once in each life of the node, before anything else. Everything
  /// that it returns is durable. Errors: `storage_failed`, `malformed`.
  virtual result<recovered> load() = 0;

  /// Accepts a batch; nothing is durable yet. Sequences rise within one life. Errors:
  /// `storage_failed`.
  virtual result<void> write(write_batch batch) = 0;

  /// Makes durable all that was accepted, and returns the highest sequence of it; zero if nothing
  /// was accepted in this life. Without news it returns the same again. Errors: `storage_failed`.
  virtual result<write_sequence> sync() = 0;

  /// Does a bounded part of what was put off: a snapshot that the node took itself, and the
  /// compaction that it allows, may become durable later than what was accepted behind them,
  /// because nothing waits for them and the log goes on. True: some is left. Called between syncs,
  /// and while there is nothing else to do. Errors: `storage_failed`.
  virtual result<bool> work() {
    return false;
  }

  /// The life of the node has ended, however that came: whatever counts was synced. What was
  /// accepted since may be lost; `load` begins the next one.
  virtual void abandon() {
    // nop
  }

  /// What there is room for at the moment. Asked after each sync, and about once a second. None: as
  /// much as it may ask for; it isn't asked again.
  virtual std::optional<disk_room> room() {
    return std::nullopt;
  }
};

} // namespace quorate::storage
