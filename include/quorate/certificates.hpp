// Certificates for a cluster's connections: an authority of its own, and what it signs
// (docs/security.md). What `quorate cert` does, for programs that do it themselves.
//
// Thread safety: functions without state; any thread may call them.
#pragma once

#include <quorate/export.hpp>
#include <quorate/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

/// What the owner of a certificate may do.
enum class certificate_role : std::uint8_t {
  node = 1,      ///< Be a node, under its own name; and all that the others may.
  client = 2,    ///< Use the store.
  operator_ = 3, ///< Change membership, too.
};

/// `node`, `client` or `operator`.
QUORATE_EXPORT std::string_view to_string(certificate_role role) noexcept;

struct certificate_owner {
  std::string cluster_name; ///< 1 to 255 bytes.
  certificate_role role = certificate_role::client;
  std::string name; ///< 1 to 255 bytes. A node's is its own.
};

/// As it stands in the certificate: `quorate://CLUSTER/node/NAME`.
QUORATE_EXPORT std::string to_string(const certificate_owner& owner);

/// From when on, and how long, a certificate is valid.
struct certificate_validity {
  std::int64_t now_s = 0; ///< Seconds since 1970, UTC. It is valid from 5 minutes before: clocks
                          ///< differ.
  int days = 365;         ///< 1 to 36,500.
};

/// PEM texts.
struct certificate_pem {
  std::string certificate;
  std::string key; ///< In plain: whoever reads it can be who the certificate says.
};

/// What a certificate says; whether it may be believed is another question.
struct certificate_description {
  std::optional<certificate_owner> owner; ///< None: an authority.
  std::string cluster_name;      ///< Of the owner; an authority's own, or empty if it doesn't say.
  std::string subject;           ///< RFC 2253: printable characters only.
  std::string issuer;            ///< Likewise.
  std::string serial;            ///< Hexadecimal.
  std::int64_t not_before_s = 0; ///< Since 1970, UTC.
  std::int64_t not_after_s = 0;
  bool authority = false; ///< May sign others.
};

/// The authority of a cluster. Whoever has its key can become anybody in that cluster.
///
/// Errors: `invalid_argument`; `tls_unusable` if OpenSSL fails.
QUORATE_EXPORT result<certificate_pem> make_authority(const std::string& cluster_name,
                                                      const certificate_validity& valid);

/// A certificate for `owner`, by its cluster's authority, valid as long as asked for or as the
/// authority is, whichever ends first. `hosts`: names of DNS or IP addresses that stand in it, too,
/// for other tools; quorate needs none.
///
/// Errors: `invalid_argument`, also if the authority signs for another cluster; `tls_unusable` if
/// the authority can't be read, has expired, or its key is another one's.
QUORATE_EXPORT result<certificate_pem> issue_certificate(
  const certificate_pem& authority, const certificate_owner& owner,
  const certificate_validity& valid, const std::vector<std::string>& hosts = {});

/// Of the first certificate in a PEM text. Errors: `malformed`, also if it says of no owner of
/// quorate's.
QUORATE_EXPORT result<certificate_description> describe_certificate(const std::string& pem);

} // namespace quorate
