#include "actors/listening_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace quorate::actors {

namespace {

using caf::io::network::operation;

/// Connections that are taken in one turn: others want theirs, too.
constexpr int accepts_in_turn_max = 16;

bool is_exhaustion(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS
         || error_number == ENOMEM;
}

} // namespace

listening_socket::listening_socket(caf::io::network::default_multiplexer& loop, int socket,
                                   listening_owner& owner)
  : caf::io::network::event_handler(loop, socket),
    owner_(&owner) {
  // nop
}

void listening_socket::resume() {
  state_.reading = true;
  if (owner_ != nullptr && !std::exchange(accepts_, true))
    backend().add(operation::read, fd(), this);
}

void listening_socket::close() {
  if (std::exchange(owner_, nullptr) == nullptr)
    return;
  const bool known = eventbf() != 0;
  if (accepts_)
    backend().del(operation::read, fd(), this);
  if (!known)
    delete this;
}

void listening_socket::handle_event(operation op) {
  if (op != operation::read)
    return;
  for (int i = 0; i < accepts_in_turn_max && owner_ != nullptr && accepts_; ++i) {
    const auto socket = ::accept4(fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      owner_->accepted(socket);
      continue;
    }
    const auto problem = errno;
    if (is_exhaustion(problem)) {
      accepts_ = false;
      backend().del(operation::read, fd(), this);
      owner_->exhausted(problem);
    } else if (problem != EINTR && problem != ECONNABORTED) {
      return; // Nobody is left who waits; or the network's trouble, of which the next tells more.
    }
  }
}

void listening_socket::removed_from_loop(operation) {
  if (owner_ == nullptr)
    delete this;
}

void listening_socket::graceful_shutdown() {
  // nop
}

} // namespace quorate::actors
