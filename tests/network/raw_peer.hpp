// A peer that says whatever it likes.
#pragma once

#include "messages/wire.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace quorate::network {

/// A TCP connection, blocking. Gone with this object.
class raw_peer {
public:
  explicit raw_peer(const std::string& address);
  ~raw_peer();

  raw_peer(raw_peer&& from) noexcept;
  raw_peer& operator=(raw_peer&&) = delete;

  bool connected() const noexcept {
    return socket_ >= 0;
  }

  /// Says it all, or as much as the other end takes.
  void say(std::string_view bytes);

  /// Says as much as the other end takes at the moment: how many bytes.
  std::size_t say_what_goes(std::string_view bytes);

  /// What comes until the other end closes, or for so long.
  std::string hear(std::chrono::milliseconds at_most = std::chrono::milliseconds{5'000});

  /// Whether the other end closes within that time.
  bool is_closed(std::chrono::milliseconds at_most = std::chrono::milliseconds{5'000});

private:
  int socket_ = -1;
};

/// The greeting of a plain node, client or operator of the cluster "test".
wire::hello greeting(wire::peer_role role, const std::string& name);

/// One frame with this in it.
std::string framed(const wire::hello& x);

} // namespace quorate::network
