// OpenSSL's objects with owners, and its errors as words. Included in this room only.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::tls {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* x) const noexcept {
    Free(x);
  }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using context_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed_by<SSL_free>>;
using chain_check_ptr = std::unique_ptr<X509_STORE_CTX, freed_by<X509_STORE_CTX_free>>;
using general_names_ptr = std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>>;

/// OpenSSL's errors are a queue of the thread, and one that is left there is taken for the next
/// call's. So each of our calls begins and ends with an empty one.
class clean_errors {
public:
  clean_errors();
  clean_errors(const clean_errors&) = delete;
  clean_errors& operator=(const clean_errors&) = delete;
  ~clean_errors();
};

/// What OpenSSL says of what failed last.
std::string last_words();

/// All certificates in it, at least one. Errors: `malformed`.
result<std::vector<certificate_ptr>> read_certificates(std::string_view pem);

/// Errors: `malformed`, also if it is encrypted: there is nobody to ask for its password.
result<key_ptr> read_key(std::string_view pem);

/// As `facts_of`, of one that is read already.
result<certificate_facts> facts_of(X509& certificate);

/// When it expires. Errors: `malformed`.
result<std::int64_t> not_after_s(const X509& certificate);

/// OpenSSL's: 112 bits, so RSA from 2,048 bits on, and no SHA-1.
inline constexpr int security_level = 2;

} // namespace quorate::tls
