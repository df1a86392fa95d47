#include "tests/network/raw_peer.hpp"

#include "actors/sockets.hpp"
#include "runtime/wire/greeting.hpp"
#include "runtime/wire/messages.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace quorate::network {

namespace {

using clock = std::chrono::steady_clock;

int ms_until(clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now());
  return static_cast<int>(left.count() > 0 ? left.count() : 0);
}

} // namespace

raw_peer::raw_peer(const std::string& address) {
  const auto found = actors::addresses_of(address, false);
  if (!found)
    return;
  const auto& to = found->front();
  socket_ = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to.storage), to.size) != 0)
    ::close(std::exchange(socket_, -1));
}

raw_peer::~raw_peer() {
  if (socket_ >= 0)
    ::close(socket_);
}

raw_peer::raw_peer(raw_peer&& from) noexcept : socket_(std::exchange(from.socket_, -1)) {
  // nop
}

void raw_peer::say(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t raw_peer::say_what_goes(std::string_view bytes) {
  const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

std::string raw_peer::hear(std::chrono::milliseconds at_most) {
  std::string out;
  std::array<char, 4'096> piece{};
  const auto until = clock::now() + at_most;
  for (;;) {
    pollfd what{socket_, POLLIN, 0};
    if (::poll(&what, 1, ms_until(until)) <= 0)
      return out;
    const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0)
      return out;
    out.append(piece.data(), static_cast<std::size_t>(got));
  }
}

bool raw_peer::is_closed(std::chrono::milliseconds at_most) {
  std::array<char, 4'096> piece{};
  const auto until = clock::now() + at_most;
  for (;;) {
    pollfd what{socket_, POLLIN, 0};
    if (::poll(&what, 1, ms_until(until)) <= 0)
      return false;
    if (::recv(socket_, piece.data(), piece.size(), 0) <= 0)
      return true;
  }
}

wire::hello greeting(wire::peer_role role, const std::string& name) {
  wire::hello x;
  x.versions = membership::this_build;
  x.cluster_name = "test";
  x.role = role;
  x.name = name;
  x.limits = wire::own_limits();
  if (role == wire::peer_role::node) {
    x.address = "127.0.0.1:9";
    x.storage = {1, 2};
    x.boot = {1, 1};
  }
  return x;
}

std::string framed(const wire::hello& x) {
  std::string out;
  wire::frame_writer to{out};
  static_cast<void>(wire::write(to, x));
  return out;
}

} // namespace quorate::network
