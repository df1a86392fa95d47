// What a node has only while it has a log: the core, the machine, and the callers that wait for
// either.
#pragma once

#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/ops.hpp"
#include "runtime/driver/effects.hpp"
#include "runtime/driver/tick_times.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/raft/core.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::driver {

/// A client's read that waits for its round.
struct client_read {
  request_token token{};
  std::string key;
};

/// A node with a log that asks whether it is still in.
struct join_confirmation {
  std::string reply_to;
  membership::join_request request;
};

using confirmed_read = std::variant<client_read, join_confirmation>;

/// A write that waits until its entry is applied. The entry is known by index *and* term: another
/// leader's entry at the same index is not this one.
struct pending_write {
  quorate::term entry_term{};
  request_token token{};
};

/// A cluster that is being founded: the seeds are asked first, then its first entry is written.
struct founding {
  membership::provision_request request;
  std::vector<request_token> tokens;
  std::uint64_t decide_ms = 0; ///< When the seeds have had their time.
  bool writing = false;
  storage::write_sequence sequence{};
  raft::entry first;
  storage::hard_state state;
};

/// An operator's handover that is under way, and who waits for its end.
struct pending_transfer {
  request_token token{};
  node_id to{};
};

struct replica {
  replica(raft::settings options, raft::boot_state from, machine::machine initial, base::random rng)
    : core(options, std::move(from), rng),
      state(std::move(initial)),
      snapshot_at(state.applied().index) {
    // nop
  }

  raft::core core;
  tick_times ticks;
  machine::machine state;
  log_index snapshot_at;            ///< Of the newest snapshot that was taken or installed.
  std::uint64_t snapshot_bytes = 0; ///< Its size.
  std::uint64_t log_bytes = 0;      ///< Of the entries that were applied since.
  std::map<log_index, pending_write> writes;
  std::uint64_t next_read = 1;
  std::map<raft::read_token, confirmed_read> unconfirmed; ///< Waiting for a quorum's word.
  std::multimap<log_index, confirmed_read> confirmed;     ///< Waiting for the machine.
  std::optional<pending_transfer> transfer;
};

} // namespace quorate::driver
