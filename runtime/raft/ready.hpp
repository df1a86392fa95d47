// The driver's list of things to do, taken from a core after any number of calls.
#pragma once

#include "messages/raft.hpp"
#include "messages/storage.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace quorate::raft {

/// A number of the driver's own choice that comes back with the read.
using read_token = strong<struct read_token_tag, std::uint64_t>;

/// The read may be served as soon as the machine has applied `index`.
struct read_state {
  read_token token{};
  log_index index{};
};

/// In this order: install, apply, start the write, send, answer. Nothing here has to wait for
/// anything: messages that need a write to be durable stay in the core until `persisted` says so,
/// and entries are given out for applying only once they are committed *and* durable here.
struct ready {
  /// A snapshot that was received and is durable: replaces the machine's whole state before
  /// `committed`.
  std::shared_ptr<const snapshot> install;
  /// To apply, in order. The core assumes that they are applied before the next call of it.
  std::vector<entry> committed;
  /// To make durable, answered by `core::persisted`. The next one may be handed out before that.
  std::optional<storage::write_batch> write;
  /// To send; each may be lost.
  std::vector<envelope> messages;
  /// Confirmed reads.
  std::vector<read_state> reads;
  /// Reads that will not be confirmed: leadership is gone. They may be asked again elsewhere.
  std::vector<read_token> failed_reads;
  /// Role, term or known leader changed: look at `core::current`.
  bool leadership_changed = false;

  bool empty() const noexcept {
    return !install && committed.empty() && !write && messages.empty() && reads.empty()
           && failed_reads.empty() && !leadership_changed;
  }
};

} // namespace quorate::raft
