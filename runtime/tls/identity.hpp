// Who the owner of a certificate is, as a URI that stands in it:
//
//     quorate://CLUSTER/node/NAME
//     quorate://CLUSTER/client/NAME
//     quorate://CLUSTER/operator/NAME
//
// An authority says for which cluster it signs: `quorate://CLUSTER`.
//
// A cluster and a name are any 1 to 255 bytes. All but letters, digits, `-`, `.`, `_` and `~` are
// written as `%` and two capital hexadecimal digits. There is one form for each identity, and
// nothing else is understood: two forms of one name would be two names to whoever compares URIs.
//
// Thread safety: pure functions. Complexity: linear.
#pragma once

#include "quorate/result.hpp"
#include "messages/wire.hpp"

#include <string>
#include <string_view>

namespace quorate::tls {

struct identity {
  std::string cluster_name;
  wire::peer_role role = wire::peer_role::client;
  std::string name;

  friend bool operator==(const identity& x, const identity& y) {
    return x.cluster_name == y.cluster_name && x.role == y.role && x.name == y.name;
  }
  friend bool operator!=(const identity& x, const identity& y) {
    return !(x == y);
  }
};

/// The word in the URI: `node`, `client` or `operator`; empty for what is no role.
std::string_view to_string(wire::peer_role role) noexcept;

std::string to_uri(const identity& who);

/// Errors: `malformed`, with what is wrong with it.
result<identity> parse_identity(std::string_view uri);

/// The URI of an authority.
std::string cluster_uri(std::string_view cluster_name);

/// Errors: `malformed`.
result<std::string> parse_cluster_uri(std::string_view uri);

/// As it stands in a URI: nothing but harmless characters.
std::string percent_encoded(std::string_view bytes);

/// Errors: `invalid_argument` if a cluster or a name is empty or too long, or if the role is none.
result<void> validate(const identity& who);

} // namespace quorate::tls
