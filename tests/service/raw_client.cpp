#include "tests/service/raw_client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace quorate::service {

namespace {

using clock = std::chrono::steady_clock;

} // namespace

raw_client::raw_client(std::uint16_t port, int receive_bytes)
  : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  EXPECT_GE(socket_.get(), 0);
  if (receive_bytes > 0) {
    const auto set = setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_bytes,
                                sizeof receive_bytes);
    EXPECT_EQ(set, 0);
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string raw_client::read_all(std::chrono::milliseconds at_most) {
  const auto until = clock::now() + at_most;
  std::string out;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now())
                        .count();
    pollfd polled{socket_.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&polled, 1, static_cast<int>(left)) <= 0)
      return out;
    std::array<char, 4'096> piece{};
    const auto count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (count <= 0)
      return out;
    out.append(piece.data(), static_cast<std::size_t>(count));
  }
}

bool raw_client::is_closed_within(std::chrono::milliseconds at_most) {
  pollfd polled{socket_.get(), POLLIN, 0};
  if (::poll(&polled, 1, static_cast<int>(at_most.count())) <= 0)
    return false;
  char one = 0;
  return ::recv(socket_.get(), &one, 1, 0) <= 0;
}

} // namespace quorate::service
