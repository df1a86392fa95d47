#include "runtime/tls/verification.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/tls/certificate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace quorate::tls {

namespace {

/// Refuses with an alert that says so (bad_certificate), whatever was wrong with the identity.
int refuse(X509_STORE_CTX* chain, peer_check& found, std::string sentence) {
  found.refusal = std::move(sentence);
  X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_REJECTED);
  return 0;
}

std::string words_of(int verify_error) {
  return X509_verify_cert_error_string(verify_error);
}

/// As one end of a connection sees the own certificate.
result<std::int64_t> verify_as(int purpose, X509_STORE* authorities, X509* certificate,
                               STACK_OF(X509) * between, std::int64_t now_s) {
  const chain_check_ptr check{X509_STORE_CTX_new()};
  if (!check || X509_STORE_CTX_init(check.get(), authorities, certificate, between) != 1
      || X509_STORE_CTX_set_purpose(check.get(), purpose) != 1)
    return make_error(errc::tls_unusable,
                      "certificate: it can't be checked: " + last_words() + '.');
  auto* how = X509_STORE_CTX_get0_param(check.get());
  X509_VERIFY_PARAM_set_time(how, now_s);
  X509_VERIFY_PARAM_set_depth(how, limits::tls_chain_between_max);
  X509_VERIFY_PARAM_set_auth_level(how, security_level);
  if (X509_verify_cert(check.get()) != 1)
    return make_error(errc::tls_unusable, "certificate: the authority in ca doesn't vouch for it ("
                                            + words_of(X509_STORE_CTX_get_error(check.get()))
                                            + ").");
  auto expires_s = std::numeric_limits<std::int64_t>::max();
  const auto* chain = X509_STORE_CTX_get0_chain(check.get());
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto until = not_after_s(*sk_X509_value(chain, i));
    if (!until)
      return make_error(errc::tls_unusable, "ca: " + until.error().message);
    expires_s = std::min(expires_s, *until);
  }
  return expires_s;
}

} // namespace

int verify_peer(X509_STORE_CTX* chain, void* own) {
  const auto& self = *static_cast<const identity*>(own);
  const auto* ssl = static_cast<SSL*>(
    X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& found = *static_cast<peer_check*>(SSL_get_app_data(ssl));
  if (X509_verify_cert(chain) != 1) {
    if (X509_STORE_CTX_get_error(chain) == X509_V_OK)
      X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
    found.refusal = "The peer's certificate is refused: "
                    + words_of(X509_STORE_CTX_get_error(chain)) + '.';
    return 0;
  }
  auto facts = facts_of(*X509_STORE_CTX_get0_cert(chain));
  if (!facts)
    return refuse(chain, found, "The peer's certificate is refused: " + facts.error().message);
  if (!facts->owner)
    return refuse(chain, found, "The peer's certificate is an authority's, and nobody's.");
  if (facts->owner->cluster_name != self.cluster_name)
    return refuse(chain, found,
                  "The peer is " + to_uri(*facts->owner) + "; this end belongs to the cluster "
                    + percent_encoded(self.cluster_name) + '.');
  found.peer = std::move(facts->owner);
  return 1;
}

result<std::int64_t> verify_own(X509_STORE* authorities, X509* certificate,
                                STACK_OF(X509) * between, std::int64_t now_s) {
  auto as_client = verify_as(X509_PURPOSE_SSL_CLIENT, authorities, certificate, between, now_s);
  if (!as_client)
    return as_client;
  return verify_as(X509_PURPOSE_SSL_SERVER, authorities, certificate, between, now_s);
}

} // namespace quorate::tls
