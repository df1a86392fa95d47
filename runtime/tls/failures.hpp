// Why a TLS connection has failed, in quorate's words. Included in this room only.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/verification.hpp"

namespace quorate::tls {

/// `why`: the first error in OpenSSL's queue. `untrusted_peer` if it is about certificates, of
/// either end; else `malformed`.
error failure_of(unsigned long why, const peer_check& found);

} // namespace quorate::tls
