// Makes the authority of a cluster, and the certificates that it signs. Keys are on the curve
// P-256, signatures with SHA-256; a key leaves here as PEM, in plain.
//
// Thread safety: pure but for OpenSSL's random numbers, which any thread may draw.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/identity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::tls {

/// A certificate with its key.
struct key_pair_pem {
  std::string certificate;
  std::string key; ///< PKCS #8.
};

/// Certificates are valid from so long before they were made: clocks differ.
inline constexpr std::int64_t clock_skew_s = 300;

/// A certificate that signs itself, and others of this cluster; valid from now on for 1 to 36,500
/// days. It may sign no further authorities.
///
/// Errors: `invalid_argument`; `tls_unusable` if OpenSSL fails.
result<key_pair_pem> make_authority(std::string_view cluster_name, std::int64_t now_s, int days);

/// A certificate for `owner`, good for both ends of a connection, and valid as long as asked for or
/// as its authority is, whichever ends first. `hosts` are further names, of DNS or IP addresses,
/// for tools that want such; quorate doesn't.
///
/// Errors: `invalid_argument`, also if the authority signs for another cluster; `tls_unusable` if
/// the authority can't be read, has expired, or its key is another one's.
result<key_pair_pem> issue(std::string_view ca_pem, std::string_view ca_key_pem,
                           const identity& owner, std::int64_t now_s, int days,
                           const std::vector<std::string>& hosts = {});

} // namespace quorate::tls
