// What one end of a connection shows of itself and believes of others. Made once from PEM files,
// shared by all sessions.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/identity.hpp"

#include <cstdint>
#include <memory>
#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX.

namespace quorate::tls {

/// Contents of the files, not their names.
struct pem_files {
  std::string ca;          ///< Authorities of this cluster; more than one while they are changed.
  std::string certificate; ///< The own one first, then those between it and the authority.
  std::string key;
};

/// TLS 1.3 only, each end shows a certificate, no authority but the given ones is believed, and
/// nothing is kept from one connection for the next.
///
/// Thread safety: immutable; any threads may share one.
class credentials {
public:
  /// Everything that can be wrong with the own side is found here and not at the first connection.
  /// `now_s`: seconds since 1970, UTC. (Peers are judged by the system's clock when they connect.)
  ///
  /// Errors: `tls_unusable`, with a sentence that begins with `ca`, `certificate` or `key`.
  static result<std::shared_ptr<const credentials>> make(const pem_files& from, std::int64_t now_s);

  credentials(const credentials&) = delete;
  credentials& operator=(const credentials&) = delete;
  ~credentials();

  /// Who this end is.
  const identity& self() const noexcept {
    return self_;
  }

  /// When the first of the own certificate and those that it rests on expires: peers refuse it from
  /// then on.
  std::int64_t expires_s() const noexcept {
    return expires_s_;
  }

private:
  friend class session;

  credentials() = default;
  result<void> configure();

  ssl_ctx_st* context_ = nullptr;
  identity self_;
  std::int64_t expires_s_ = 0;
};

} // namespace quorate::tls
