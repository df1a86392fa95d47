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

struct follower {};

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
  std::vector<read_token> tokens;
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
  std::vector<read_token> reads_waiting; ///< For their round to begin.
  std::deque<read_batch> reads_asked;    ///< For their round's answers.
  std::size_t reads = 0;                 ///< In both.
};

using role = std::variant<follower, pre_candidate, candidate, leader>;

} // namespace quorate::raft
