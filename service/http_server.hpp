// A small HTTP server for those who watch a node: GET and HEAD of a few fixed paths, and nothing
// that a client does holds up another client or takes memory without bound.
//
// One thread reads and writes all connections; a few more make the answers. A connection is
// answered once and closed. Of a request, only its first line is looked at: no answer depends on a
// header.
#pragma once

#include <quorate/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace quorate::service {

struct http_response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// What answers a path. Called on several threads at once; it may block for a moment.
using http_handler = std::function<http_response()>;

struct http_limits {
  /// Beyond so many, the one that has been silent for longest gives way to the next; 1 to 4,096.
  std::size_t connections_max = 128;
  /// Bytes of a request's first line and headers; 64 to 8,192.
  std::size_t head_bytes_max = 8'192;
  /// Threads that make answers, 1 to 64.
  std::size_t threads = 4;
  /// How long a client may take to say what it wants, and to take the answer; 1 ms to 1 h.
  std::chrono::milliseconds head_timeout{5'000};
  std::chrono::milliseconds write_timeout{10'000};
  /// How long an answered client may take to close, before it's closed; 0 to 1 min.
  std::chrono::milliseconds linger{1'000};

  /// `invalid_argument`, naming the limit and its range.
  result<void> validate() const;
};

/// What has become of connections since the start.
struct http_counts {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;
  std::uint64_t timed_out = 0; ///< Before they asked, or before they took the answer.
  std::uint64_t crowded_out = 0;
};

/// Thread safety: all methods may be called from any thread, except the destructor and moves.
class http_server {
public:
  /// Listens on `host:port`, `[ipv6]:port` or `:port` for all addresses of the machine; port 0: any
  /// that is free. Errors: `invalid_argument`; `address_unusable`.
  static result<http_server> start(const std::string& address,
                                   std::map<std::string, http_handler> routes,
                                   const http_limits& limits = {});

  http_server(http_server&&) noexcept;
  http_server& operator=(http_server&&) noexcept;
  /// Stops.
  ~http_server();

  /// `host:port` that it listens on.
  const std::string& address() const noexcept;
  std::uint16_t port() const noexcept;

  /// Closes all connections and ends all threads; waits for answers that are being made.
  /// Idempotent.
  void stop();

  http_counts counts() const;

private:
  class state;
  explicit http_server(std::unique_ptr<state> from);

  std::unique_ptr<state> state_;
};

} // namespace quorate::service
