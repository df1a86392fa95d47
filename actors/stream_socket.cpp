#include "actors/stream_socket.hpp"

#include "actors/sockets.hpp"
#include "runtime/base/check.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace quorate::actors {

namespace {

using caf::io::network::operation;

/// Bytes of one read: a batch of requests, or the quarter of a snapshot's part.
constexpr std::size_t read_bytes = std::size_t{64} << 10;
/// Reads in one turn: others want theirs, too.
constexpr int reads_in_turn_max = 4;

} // namespace

stream_socket::stream_socket(caf::io::network::default_multiplexer& loop, int socket,
                             bool connecting, stream_owner& owner)
  : caf::io::network::event_handler(loop, socket),
    owner_(&owner),
    connecting_(connecting) {
  // nop
}

void stream_socket::start() {
  if (connecting_) {
    writes_ = true;
    backend().add(operation::write, fd(), this);
  } else {
    resume();
  }
}

void stream_socket::pause() {
  if (std::exchange(reads_, false))
    backend().del(operation::read, fd(), this);
}

void stream_socket::resume() {
  state_.reading = true;
  if (owner_ != nullptr && !std::exchange(reads_, true))
    backend().add(operation::read, fd(), this);
}

void stream_socket::write(std::string bytes) {
  if (bytes.empty() || owner_ == nullptr)
    return;
  waiting_ += bytes.size();
  queue_.push_back(std::move(bytes));
  if (!writes_)
    write_some();
}

void stream_socket::finish() {
  finishing_ = true;
  shut_down_if_done();
}

void stream_socket::shut_down_if_done() {
  if (finishing_ && queue_.empty() && !connecting_)
    ::shutdown(fd(), SHUT_WR);
}

/// The multiplexer acts on what it is told after the events of its turn, and knows this object
/// until then. What was added in the same turn, it forgets without a word.
void stream_socket::close() {
  if (std::exchange(owner_, nullptr) == nullptr)
    return;
  const auto known = static_cast<unsigned>(eventbf());
  removals_ = (known & static_cast<unsigned>(caf::io::network::input_mask) ? 1 : 0)
              + (known & static_cast<unsigned>(caf::io::network::output_mask) ? 1 : 0);
  if (reads_)
    backend().del(operation::read, fd(), this);
  if (writes_)
    backend().del(operation::write, fd(), this);
  if (removals_ == 0)
    delete this;
}

// -- what the multiplexer says --------------------------------------------------------------------

void stream_socket::handle_event(operation op) {
  if (owner_ == nullptr)
    return;
  switch (op) {
  case operation::read:
    return read_some();
  case operation::write:
    if (!connecting_) {
      write_some();
      if (failure_ != 0 && !reads_)
        lose(failure_);
      return;
    }
    if (const auto failure = connect_failure(fd()); failure != 0)
      return lose(failure);
    connecting_ = false;
    resume();
    owner_->connected();
    if (owner_ != nullptr)
      write_some();
    return;
  case operation::propagate_error:
    return lose(connect_failure(fd()));
  }
}

void stream_socket::removed_from_loop(operation) {
  if (owner_ == nullptr && --removals_ == 0)
    delete this;
}

void stream_socket::graceful_shutdown() {
  lose(0);
}

void stream_socket::read_some() {
  static thread_local std::array<char, read_bytes> buffer;
  for (int i = 0; i < reads_in_turn_max && reads_; ++i) {
    const auto got = ::recv(fd(), buffer.data(), buffer.size(), 0);
    if (got > 0) {
      const auto size = static_cast<std::size_t>(got);
      owner_->received({buffer.data(), size});
      if (owner_ == nullptr || size < buffer.size())
        return;
      continue;
    }
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    return lose(got < 0 ? errno : 0);
  }
}

void stream_socket::write_some() {
  while (!queue_.empty() && send_front()) {
    // nop
  }
  if (owner_ == nullptr)
    return;
  const auto wants = !queue_.empty();
  if (wants == std::exchange(writes_, wants))
    return;
  if (wants)
    backend().add(operation::write, fd(), this);
  else
    backend().del(operation::write, fd(), this);
  shut_down_if_done();
}

bool stream_socket::send_front() {
  const auto& front = queue_.front();
  const auto sent = ::send(fd(), front.data() + front_sent_, front.size() - front_sent_,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    // A peer that is gone is seen by the next read, behind the last that it said.
    if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
      failure_ = errno;
    return errno == EINTR;
  }
  const auto size = static_cast<std::size_t>(sent);
  front_sent_ += size;
  waiting_ -= size;
  if (front_sent_ == front.size()) {
    queue_.pop_front();
    front_sent_ = 0;
  }
  owner_->written(size);
  return owner_ != nullptr;
}

void stream_socket::lose(int error_number) {
  if (owner_ == nullptr)
    return;
  auto* owner = owner_;
  owner->lost(error_number);
  close();
}

} // namespace quorate::actors
