// What makes connections private and says who is at their other end.
//
// Thread safety: plain values.
#pragma once

#include <string>

namespace quorate {

/// PEM files of one end of a connection: all three, or none. Without them connections are plain:
/// anybody who can reach a node's port may do everything.
///
/// The certificate says who its owner is, as a URI in its subject alternative name
/// (docs/security.md): `quorate://CLUSTER/node/NAME`, `…/client/NAME` or `…/operator/NAME`.
/// `quorate cert` makes such files. They are read again when they change, for connections made from
/// then on.
struct tls_options {
  /// Certificates of the authorities that sign for this cluster, and for nothing else.
  std::string ca_file;
  /// This end's certificate, and behind it those between it and the authority, if there are any.
  std::string certificate_file;
  /// The key of that certificate. Only its owner may be able to read it.
  std::string key_file;

  /// Whether any of them is given.
  bool wanted() const noexcept {
    return !ca_file.empty() || !certificate_file.empty() || !key_file.empty();
  }
};

} // namespace quorate
