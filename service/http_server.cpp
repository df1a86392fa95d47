#include "service/http_server.hpp"

#include <quorate/errc.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "service/http_answers.hpp"
#include "service/http_loop.hpp"

namespace quorate::service {

namespace {

template <class T>
error out_of_range(const std::string& name, T lowest, T highest) {
  return make_error(errc::invalid_argument, "http_limits." + name + " is " + std::to_string(lowest)
                                              + " to " + std::to_string(highest) + '.');
}

} // namespace

result<void> http_limits::validate() const {
  constexpr long long hour_ms = 3'600'000;
  if (connections_max < 1 || connections_max > 4'096)
    return out_of_range("connections_max", 1, 4'096);
  if (head_bytes_max < 64 || head_bytes_max > 8'192)
    return out_of_range("head_bytes_max", 64, 8'192);
  if (threads < 1 || threads > 64)
    return out_of_range("threads", 1, 64);
  if (head_timeout.count() < 1 || head_timeout.count() > hour_ms)
    return out_of_range("head_timeout", 1LL, hour_ms);
  if (write_timeout.count() < 1 || write_timeout.count() > hour_ms)
    return out_of_range("write_timeout", 1LL, hour_ms);
  if (linger.count() < 0 || linger.count() > 60'000)
    return out_of_range("linger", 0, 60'000);
  return {};
}

class http_server::state {
public:
  state(listener from, descriptor wakeup, std::map<std::string, http_handler> routes,
        const http_limits& limits)
    : address_(from.address),
      port_(from.port),
      answers_(std::move(routes)),
      loop_(std::move(from), std::move(wakeup), limits,
            [this](std::uint64_t connection, std::string head) {
              enqueue(connection, std::move(head));
            }) {
    for (std::size_t i = 0; i < limits.threads; ++i)
      threads_.emplace_back([this] { answer_all(); });
    threads_.emplace_back([this] { loop_.run(); });
  }

  ~state() {
    stop();
  }

  void stop() {
    std::lock_guard<std::mutex> once{stopping_};
    {
      std::lock_guard<std::mutex> guard{mutex_};
      ended_ = true;
      requests_.clear();
    }
    changed_.notify_all();
    loop_.end();
    for (auto& one : threads_)
      one.join();
    threads_.clear();
  }

  const std::string& address() const noexcept {
    return address_;
  }
  std::uint16_t port() const noexcept {
    return port_;
  }
  http_counts counts() const {
    return loop_.counts();
  }

private:
  struct request {
    std::uint64_t connection = 0;
    std::string head;
  };

  /// Bounded by the connections: each has one request.
  void enqueue(std::uint64_t connection, std::string head) {
    {
      std::lock_guard<std::mutex> guard{mutex_};
      requests_.push_back({connection, std::move(head)});
    }
    changed_.notify_one();
  }

  void answer_all() {
    std::unique_lock<std::mutex> guard{mutex_};
    for (;;) {
      changed_.wait(guard, [this] { return ended_ || !requests_.empty(); });
      if (ended_)
        return;
      const auto next = std::move(requests_.front());
      requests_.pop_front();
      guard.unlock();
      loop_.finish(next.connection, answers_.answer(next.head));
      guard.lock();
    }
  }

  const std::string address_;
  const std::uint16_t port_;
  const http_answers answers_;
  http_loop loop_;
  std::mutex stopping_;
  std::mutex mutex_; ///< Of what follows, but for the threads.
  std::condition_variable changed_;
  std::deque<request> requests_;
  bool ended_ = false;
  std::vector<std::thread> threads_; ///< Last: they use all of the above.
};

result<http_server> http_server::start(const std::string& address,
                                       std::map<std::string, http_handler> routes,
                                       const http_limits& limits) {
  if (auto valid = limits.validate(); !valid)
    return valid.error();
  auto listening = listen_on(address);
  if (!listening)
    return listening.error();
  auto wakeup = make_wakeup();
  if (!wakeup)
    return wakeup.error();
  return http_server{
    std::make_unique<state>(std::move(*listening), std::move(*wakeup), std::move(routes), limits)};
}

http_server::http_server(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

http_server::http_server(http_server&&) noexcept = default;
http_server& http_server::operator=(http_server&&) noexcept = default;
http_server::~http_server() = default;

const std::string& http_server::address() const noexcept {
  return state_->address();
}

std::uint16_t http_server::port() const noexcept {
  return state_->port();
}

void http_server::stop() {
  state_->stop();
}

http_counts http_server::counts() const {
  return state_->counts();
}

} // namespace quorate::service
