#include "actors/sockets.hpp"

#include "runtime/base/endpoint.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace quorate::actors {

namespace {

/// Connections that wait to be taken: a storm of a thousand nodes at once.
constexpr int backlog = 1'024;

result<std::vector<socket_address>> look_up(const std::string& address, int flags) {
  const auto parts = parse_endpoint(address);
  if (!parts)
    return parts.error();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const auto failed = ::getaddrinfo(parts->host.empty() ? nullptr : parts->host.c_str(),
                                    std::to_string(parts->port).c_str(), &hints, &found);
  if (failed != 0)
    return make_error(errc::address_unusable, address + ": " + ::gai_strerror(failed) + '.');
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  std::vector<socket_address> out;
  for (const auto* x = found; x != nullptr; x = x->ai_next) {
    socket_address one;
    std::memcpy(&one.storage, x->ai_addr, x->ai_addrlen);
    one.size = x->ai_addrlen;
    out.push_back(one);
  }
  return out;
}

const sockaddr* generic(const socket_address& x) {
  return reinterpret_cast<const sockaddr*>(&x.storage);
}

bool set(int socket, int level, int what) {
  const int on = 1;
  return ::setsockopt(socket, level, what, &on, sizeof on) == 0;
}

/// All addresses of the machine, of both families where the system has the newer one.
result<std::vector<socket_address>> addresses_to_listen_at(const std::string& address) {
  if (!address.empty() && address.front() == ':')
    if (auto both = look_up("[::]" + address, AI_PASSIVE | AI_NUMERICHOST))
      return both;
  return look_up(address, AI_PASSIVE);
}

/// An errno, or 0.
int try_listen(int socket, const socket_address& at) {
  if (!set(socket, SOL_SOCKET, SO_REUSEADDR))
    return errno;
  const int off = 0;
  if (at.storage.ss_family == AF_INET6
      && ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0)
    return errno;
  if (::bind(socket, generic(at), at.size) != 0 || ::listen(socket, backlog) != 0)
    return errno;
  return 0;
}

} // namespace

result<std::vector<socket_address>> addresses_of(const std::string& address, bool may_ask) {
  return look_up(address, may_ask ? AI_ADDRCONFIG : AI_NUMERICHOST);
}

result<int> listen_at(const std::string& address) {
  const auto found = addresses_to_listen_at(address);
  if (!found)
    return found.error();
  int problem = 0;
  for (const auto& x : *found) {
    const auto socket = ::socket(x.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                                 0);
    if (socket < 0) {
      problem = errno;
      continue;
    }
    problem = try_listen(socket, x);
    if (problem == 0)
      return socket;
    ::close(socket);
  }
  return make_error(errc::address_unusable,
                    address + " can't be listened on: " + message_of(problem) + '.');
}

std::uint16_t port_of(int socket) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    return 0;
  return ntohs(at.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(at).sin6_port
                                        : reinterpret_cast<const sockaddr_in&>(at).sin_port);
}

result<int> begin_connect(const socket_address& to) {
  const auto socket = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0)
    return make_error(errc::unreachable, "No socket: " + message_of(errno) + '.');
  static_cast<void>(set(socket, IPPROTO_TCP, TCP_NODELAY));
  if (::connect(socket, generic(to), to.size) == 0 || errno == EINPROGRESS)
    return socket;
  const auto problem = errno;
  ::close(socket);
  return make_error(errc::unreachable, message_of(problem) + '.');
}

int connect_failure(int socket) {
  int problem = 0;
  socklen_t size = sizeof problem;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 ? problem : errno;
}

std::string peer_of(int socket) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  char host[NI_MAXHOST] = {};
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0
      || ::getnameinfo(reinterpret_cast<const sockaddr*>(&at), size, host, sizeof host, nullptr, 0,
                       NI_NUMERICHOST)
           != 0)
    return {};
  return host;
}

std::string message_of(int error_number) {
  return std::generic_category().message(error_number);
}

} // namespace quorate::actors
