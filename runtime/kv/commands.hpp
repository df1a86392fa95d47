// Commands as bytes: what a client sends is what stands in the log.
//
// Thread safety: free functions without shared state. Complexity: O(bytes).
#pragma once

#include "quorate/result.hpp"
#include "messages/kv.hpp"

namespace quorate::kv {

/// Copies key and value, for the only time on their way to the replicas.
write_request make_write_request(session_write what);

/// The payload of an entry that opens a session.
shared_bytes make_open_session();

/// Shares the value in `from`. Takes any input: `malformed` if it isn't a write.
result<session_write> read_write_request(const write_request& from);

/// Likewise, of any command.
result<command> read_command(const shared_bytes& from);

} // namespace quorate::kv
