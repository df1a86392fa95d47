// What a core is made from: its parameters, and what its storage remembered.
#pragma once

#include "messages/raft.hpp"
#include "messages/storage.hpp"
#include "runtime/base/limits.hpp"

#include <cstddef>
#include <cstdint>

namespace quorate::raft {

struct settings {
  /// A follower that hears nothing for E to E+J-1 ticks campaigns; a leader that hears nothing of a
  /// quorum for E ticks steps down. At least 3, so that one lost heartbeat is not an election.
  std::uint32_t election_ticks = 10;
  /// J: more of it, and fewer elections are split; less, and they begin sooner. 0: as E.
  std::uint32_t election_jitter_ticks = 0;
  /// A leader says that it lives every so many ticks.
  std::uint32_t heartbeat_ticks = 1;
  /// How long a tick is by this node's clock: turns the configuration's lease into ticks.
  std::uint64_t tick_ms = 20;
  std::size_t inflight_messages_max = limits::inflight_messages_max;
  std::size_t inflight_bytes_max = limits::inflight_bytes_max;
  /// Writes that storage has been given and hasn't acknowledged; what comes meanwhile shares the
  /// next one.
  std::size_t writes_in_flight_max = limits::writes_in_flight_max;
  std::size_t append_entries_max = limits::append_entries_max;
  std::size_t append_bytes_max = limits::append_bytes_max;
  std::size_t snapshot_chunk_bytes = limits::snapshot_chunk_bytes;
  std::size_t snapshot_chunks_in_flight_max = limits::snapshot_chunks_in_flight_max;
  std::size_t uncommitted_bytes_max = limits::uncommitted_bytes_max;
  /// Entries that are kept behind a snapshot for followers that are a little late.
  std::uint64_t retained_entries = 1'000;
  /// A learner counts as caught up if one round of catching up took less than E ticks, or it lacks
  /// at most this many entries.
  std::uint64_t catch_up_lag_max = 64;
};

/// Who a core is, and what its disk says. A fresh learner has empty storage.
struct boot_state {
  fingerprint cluster;
  replica self;
  boot_number boot;
  storage::hard_state state;
  storage::floor lowest;
  std::shared_ptr<const snapshot> image;   ///< Null: none.
  std::vector<entry> entries;              ///< After the image, or after a compacted prefix of it.
  storage::write_sequence last_sequence{}; ///< Of the writes before this core began (identity,
                                           ///< boot).
};

} // namespace quorate::raft
