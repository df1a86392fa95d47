#include "service/http_loop.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "service/http_answers.hpp"

namespace quorate::service {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::chrono::milliseconds without_files{100};
constexpr int longest_wait_ms = 1'000;

bool again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

} // namespace

http_loop::http_loop(listener from, descriptor wakeup, const http_limits& limits, on_request ask)
  : limits_(limits),
    ask_(std::move(ask)),
    listener_(std::move(from)),
    wakeup_(std::move(wakeup)) {
  // nop
}

void http_loop::run() {
  while (!ended_) {
    wait();
    take_answers();
    for (auto [id, events] : ready_) {
      const auto found = connections_.find(id);
      if (found != connections_.end() && !serve(id, found->second))
        connections_.erase(found);
    }
    close_overdue();
    if (acceptable_)
      accept_all();
  }
  connections_.clear();
  listener_.socket.close();
}

void http_loop::finish(std::uint64_t id, std::string bytes) {
  {
    std::lock_guard<std::mutex> guard{mutex_};
    answers_.emplace_back(id, std::move(bytes));
  }
  wake(wakeup_);
}

void http_loop::end() {
  ended_ = true;
  wake(wakeup_);
}

http_counts http_loop::counts() const {
  return {accepted_, answered_, timed_out_, crowded_out_};
}

// -- waiting

int http_loop::milliseconds_to_wait() const {
  auto until = clock::now() + std::chrono::milliseconds{longest_wait_ms};
  for (const auto& [id, x] : connections_)
    if (x.now != phase::answering)
      until = std::min(until, x.deadline);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, longest_wait_ms));
}

void http_loop::wait() {
  const bool accepts = clock::now() >= accepts_again_;
  std::vector<pollfd> polled;
  std::vector<std::uint64_t> ids;
  polled.push_back({wakeup_.get(), POLLIN, 0});
  polled.push_back({accepts ? listener_.socket.get() : -1, POLLIN, 0});
  for (const auto& [id, x] : connections_)
    if (x.now != phase::answering) {
      const short wanted = x.now == phase::writing ? POLLOUT : POLLIN;
      polled.push_back({x.socket.get(), wanted, 0});
      ids.push_back(id);
    }
  const auto at_most = accepts ? milliseconds_to_wait()
                               : std::min<int>(milliseconds_to_wait(), without_files.count());
  const auto found = ::poll(polled.data(), polled.size(), at_most);
  ready_.clear();
  acceptable_ = found > 0 && polled[1].revents != 0;
  if (found <= 0)
    return;
  if (polled[0].revents != 0)
    clear_wakeup(wakeup_);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (polled[i + 2].revents != 0)
      ready_.emplace_back(ids[i], polled[i + 2].revents);
}

void http_loop::close_overdue() {
  const auto now = clock::now();
  for (auto i = connections_.begin(); i != connections_.end();) {
    auto& x = i->second;
    if (x.now == phase::answering || now < x.deadline) {
      ++i;
      continue;
    }
    timed_out_ += x.now == phase::lingering ? 0 : 1;
    i = connections_.erase(i);
  }
}

// -- connections

void http_loop::accept_all() {
  // As many as fit at a time: then those that are here get their turn again.
  for (std::size_t i = 0; i < limits_.connections_max; ++i) {
    descriptor made{
      ::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (made.get() < 0) {
      // Anything but "none left" would come again at once, and keep the processor busy.
      if (!again() && errno != ECONNABORTED)
        accepts_again_ = clock::now() + without_files;
      return;
    }
    ++accepted_;
    make_room();
    if (connections_.size() >= limits_.connections_max)
      continue; // All of them are being answered: this one is closed.
    connection x;
    x.socket = std::move(made);
    x.deadline = clock::now() + limits_.head_timeout;
    connections_.emplace(++last_id_, std::move(x));
  }
}

/// Who has said nothing for longest goes first, then who takes longest to take its answer. What
/// somebody has said already is read before that: many may have come since the last look.
void http_loop::make_room() {
  if (connections_.size() < limits_.connections_max)
    return;
  ++crowded_out_;
  for (auto going : {phase::lingering, phase::reading, phase::writing})
    for (auto i = connections_.begin(); i != connections_.end(); ++i) {
      auto& [id, x] = *i;
      if (x.now != going)
        continue;
      if (going == phase::reading && read_head(id, x) && x.now != going)
        continue;
      connections_.erase(i);
      return;
    }
}

void http_loop::take_answers() {
  std::vector<std::pair<std::uint64_t, std::string>> answers;
  {
    std::lock_guard<std::mutex> guard{mutex_};
    answers.swap(answers_);
  }
  for (auto& [id, bytes] : answers) {
    const auto found = connections_.find(id);
    if (found != connections_.end() && !begin_writing(found->second, std::move(bytes)))
      connections_.erase(found);
  }
}

bool http_loop::serve(std::uint64_t id, connection& x) {
  switch (x.now) {
  case phase::reading:
    return read_head(id, x);
  case phase::writing:
    return write_some(x);
  case phase::lingering:
    return drain(x);
  case phase::answering:
    break;
  }
  return true;
}

bool http_loop::read_head(std::uint64_t id, connection& x) {
  std::array<char, 4'096> piece{};
  const auto count = ::recv(x.socket.get(), piece.data(), piece.size(), 0);
  if (count <= 0)
    return count < 0 && again();
  const auto from = x.in.size() < head_end.size() ? 0 : x.in.size() - head_end.size();
  x.in.append(piece.data(), static_cast<std::size_t>(count));
  const auto end = x.in.find(head_end, from);
  if (end != std::string::npos && end + head_end.size() <= limits_.head_bytes_max) {
    x.in.resize(end + head_end.size());
    x.now = phase::answering;
    ask_(id, std::move(x.in));
    return true;
  }
  if (end == std::string::npos && x.in.size() < limits_.head_bytes_max)
    return true;
  return begin_writing(
    x, http_bytes(http_error(431, "The request is longer than "
                                    + std::to_string(limits_.head_bytes_max) + " bytes.")));
}

bool http_loop::begin_writing(connection& x, std::string bytes) {
  x.now = phase::writing;
  x.deadline = clock::now() + limits_.write_timeout;
  x.out = std::move(bytes);
  return write_some(x);
}

bool http_loop::write_some(connection& x) {
  const auto count = ::send(x.socket.get(), x.out.data() + x.written, x.out.size() - x.written,
                            MSG_NOSIGNAL);
  if (count < 0)
    return again();
  x.written += static_cast<std::size_t>(count);
  if (x.written < x.out.size())
    return true;
  ++answered_;
  x.out = {};
  x.now = phase::lingering;
  x.deadline = clock::now() + limits_.linger;
  return ::shutdown(x.socket.get(), SHUT_WR) == 0;
}

bool http_loop::drain(connection& x) const {
  std::array<char, 4'096> piece{};
  const auto count = ::recv(x.socket.get(), piece.data(), piece.size(), 0);
  return count > 0 || (count < 0 && again());
}

} // namespace quorate::service
