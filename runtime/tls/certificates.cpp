// The public functions for certificates, on what this room makes and reads.
#include "quorate/certificates.hpp"

#include "runtime/tls/authority.hpp"
#include "runtime/tls/certificate.hpp"
#include "runtime/tls/identity.hpp"

#include <utility>

namespace quorate {

namespace {

static_assert(static_cast<int>(certificate_role::node) == static_cast<int>(wire::peer_role::node));
static_assert(static_cast<int>(certificate_role::client)
              == static_cast<int>(wire::peer_role::client));
static_assert(static_cast<int>(certificate_role::operator_)
              == static_cast<int>(wire::peer_role::operator_));

tls::identity identity_of(const certificate_owner& x) {
  return {x.cluster_name, static_cast<wire::peer_role>(x.role), x.name};
}

certificate_owner owner_of(tls::identity x) {
  return {std::move(x.cluster_name), static_cast<certificate_role>(x.role), std::move(x.name)};
}

result<certificate_pem> public_form(result<tls::key_pair_pem> x) {
  if (!x)
    return x.error();
  return certificate_pem{std::move(x->certificate), std::move(x->key)};
}

} // namespace

std::string_view to_string(certificate_role role) noexcept {
  return tls::to_string(static_cast<wire::peer_role>(role));
}

std::string to_string(const certificate_owner& owner) {
  return tls::to_uri(identity_of(owner));
}

result<certificate_pem> make_authority(const std::string& cluster_name,
                                       const certificate_validity& valid) {
  return public_form(tls::make_authority(cluster_name, valid.now_s, valid.days));
}

result<certificate_pem> issue_certificate(const certificate_pem& authority,
                                          const certificate_owner& owner,
                                          const certificate_validity& valid,
                                          const std::vector<std::string>& hosts) {
  return public_form(tls::issue(authority.certificate, authority.key, identity_of(owner),
                                valid.now_s, valid.days, hosts));
}

result<certificate_description> describe_certificate(const std::string& pem) {
  auto facts = tls::facts_of(pem);
  if (!facts)
    return facts.error();
  certificate_description out;
  if (facts->owner)
    out.owner = owner_of(std::move(*facts->owner));
  out.cluster_name = std::move(facts->cluster_name);
  out.subject = std::move(facts->subject);
  out.issuer = std::move(facts->issuer);
  out.serial = std::move(facts->serial);
  out.not_before_s = facts->not_before_s;
  out.not_after_s = facts->not_after_s;
  out.authority = facts->authority;
  return out;
}

} // namespace quorate
