// Whether a certificate may be believed: the own one before it is used, and a peer's within the
// handshake, so that a peer that isn't believed is told by an alert. Included in this room only.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/identity.hpp"
#include "runtime/tls/openssl.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quorate::tls {

/// What the handshake has found of the peer. The connection's application data in OpenSSL.
struct peer_check {
  std::optional<identity> peer; ///< Its chain leads to the authority.
  std::string refusal;          ///< Why it isn't believed, if it isn't.
};

/// OpenSSL's callback for the whole check of a peer's chain. `own` is the `identity` of this end.
int verify_peer(X509_STORE_CTX* chain, void* own);

/// The own certificate, as both ends of a connection see it at that time. Returns when the first of
/// its chain expires. Errors: `tls_unusable`.
result<std::int64_t> verify_own(X509_STORE* authorities, X509* certificate,
                                STACK_OF(X509) * between, std::int64_t now_s);

} // namespace quorate::tls
