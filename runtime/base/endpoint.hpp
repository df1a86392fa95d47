// Where a node is reached or listens: a host and a port, as people write them.
//
// Nothing is looked up here: a host is an address or a name, and what a name stands for is asked
// when somebody connects.
//
// Thread safety: plain values and pure functions.
#pragma once

#include "quorate/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace quorate {

struct endpoint {
  std::string host;       ///< A name, or an IPv4 or IPv6 address without brackets. Empty: none.
  std::uint16_t port = 0; ///< 0: any that is free.

  friend bool operator==(const endpoint& a, const endpoint& b) {
    return a.host == b.host && a.port == b.port;
  }
  friend bool operator!=(const endpoint& a, const endpoint& b) {
    return !(a == b);
  }
};

/// Reads `host:port`, `[ipv6]:port` or `:port`. The host stays as it was written.
///
/// Strict, because what is guessed here is found out as a node that nobody reaches: a port is
/// always there, without a sign and leading zeros; a host that ends in a number is a whole IPv4
/// address; an IPv6 address has its brackets, and no zone.
///
/// Errors: `address_unusable`, with a sentence about what is wrong with which part.
result<endpoint> parse_endpoint(std::string_view text);

/// What `parse_endpoint` reads.
std::string to_string(const endpoint& x);

/// Whether only this machine reaches it: an address of 127.0.0.0/8, `::1` in any spelling, or
/// `localhost`. What else a name stands for isn't known here, so it counts as reached by others.
bool is_loopback(const endpoint& x);

/// Whether it stands for all addresses of the machine: no host, `0.0.0.0` or `::`. One can listen
/// on it, and nobody can connect to it.
bool is_every_address(const endpoint& x);

} // namespace quorate
