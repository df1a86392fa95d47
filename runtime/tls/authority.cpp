#include "runtime/tls/authority.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/tls/certificate.hpp"
#include "runtime/tls/openssl.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/pem.h>

#include <algorithm>
#include <utility>

namespace quorate::tls {

namespace {

constexpr std::size_t subject_part_bytes_max = 64; // RFC 5280, appendix A.1: ub-common-name.
constexpr int serial_bits = 128;
constexpr std::size_t host_bytes_max = 253; // RFC 1035, without the final dot.
constexpr std::size_t hosts_max = 32;
constexpr std::int64_t day_s = 86'400;

/// What a certificate is made of.
struct draft {
  std::string cluster_name;
  std::string unit; ///< Keeps the names of owners and of their authority apart.
  std::string name;
  std::int64_t not_before_s = 0;
  std::int64_t not_after_s = 0;
  std::vector<std::pair<int, const char*>> extensions; ///< Of OpenSSL's own words only.
  std::string uri;
  std::vector<std::string> hosts;
};

error failed(const char* what) {
  return make_error(errc::tls_unusable, std::string{what} + ": " + last_words() + '.');
}

error blame(errc code, const char* file, const error& why) {
  return make_error(code, std::string{file} + ": " + why.message);
}

result<void> check_times(std::int64_t now_s, int days) {
  if (days < 1 || days > limits::certificate_days_max)
    return make_error(errc::invalid_argument, "A certificate is valid for 1 to 36,500 days.");
  if (now_s < clock_skew_s || now_s > std::int64_t{1} << 36)
    return make_error(errc::invalid_argument, "The clock shows no year that certificates have.");
  return {};
}

bool add_subject_part(X509_NAME* to, int what, const std::string& value) {
  // Escaped it is printable in any tool; it is for people only, so a long one may be cut.
  const auto text = percent_encoded(value).substr(0, subject_part_bytes_max);
  return X509_NAME_add_entry_by_NID(to, what, MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0)
         == 1;
}

bool set_subject(X509* to, const draft& from) {
  auto* name = X509_get_subject_name(to);
  return add_subject_part(name, NID_organizationName, from.cluster_name)
         && add_subject_part(name, NID_organizationalUnitName, from.unit)
         && add_subject_part(name, NID_commonName, from.name);
}

bool set_serial(X509* to) {
  const std::unique_ptr<BIGNUM, freed_by<BN_free>> number{BN_new()};
  return number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1
         && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(to)) != nullptr;
}

bool set_times(X509* to, const draft& from) {
  return ASN1_TIME_set(X509_getm_notBefore(to), from.not_before_s) != nullptr
         && ASN1_TIME_set(X509_getm_notAfter(to), from.not_after_s) != nullptr;
}

/// Takes `value` if it succeeds.
bool add_name(GENERAL_NAMES* to, int kind, ASN1_STRING* value) {
  if (value == nullptr)
    return false;
  auto* name = GENERAL_NAME_new();
  if (name == nullptr) {
    ASN1_STRING_free(value);
    return false;
  }
  GENERAL_NAME_set0_value(name, kind, value);
  if (sk_GENERAL_NAME_push(to, name) > 0)
    return true;
  GENERAL_NAME_free(name);
  return false;
}

ASN1_STRING* ia5(const std::string& text) {
  auto* out = ASN1_IA5STRING_new();
  if (out != nullptr && ASN1_STRING_set(out, text.data(), static_cast<int>(text.size())) == 1)
    return out;
  ASN1_STRING_free(out);
  return nullptr;
}

bool add_names(X509* to, const draft& from) {
  const general_names_ptr names{GENERAL_NAMES_new()};
  if (!names || !add_name(names.get(), GEN_URI, ia5(from.uri)))
    return false;
  for (const auto& host : from.hosts) {
    auto* address = a2i_IPADDRESS(host.c_str());
    if (!(address != nullptr ? add_name(names.get(), GEN_IPADD, address)
                             : add_name(names.get(), GEN_DNS, ia5(host))))
      return false;
  }
  return X509_add1_ext_i2d(to, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_extensions(X509* to, X509* issuer, const draft& from) {
  X509V3_CTX about{};
  X509V3_set_ctx(&about, issuer, to, nullptr, nullptr, 0);
  for (const auto& [what, words] : from.extensions) {
    const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> made{
      X509V3_EXT_conf_nid(nullptr, &about, what, words)};
    if (!made || X509_add_ext(to, made.get(), -1) != 1)
      return false;
  }
  return add_names(to, from);
}

/// Without an issuer it signs itself.
result<key_pair_pem> make(const draft& from, X509* issuer, EVP_PKEY* issuer_key) {
  const key_ptr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const certificate_ptr made{X509_new()};
  if (!key || !made)
    return failed("A key can't be made");
  auto* by = issuer != nullptr ? issuer : made.get();
  auto* by_key = issuer != nullptr ? issuer_key : key.get();
  if (X509_set_version(made.get(), X509_VERSION_3) != 1 || !set_serial(made.get())
      || !set_times(made.get(), from) || !set_subject(made.get(), from)
      || X509_set_issuer_name(made.get(), X509_get_subject_name(by)) != 1
      || X509_set_pubkey(made.get(), key.get()) != 1 || !add_extensions(made.get(), by, from)
      || X509_sign(made.get(), by_key, EVP_sha256()) == 0)
    return failed("A certificate can't be made");
  const bio_ptr certificate_text{BIO_new(BIO_s_mem())};
  const bio_ptr key_text{BIO_new(BIO_s_secmem())};
  if (!certificate_text || !key_text || PEM_write_bio_X509(certificate_text.get(), made.get()) != 1
      || PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr)
           != 1)
    return failed("A certificate can't be written");
  const auto text_of = [](const bio_ptr& bio) {
    char* begin = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &begin);
    return std::string{begin, static_cast<std::size_t>(size)};
  };
  return key_pair_pem{text_of(certificate_text), text_of(key_text)};
}

/// Letters, digits, dots and hyphens: or it is an address.
bool is_host(const std::string& host) {
  if (host.empty() || host.size() > host_bytes_max)
    return false;
  const std::unique_ptr<ASN1_OCTET_STRING, freed_by<ASN1_OCTET_STRING_free>> address{
    a2i_IPADDRESS(host.c_str())};
  return address || std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                  || c == '.' || c == '-';
         });
}

