// The few system calls that connections are made with.
//
// Thread safety: free functions without shared state.
#pragma once

#include "quorate/result.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::actors {

/// An address of the system's, as `connect` takes it.
struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// What `host:port` stands for, in the order in which to try; `may_ask`: also by asking a name
/// server, which blocks for seconds if that doesn't answer. Errors: `address_unusable`.
result<std::vector<socket_address>> addresses_of(const std::string& address, bool may_ask);

/// Binds and listens; non-blocking. Errors: `address_unusable`.
result<int> listen_at(const std::string& address);

/// The port that it is bound to.
std::uint16_t port_of(int socket);

/// Begins to connect; non-blocking. The socket is writable when that has ended, one way or the
/// other. Errors: `unreachable`.
result<int> begin_connect(const socket_address& to);

/// How a connect that was begun has ended: an errno, or 0.
int connect_failure(int socket);

/// The number of the host at the other end, as text.
std::string peer_of(int socket);

/// What the system says of an errno.
std::string message_of(int error_number);

} // namespace quorate::actors
