#include "runtime/tls/certificate.hpp"

#include "runtime/tls/openssl.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <utility>

namespace quorate::tls {

namespace {

error refusal(const char* sentence) {
  return make_error(errc::malformed, sentence);
}

std::string printable(const X509_NAME* name) {
  const bio_ptr out{BIO_new(BIO_s_mem())};
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0)
    return {};
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &begin);
  return size > 0 ? std::string{begin, static_cast<std::size_t>(size)} : std::string{};
}

std::string hexadecimal(const ASN1_INTEGER* number) {
  const std::unique_ptr<BIGNUM, freed_by<BN_free>> value{ASN1_INTEGER_to_BN(number, nullptr)};
  if (!value)
    return {};
  char* digits = BN_bn2hex(value.get());
  std::string out{digits != nullptr ? digits : ""};
  OPENSSL_free(digits);
  return out;
}

result<std::int64_t> seconds_of(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, freed_by<ASN1_TIME_free>> epoch{ASN1_TIME_set(nullptr, 0)};
  int days = 0;
  int rest = 0;
  if (!epoch || ASN1_TIME_diff(&days, &rest, epoch.get(), time) != 1)
    return refusal("A time in the certificate can't be read.");
  return std::int64_t{days} * 86'400 + rest;
}

/// A scheme has no case, so that an odd one isn't overlooked: it is refused when it is parsed.
bool is_ours(std::string_view uri) {
  constexpr std::string_view scheme = "quorate:";
  return uri.size() >= scheme.size()
         && std::equal(scheme.begin(), scheme.end(), uri.begin(), [](char ours, char theirs) {
              return ours == std::tolower(static_cast<unsigned char>(theirs));
            });
}

/// The `quorate:` URIs in the subject alternative name, as they are.
result<std::vector<std::string>> our_uris(const X509& certificate) {
  int found = 0;
  const general_names_ptr names{static_cast<GENERAL_NAMES*>(
    X509_get_ext_d2i(&certificate, NID_subject_alt_name, &found, nullptr))};
  if (!names && found != -1)
    return refusal("The subject alternative name of the certificate can't be read.");
  std::vector<std::string> out;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI)
      continue;
    const auto* text = name->d.uniformResourceIdentifier;
    const std::string_view uri{reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text))};
    if (is_ours(uri))
      out.emplace_back(uri);
  }
  return out;
}

/// Fills in whom the certificate is about.
result<void> find_owner(const std::vector<std::string>& uris, certificate_facts& out) {
  if (uris.size() > 1)
    return refusal("The certificate names more than one owner.");
  if (out.authority) {
    if (uris.empty())
      return {};
    auto cluster = parse_cluster_uri(uris.front());
    if (!cluster)
      return refusal("The certificate is an authority's, and names an owner; it has to be the one "
                     "or the other.");
    out.cluster_name = std::move(*cluster);
    return {};
  }
  if (uris.empty())
    return refusal("The certificate names no owner: its subject alternative name has no "
                   "quorate: URI.");
  auto owner = parse_identity(uris.front());
  if (!owner)
    return owner.error();
  out.cluster_name = owner->cluster_name;
  out.owner = std::move(*owner);
  return {};
}

} // namespace

result<std::int64_t> not_after_s(const X509& certificate) {
  return seconds_of(X509_get0_notAfter(&certificate));
}

result<certificate_facts> facts_of(X509& certificate) {
  const clean_errors queue;
  certificate_facts out;
  const auto flags = X509_get_extension_flags(&certificate);
  if ((flags & EXFLAG_INVALID) != 0)
    return refusal("An extension of the certificate can't be read.");
  out.authority = (flags & EXFLAG_CA) != 0;
  const auto from = seconds_of(X509_get0_notBefore(&certificate));
  if (!from)
    return from.error();
  const auto until = not_after_s(certificate);
  if (!until)
    return until.error();
  out.not_before_s = *from;
  out.not_after_s = *until;
  out.subject = printable(X509_get_subject_name(&certificate));
  out.issuer = printable(X509_get_issuer_name(&certificate));
  out.serial = hexadecimal(X509_get0_serialNumber(&certificate));
  const auto uris = our_uris(certificate);
  if (!uris)
    return uris.error();
  const auto known = find_owner(*uris, out);
  if (!known)
    return known.error();
  return out;
}

result<certificate_facts> facts_of(std::string_view pem) {
  const auto found = read_certificates(pem);
  if (!found)
    return found.error();
  return facts_of(*found->front());
}

std::string utc(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  std::array<char, 32> text{};
  if (gmtime_r(&time, &parts) == nullptr
      || std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    return std::to_string(seconds) + " s";
  return text.data();
}

} // namespace quorate::tls
