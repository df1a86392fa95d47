// The four roles. What a role alone needs lives in its alternative and dies with it: nothing of a
// lost leadership can be read by accident, and functions that take a `leader&` can't run as
// follower.
//
// Thread safety: none; owned by the core.
#pragma once

#include "messages/raft.hpp"
#include "messages/storage.hpp"
#include "runtime/raft/progress.hpp"
#include "runtime/raft/ready.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace quorate::raft {

/// A read that waits for a word of a quorum, and who asked for it.
struct waiting_read {
  read_token token{};
  replica asker; ///< None: this node itself.
  boot_number asker_boot;
};

/// A follower's reads that its leader was asked about together.
struct forwarded_reads {
  std::uint64_t id = 0;
  std::uint64_t asked_at = 0; ///< In ticks.
  std::vector<read_token> tokens;
};

struct follower {
  std::vector<read_token> reads_waiting; ///< For the next request to the leader.
  std::deque<forwarded_reads> reads_asked;
  std::size_t reads = 0; ///< In both.
};

/// Asks whether it could win, before it disturbs anybody by a new term (thesis, 9.6).
struct pre_candidate {
  std::map<node_id, bool> ballots;
};

struct candidate {
  std::map<node_id, bool> ballots;
  /// Its own vote counts once this write is durable.
  storage::write_sequence own_vote_after{};
};

/// Reads that share one round: a quorum answered a heartbeat that was sent after they had been
/// asked.
struct read_batch {
  std::uint64_t round = 0;
  log_index index{};
  std::vector<waiting_read> reads;
};

/// When a round of heartbeats began: an answer to it proves that its sender heard of this leader at
/// that time or later.
struct round_start {
  std::uint64_t round = 0;
  std::uint64_t at = 0; ///< In ticks.
};

/// Leadership on its way to another voter (thesis, 3.10).
struct handover {
  replica to;
  std::uint64_t started_at = 0; ///< In ticks.
};

struct leader {
  std::map<node_id, progress> peers; ///< Whoever is fed; never the leader itself.
  log_index term_start{};  ///< Its first entry. Before that is committed, it knows of no commit for
                           ///< sure.
  std::uint64_t round = 0; ///< Of heartbeats and appends; an answer to it came after it began.
  std::uint32_t heartbeat_elapsed = 0;
  std::size_t uncommitted_bytes = 0;
  std::optional<handover> transferring;
  /// A `timeout_now` was sent: whoever got it may be elected in spite of all promises, however late
  /// it arrives. No lease in this term any more.
  bool lease_given_up = false;
  std::deque<round_start> rounds;          ///< The newest ones, while there are leases.
  std::vector<waiting_read> reads_waiting; ///< For their round to begin.
  std::deque<read_batch> reads_asked;      ///< For their round's answers.
  std::size_t reads = 0;                   ///< In both.
};

using role = std::variant<follower, pre_candidate, candidate, leader>;

} // namespace quorate::raft
