// The other end of a connection as somebody else writes it, by OpenSSL itself: what our own
// sessions never do.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/authority.hpp"
#include "runtime/tls/credentials.hpp"
#include "runtime/tls/openssl.hpp"
#include "runtime/tls/session.hpp"

#include <string>
#include <string_view>

namespace quorate::tls {

/// It believes everybody.
class foreign_end {
public:
  /// Shows no certificate, if `files` are empty.
  foreign_end(side which, const pem_files& files, int version_max = TLS1_3_VERSION,
              int strength = security_level);

  SSL* raw() {
    return ssl_.get();
  }
  SSL_CTX* context() {
    return context_.get();
  }

  /// Takes what the other end has said, goes on, and returns what is to be sent.
  std::string answer(std::string_view bytes);

private:
  side which_;
  context_ptr context_;
  ssl_ptr ssl_;
};

/// What our end says in the end, as an error.
error meets(foreign_end& foreign, session& ours);

/// A certificate of any form, by any key.
struct odd_certificate {
  std::string alternative_name; ///< As OpenSSL's configuration has it; empty: none.
  std::string basic = "critical,CA:FALSE";
  std::string usage = "critical,digitalSignature";
  std::string extended_usage = "clientAuth,serverAuth"; ///< Empty: none.
  int age_days = 0;
  int days = 30;
  bool self_signed = false;
  int rsa_bits = 0; ///< Of its key; 0: a key on P-256.
  std::string name = "odd";
};

/// Signed by `by`, by itself, or else by the authority of the cluster "c".
pem_files make_odd(const odd_certificate& what, const key_pair_pem* by = nullptr);

/// An authority that doesn't say for which cluster it signs.
key_pair_pem nameless_authority();

/// One that may sign others, and those others still; signed by `by`, or else by itself.
key_pair_pem further_authority(const std::string& name, const key_pair_pem* by = nullptr);

} // namespace quorate::tls
