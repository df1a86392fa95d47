// A client that does what no library does: says nothing, half of something, or too much.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "service/http_socket.hpp"

namespace quorate::service {

class raw_client {
public:
  /// Connects to the port on this machine. A small `receive_bytes` makes it slow to take answers.
  explicit raw_client(std::uint16_t port, int receive_bytes = 0);

  /// False: the server has closed.
  bool send(std::string_view bytes);
  /// All that comes until the server closes, or until the time is over.
  std::string read_all(std::chrono::milliseconds at_most = std::chrono::seconds{10});
  /// Whether the server closes within that time, without a word.
  bool is_closed_within(std::chrono::milliseconds at_most);

private:
  descriptor socket_;
};

} // namespace quorate::service
