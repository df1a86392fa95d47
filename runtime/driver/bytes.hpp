// How many bytes leave a node: for counters that show whether a change costs the same in a small
// cluster and in a large one.
#pragma once

#include "messages/node.hpp"
#include "messages/storage.hpp"

#include <cstdint>

namespace quorate::driver {

/// What a message is about on a wire: texts, payloads and images exactly, what is fixed around them
/// as a round figure. O(entries and rows in it).
std::uint64_t bytes_of(const node_message& message);

/// Likewise on a disk.
std::uint64_t bytes_of(const storage::write_batch& batch);

/// Whether the message carries the members, and not only the version of them.
bool carries_view(const node_message& message);

} // namespace quorate::driver
