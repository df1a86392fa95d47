// What a certificate says, and about whom. Nothing here says whether it may be believed: that is
// for `credentials` and `session`, which know the authority.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/identity.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::tls {

struct certificate_facts {
  std::optional<identity> owner; ///< None: an authority.
  std::string cluster_name;      ///< Of the owner; an authority's own, or empty if it doesn't say.
  std::string subject;           ///< RFC 2253: printable characters only.
  std::string issuer;            ///< Likewise.
  std::string serial;            ///< Hexadecimal.
  std::int64_t not_before_s = 0; ///< Since 1970, UTC.
  std::int64_t not_after_s = 0;
  bool authority = false; ///< May sign others.
};

/// Of the first certificate in `pem`.
///
/// Errors: `malformed` if there is none, or one that doesn't decode; and if it isn't clear who its
/// owner is: the subject alternative name has exactly one `quorate:` URI, and that is an identity.
/// An authority has none of its own, but may say for which cluster it signs.
///
/// Thread safety: pure. Complexity: linear.
result<certificate_facts> facts_of(std::string_view pem);

/// `2026-11-27T05:37:00Z`; a number of seconds if it is no year that people write.
std::string utc(std::int64_t seconds);

} // namespace quorate::tls
