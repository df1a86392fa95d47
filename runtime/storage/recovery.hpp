// What may be believed of a storage after a crash: the rules, apart from how a disk is read.
//
// A crash tears the end of what was being written. That end was never acknowledged, so it is cut
// off and the node goes on. Damage anywhere else is damage to something that was promised: a node
// that cut that off would vote and acknowledge with a log that lacks committed entries (Alagappan
// et al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018). It takes no part any
// more, and its voters count it as dead until it is replaced.
//
// The two are told apart by the *durable mark*: what was acknowledged as durable, as far as that is
// known; it is written lazily and may lag.
//
// Thread safety: pure functions. Complexity: O(entries).
#pragma once

#include "messages/storage.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace quorate::storage {

/// One record of the log, in the order of the disk.
struct found_entry {
  raft::entry content;
  bool intact = true; ///< Its checksum agrees. Else `content` means nothing.
};

/// What was read, before anything is believed.
struct found {
  bool anything = false;          ///< There is some file.
  std::optional<marker> identity; ///< None: absent or unreadable.
  floor lowest;
  bool lowest_intact = true;
  std::optional<hard_state> state;             ///< The newest one that is intact.
  bool state_written = false;                  ///< Some was written, intact or not.
  std::shared_ptr<const raft::snapshot> image; ///< The newest one that is intact.
  std::vector<found_entry> log;
  log_index durable_mark{};
  /// Where writes are numbered: the last one that can be read, and the last that was acknowledged,
  /// as far as that is known.
  std::uint64_t last_write = 0;
  std::uint64_t acknowledged_write = 0;
  bool of_one_write = true; ///< Else some of this is older than the rest.
};

/// What the node starts with. With `recovered::damage`, it has the identity and nothing else:
///
/// - `storage_amnesiac`: data without its marker, without term and vote, or a log whose beginning
/// is
///   in no snapshot. What the node promised is forgotten.
/// - `storage_corrupt`: an entry that was durable is unreadable or gone, or a whole write is, or
/// the
///   log contradicts itself.
recovered recover(found what);

} // namespace quorate::storage
