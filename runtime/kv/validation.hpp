// What may be asked of the store. Checked before anything is proposed, so that what stands in the
// log is known to be within bounds.
#pragma once

#include "quorate/result.hpp"
#include "messages/kv.hpp"

namespace quorate::kv {

/// `key_empty`, `key_too_large`, `value_too_large`, or `invalid_argument` for a precondition that
/// doesn't exist. O(1).
///
/// Thread safety: a function without shared state.
result<void> check_write(const write& what);

/// The same for any request, and `invalid_argument` for sequence numbers that no client counts.
/// O(1).
result<void> check_request(const request& what);

} // namespace quorate::kv