struct signer {
  certificate_ptr certificate;
  key_ptr key;
  certificate_facts facts;
};

result<signer> read_signer(std::string_view ca_pem, std::string_view ca_key_pem) {
  auto certificates = read_certificates(ca_pem);
  if (!certificates)
    return blame(errc::tls_unusable, "The authority's certificate", certificates.error());
  auto key = read_key(ca_key_pem);
  if (!key)
    return blame(errc::tls_unusable, "The authority's key", key.error());
  signer out{std::move(certificates->front()), std::move(*key), {}};
  auto facts = facts_of(*out.certificate);
  if (!facts)
    return blame(errc::tls_unusable, "The authority's certificate", facts.error());
  out.facts = std::move(*facts);
  if (!out.facts.authority || (X509_get_key_usage(out.certificate.get()) & KU_KEY_CERT_SIGN) == 0)
    return make_error(errc::tls_unusable,
                      "The authority's certificate is none: it may sign nothing.");
  if (X509_check_private_key(out.certificate.get(), out.key.get()) != 1)
    return make_error(errc::tls_unusable, "The authority's key is another certificate's.");
  return out;
}

} // namespace

result<key_pair_pem> make_authority(std::string_view cluster_name, std::int64_t now_s, int days) {
  const clean_errors queue;
  if (cluster_name.empty() || cluster_name.size() > limits::name_bytes_max)
    return make_error(errc::invalid_argument, "The name of a cluster has 1 to 255 bytes.");
  const auto times = check_times(now_s, days);
  if (!times)
    return times.error();
  draft x;
  x.cluster_name = cluster_name;
  x.unit = "authority";
  x.name = "quorate";
  x.not_before_s = now_s - clock_skew_s;
  x.not_after_s = now_s + days * day_s;
  x.uri = cluster_uri(cluster_name);
  x.extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                  {NID_key_usage, "critical,keyCertSign,cRLSign"},
                  {NID_subject_key_identifier, "hash"},
                  {NID_authority_key_identifier, "keyid"}};
  return make(x, nullptr, nullptr);
}

result<key_pair_pem> issue(std::string_view ca_pem, std::string_view ca_key_pem,
                           const identity& owner, std::int64_t now_s, int days,
                           const std::vector<std::string>& hosts) {
  const clean_errors queue;
  auto good = validate(owner);
  if (good)
    good = check_times(now_s, days);
  if (!good)
    return good.error();
  if (hosts.size() > hosts_max || !std::all_of(hosts.begin(), hosts.end(), is_host))
    return make_error(errc::invalid_argument,
                      "Hosts are up to 32 names of DNS or IP addresses, without ports.");
  const auto by = read_signer(ca_pem, ca_key_pem);
  if (!by)
    return by.error();
  const auto& authority = by->facts;
  if (!authority.cluster_name.empty() && authority.cluster_name != owner.cluster_name)
    return make_error(errc::invalid_argument, "The authority signs for the cluster "
                                                + percent_encoded(authority.cluster_name)
                                                + ", not for " + percent_encoded(owner.cluster_name)
                                                + '.');
  if (now_s >= authority.not_after_s || now_s < authority.not_before_s)
    return make_error(errc::tls_unusable, "The authority is valid from "
                                            + utc(authority.not_before_s) + " to "
                                            + utc(authority.not_after_s) + ", not now.");
  draft x;
  x.cluster_name = owner.cluster_name;
  x.unit = to_string(owner.role);
  x.name = owner.name;
  x.not_before_s = std::max(now_s - clock_skew_s, authority.not_before_s);
  x.not_after_s = std::min(now_s + days * day_s, authority.not_after_s);
  x.uri = to_uri(owner);
  x.hosts = hosts;
  x.extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                  {NID_key_usage, "critical,digitalSignature"},
                  {NID_ext_key_usage, "clientAuth,serverAuth"},
                  {NID_subject_key_identifier, "hash"},
                  // By name where the authority has no id of its own key.
                  {NID_authority_key_identifier, "keyid,issuer"}};
  return make(x, by->certificate.get(), by->key.get());
}

} // namespace quorate::tls
