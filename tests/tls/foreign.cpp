#include "tests/tls/foreign.hpp"

#include "tests/tls/connected.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <memory>

namespace quorate::tls {

namespace {

constexpr std::int64_t day_s = 86'400;

std::string text_of(BIO* bio) {
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(bio, &begin);
  return {begin, static_cast<std::size_t>(size)};
}

void add_extension(X509* to, X509* issuer, int what, const std::string& words) {
  if (words.empty())
    return;
  X509V3_CTX about{};
  X509V3_set_ctx(&about, issuer, to, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> made{
    X509V3_EXT_conf_nid(nullptr, &about, what, words.c_str())};
  ASSERT_TRUE(made) << words;
  ASSERT_EQ(X509_add_ext(to, made.get(), -1), 1);
}

} // namespace

foreign_end::foreign_end(side which, const pem_files& files, int version_max, int strength)
  : which_(which),
    context_(SSL_CTX_new(TLS_method())) {
  SSL_CTX_set_security_level(context_.get(), strength);
  SSL_CTX_set_max_proto_version(context_.get(), version_max);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(
    context_.get(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  if (!files.certificate.empty()) {
    const auto certificates = read_certificates(files.certificate);
    const auto key = read_key(files.key);
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificates->front().get()), 1);
    for (std::size_t i = 1; i < certificates->size(); ++i)
      EXPECT_EQ(SSL_CTX_add1_chain_cert(context_.get(), (*certificates)[i].get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key->get()), 1);
  }
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  if (which_ == side::dialer)
    SSL_set_connect_state(ssl_.get());
  else
    SSL_set_accept_state(ssl_.get());
}

std::string foreign_end::answer(std::string_view bytes) {
  if (!bytes.empty())
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  if (SSL_do_handshake(ssl_.get()) == 1) {
    char next = 0;
    SSL_peek(ssl_.get(), &next, 1);
  }
  ERR_clear_error();
  std::string out = text_of(SSL_get_wbio(ssl_.get()));
  static_cast<void>(BIO_reset(SSL_get_wbio(ssl_.get())));
  return out;
}

error meets(foreign_end& foreign, session& ours) {
  ours.start();
  error out;
  for (std::string to_ours = foreign.answer({}), to_foreign = ours.take_output();
       !to_ours.empty() || !to_foreign.empty();) {
    const auto taken = ours.received(to_ours);
    if (!taken)
      out = taken.error();
    to_foreign += ours.take_output();
    to_ours = foreign.answer(to_foreign);
    to_foreign.clear();
    if (!taken)
      return out;
  }
  return out;
}

pem_files make_odd(const odd_certificate& what, const key_pair_pem* signer) {
  const auto& by = signer != nullptr ? *signer : authority_of("c");
  const auto issuer = read_certificates(by.certificate);
  const auto issuer_key = read_key(by.key);
  const auto bits = static_cast<std::size_t>(what.rsa_bits);
  const key_ptr key{bits > 0 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)
                             : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const certificate_ptr made{X509_new()};
  auto* name = X509_get_subject_name(made.get());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 7);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(what.name.c_str()), -1, -1, 0);
  auto* by_whom = what.self_signed ? made.get() : issuer->front().get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(by_whom));
  const auto from = now_s() - what.age_days * day_s - clock_skew_s; // A key may take a second.
  ASN1_TIME_set(X509_getm_notBefore(made.get()), from);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), from + what.days * day_s);
  X509_set_pubkey(made.get(), key.get());
  add_extension(made.get(), by_whom, NID_basic_constraints, what.basic);
  add_extension(made.get(), by_whom, NID_key_usage, what.usage);
  add_extension(made.get(), by_whom, NID_ext_key_usage, what.extended_usage);
  add_extension(made.get(), by_whom, NID_subject_alt_name, what.alternative_name);
  EXPECT_GT(X509_sign(made.get(), what.self_signed ? key.get() : issuer_key->get(), EVP_sha256()),
            0);
  const bio_ptr certificate_text{BIO_new(BIO_s_mem())};
  const bio_ptr key_text{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(certificate_text.get(), made.get());
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {by.certificate, text_of(certificate_text.get()), text_of(key_text.get())};
}

key_pair_pem nameless_authority() {
  odd_certificate x;
  x.basic = "critical,CA:TRUE,pathlen:0";
  x.usage = "critical,keyCertSign";
  x.extended_usage.clear();
  x.age_days = 1;
  x.self_signed = true;
  auto made = make_odd(x);
  return {std::move(made.certificate), std::move(made.key)};
}

key_pair_pem further_authority(const std::string& name, const key_pair_pem* by) {
  odd_certificate x;
  x.basic = "critical,CA:TRUE";
  x.usage = "critical,keyCertSign";
  x.extended_usage.clear();
  x.age_days = 1;
  x.self_signed = by == nullptr;
  x.name = name;
  auto made = make_odd(x, by);
  return {std::move(made.certificate), std::move(made.key)};
}

} // namespace quorate::tls
