#include "runtime/tls/credentials.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/tls/openssl.hpp"
#include "runtime/tls/verification.hpp"

#include <utility>
#include <vector>

namespace quorate::tls {

namespace {

/// In the form of ALPN (RFC 7301): what is spoken behind TLS, so that a server of another protocol
/// that happens to trust the same authority isn't spoken to by mistake.
constexpr unsigned char protocols[] = "\x09quorate/1";
constexpr unsigned protocols_size = sizeof(protocols) - 1;

/// Not what is in it.
void free_stack(STACK_OF(X509) * x) {
  sk_X509_free(x);
}

error unusable(const char* file, const std::string& sentence) {
  return make_error(errc::tls_unusable, std::string{file} + ": " + sentence);
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, protocols, protocols_size, offered, offered_size)
      != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

/// The authorities become the only ones that are believed.
result<void> believe(X509_STORE* store, const std::vector<certificate_ptr>& authorities,
                     const std::string& cluster_name) {
  for (const auto& one : authorities) {
    const auto facts = facts_of(*one);
    if (!facts)
      return unusable("ca", facts.error().message);
    if (!facts->authority)
      return unusable("ca", "There is a certificate in it that may sign no others ("
                              + facts->subject + ").");
    if (!facts->cluster_name.empty() && facts->cluster_name != cluster_name)
      return unusable("ca", "It is the authority of the cluster "
                              + percent_encoded(facts->cluster_name) + "; the certificate is for "
                              + percent_encoded(cluster_name) + '.');
    if (X509_STORE_add_cert(store, one.get()) != 1)
      return unusable("ca", last_words() + '.');
  }
  return {};
}

result<void> check_times(const certificate_facts& own, std::int64_t now_s) {
  if (now_s >= own.not_after_s)
    return unusable("certificate", "It has expired at " + utc(own.not_after_s)
                                     + "; 'quorate cert' makes a new one.");
  if (now_s < own.not_before_s)
    return unusable("certificate",
                    "It isn't valid before " + utc(own.not_before_s) + "; is the clock right?");
  return {};
}

} // namespace

credentials::~credentials() {
  SSL_CTX_free(context_);
}

result<void> credentials::configure() {
  context_ = SSL_CTX_new(TLS_method());
  if (context_ == nullptr || SSL_CTX_set_min_proto_version(context_, TLS1_3_VERSION) != 1
      || SSL_CTX_set_max_proto_version(context_, TLS1_3_VERSION) != 1
      || SSL_CTX_set_num_tickets(context_, 0) != 1
      || SSL_CTX_set_alpn_protos(context_, protocols, protocols_size) != 0)
    return make_error(errc::tls_unusable, "TLS 1.3 isn't to be had: " + last_words() + '.');
  SSL_CTX_set_security_level(context_, security_level);
  SSL_CTX_set_options(context_, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  // An idle connection gives its buffers back. The chain is sent as it was given, without the
  // authority that the peer has anyhow.
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_max_cert_list(context_, static_cast<long>(limits::tls_chain_bytes_max));
  SSL_CTX_set_verify_depth(context_, limits::tls_chain_between_max);
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context_, verify_peer, &self_);
  SSL_CTX_set_alpn_select_cb(context_, choose_protocol, nullptr);
  return {};
}

result<std::shared_ptr<const credentials>> credentials::make(const pem_files& from,
                                                             std::int64_t now_s) {
  const clean_errors queue;
  const auto authorities = read_certificates(from.ca);
  if (!authorities)
    return unusable("ca", authorities.error().message);
  const auto certificates = read_certificates(from.certificate);
  if (!certificates)
    return unusable("certificate", certificates.error().message);
  const auto key = read_key(from.key);
  if (!key)
    return unusable("key", key.error().message);
  auto* own = certificates->front().get();
  const auto facts = facts_of(*own);
  if (!facts)
    return unusable("certificate", facts.error().message);
  if (!facts->owner)
    return unusable("certificate", "It is an authority's; connections need one that it has "
                                   "signed.");
  if (X509_check_private_key(own, key->get()) != 1)
    return unusable("key", "It belongs to another certificate.");
  const auto valid = check_times(*facts, now_s);
  if (!valid)
    return valid.error();

  std::shared_ptr<credentials> out{new credentials};
  out->self_ = *facts->owner;
  const auto configured = out->configure();
  if (!configured)
    return configured.error();
  auto* store = SSL_CTX_get_cert_store(out->context_);
  const auto believed = believe(store, *authorities, facts->cluster_name);
  if (!believed)
    return believed.error();
  const std::unique_ptr<STACK_OF(X509), freed_by<free_stack>> between{sk_X509_new_null()};
  for (auto i = certificates->begin() + 1; i != certificates->end(); ++i)
    if (!between || sk_X509_push(between.get(), i->get()) <= 0)
      return unusable("certificate", last_words() + '.');
  const auto expires_s = verify_own(store, own, between.get(), now_s);
  if (!expires_s)
    return expires_s.error();
  out->expires_s_ = *expires_s;
  if (SSL_CTX_use_cert_and_key(out->context_, own, key->get(), between.get(), 1) != 1)
    return unusable("certificate", last_words() + '.');
  return std::shared_ptr<const credentials>{std::move(out)};
}

} // namespace quorate::tls
