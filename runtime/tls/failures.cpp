#include "runtime/tls/failures.hpp"

#include <openssl/err.h>

#include <string>

namespace quorate::tls {

namespace {

error untrusted(std::string sentence) {
  return make_error(errc::untrusted_peer, std::move(sentence));
}

error malformed(std::string sentence) {
  return make_error(errc::malformed, std::move(sentence));
}

/// The peer says by an alert that it doesn't believe this end.
error refused_by_peer(const char* because) {
  return untrusted(std::string{"The peer refuses this end's certificate: "} + because + '.');
}

/// RFC 8446, section 6.2.
error failure_of_alert(int alert) {
  switch (alert) {
  case SSL_AD_BAD_CERTIFICATE:
    return refused_by_peer("it is of another cluster, or doesn't say of whom it is");
  case SSL_AD_UNSUPPORTED_CERTIFICATE:
    return refused_by_peer("it isn't meant for connections");
  case SSL_AD_CERTIFICATE_REVOKED:
    return refused_by_peer("it is revoked");
  case SSL_AD_CERTIFICATE_EXPIRED:
    return refused_by_peer("it has expired, or isn't valid yet");
  case SSL_AD_CERTIFICATE_UNKNOWN:
    return refused_by_peer("no further reason is given");
  case SSL_AD_UNKNOWN_CA:
    return refused_by_peer("another authority has signed it than the one that the peer trusts");
  case SSL_AD_ACCESS_DENIED:
    return refused_by_peer("its owner may not connect");
  case SSL_AD_CERTIFICATE_REQUIRED:
    return refused_by_peer("none was shown");
  default:
    break;
  }
  const auto* words = SSL_alert_desc_string_long(alert);
  return malformed(std::string{"The peer has ended the connection by the TLS alert '"} + words
                   + "'.");
}

} // namespace

error failure_of(unsigned long why, const peer_check& found) {
  if (!found.refusal.empty())
    return untrusted(found.refusal);
  const auto reason = ERR_GET_REASON(why);
  if (ERR_GET_LIB(why) != ERR_LIB_SSL)
    return malformed("TLS failed: " + last_words() + '.');
  if (reason > SSL_AD_REASON_OFFSET)
    return failure_of_alert(reason - SSL_AD_REASON_OFFSET);
  switch (reason) {
  case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    return untrusted("The peer has shown no certificate.");
  case SSL_R_UNSUPPORTED_PROTOCOL:
  case SSL_R_UNKNOWN_SSL_VERSION:
  case SSL_R_VERSION_TOO_LOW:
    return malformed("The peer speaks no TLS 1.3.");
  case SSL_R_NO_APPLICATION_PROTOCOL:
    return malformed("The peer speaks another protocol behind TLS than quorate's.");
  default:
    return malformed("The peer's bytes are no proper TLS: " + last_words() + '.');
  }
}

} // namespace quorate::tls
