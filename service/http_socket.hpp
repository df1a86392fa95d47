// The sockets of the HTTP server: a few calls of the operating system, with errors as values.
#pragma once

#include <quorate/result.hpp>

#include <cstdint>
#include <string>

namespace quorate::service {

/// Owns a file descriptor.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {
    // nop
  }
  descriptor(descriptor&& other) noexcept;
  descriptor& operator=(descriptor&& other) noexcept;
  ~descriptor();

  int get() const noexcept {
    return fd_;
  }
  void close() noexcept;

private:
  int fd_ = -1;
};

struct host_port {
  std::string host; ///< Empty: all addresses of the machine.
  std::uint16_t port = 0;
};

/// `host:port`, `[ipv6]:port` or `:port`. Errors: `invalid_argument`.
result<host_port> parse_address(const std::string& address);

/// Whether only this machine reaches it.
bool is_loopback(const host_port& x);

struct listener {
  descriptor socket; ///< Doesn't block.
  std::string address;
  std::uint16_t port = 0;
};

/// Errors: `address_unusable`, and what `parse_address` says.
result<listener> listen_on(const std::string& address);

/// Wakes whoever polls it. Errors: `address_unusable`: the process has no file left for it.
result<descriptor> make_wakeup();
void wake(const descriptor& x) noexcept;
void clear_wakeup(const descriptor& x) noexcept;

} // namespace quorate::service
