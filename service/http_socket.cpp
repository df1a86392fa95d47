#include "service/http_socket.hpp"

#include <netdb.h>
#include <quorate/errc.hpp>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace quorate::service {

namespace {

constexpr int backlog = 128;

struct free_addresses {
  void operator()(addrinfo* x) const {
    freeaddrinfo(x);
  }
};

std::string reason() {
  return std::system_category().message(errno);
}

error unusable(const std::string& address, const std::string& why) {
  return make_error(errc::address_unusable, "Can't listen on " + address + ": " + why + '.');
}

std::uint16_t port_of(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  char port[NI_MAXSERV] = {};
  auto* generic = reinterpret_cast<sockaddr*>(&bound);
  if (getsockname(fd, generic, &size) != 0
      || getnameinfo(generic, size, nullptr, 0, port, sizeof port, NI_NUMERICSERV) != 0)
    return 0;
  std::uint16_t out = 0;
  std::from_chars(port, port + std::string_view{port}.size(), out);
  return out;
}

result<descriptor> bound_to(const addrinfo& where, const std::string& address) {
  descriptor made{::socket(where.ai_family, where.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (made.get() < 0)
    return unusable(address, reason());
  // A service that starts again shouldn't wait for connections of its earlier life to be forgotten.
  const int on = 1;
  if (setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
      || ::bind(made.get(), where.ai_addr, where.ai_addrlen) != 0
      || ::listen(made.get(), backlog) != 0)
    return unusable(address, reason());
  return made;
}

} // namespace

descriptor::descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
  // nop
}

descriptor& descriptor::operator=(descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

descriptor::~descriptor() {
  close();
}

void descriptor::close() noexcept {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

result<host_port> parse_address(const std::string& address) {
  const auto wrong = [&] {
    return make_error(errc::invalid_argument, "'" + address
                                                + "' is no address: it should be host:port, "
                                                  "[ipv6]:port or :port.");
  };
  const auto colon = address.rfind(':');
  if (colon == std::string::npos)
    return wrong();
  host_port out;
  out.host = address.substr(0, colon);
  const bool bracketed = out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']';
  if (bracketed)
    out.host = out.host.substr(1, out.host.size() - 2);
  else if (out.host.find_first_of(":[]") != std::string::npos)
    return wrong();
  const auto* begin = address.data() + colon + 1;
  const auto* end = address.data() + address.size();
  const auto [stop, failure] = std::from_chars(begin, end, out.port);
  if (begin == end || stop != end || failure != std::errc{})
    return wrong();
  return out;
}

bool is_loopback(const host_port& x) {
  return x.host == "localhost" || x.host == "::1" || x.host.rfind("127.", 0) == 0;
}

result<listener> listen_on(const std::string& address) {
  auto where = parse_address(address);
  if (!where)
    return where.error();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const auto failed = getaddrinfo(where->host.empty() ? nullptr : where->host.c_str(),
                                  std::to_string(where->port).c_str(), &hints, &list);
  if (failed != 0)
    return unusable(address, gai_strerror(failed));
  const std::unique_ptr<addrinfo, free_addresses> found{list};
  auto last = unusable(address, "it names no address of this machine");
  for (const auto* one = list; one != nullptr; one = one->ai_next) {
    auto made = bound_to(*one, address);
    if (made) {
      const auto port = port_of(made->get());
      const auto host = address.substr(0, address.rfind(':'));
      return listener{std::move(*made), host + ':' + std::to_string(port), port};
    }
    last = made.error();
  }
  return last;
}

result<descriptor> make_wakeup() {
  descriptor out{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (out.get() < 0)
    return make_error(errc::address_unusable,
                      "The process can't open more files: " + reason() + '.');
  return out;
}

void wake(const descriptor& x) noexcept {
  // Fails only if it was woken 2^64 times already.
  eventfd_write(x.get(), 1);
}

void clear_wakeup(const descriptor& x) noexcept {
  eventfd_t ignored = 0;
  eventfd_read(x.get(), &ignored);
}

} // namespace quorate::service
