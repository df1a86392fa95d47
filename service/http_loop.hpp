// The thread that reads and writes the connections of the HTTP server. It never waits for one of
// them, and hands whole requests to whoever answers them.
//
// Thread safety: `run` has a thread to itself; `finish` and `end` may be called from others.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "service/http_server.hpp"
#include "service/http_socket.hpp"

namespace quorate::service {

class http_loop {
public:
  /// Takes the number of a connection and its request. It mustn't block; the answer comes by
  /// `finish`.
  using on_request = std::function<void(std::uint64_t connection, std::string head)>;

  http_loop(listener from, descriptor wakeup, const http_limits& limits, on_request ask);

  /// Returns after `end`.
  void run();
  /// The answer to a request; dropped if its connection is gone.
  void finish(std::uint64_t id, std::string bytes);
  void end();

  http_counts counts() const;

private:
  using clock = std::chrono::steady_clock;

  enum class phase : std::uint8_t {
    reading,   ///< Until the head is whole.
    answering, ///< Somebody else makes the answer.
    writing,
    lingering, ///< All is written; closing at once could destroy what the client hasn't read yet.
  };

  struct connection {
    descriptor socket;
    phase now = phase::reading;
    clock::time_point deadline; ///< None while it is answered.
    std::string in;
    std::string out;
    std::size_t written = 0;
  };

  using connections = std::map<std::uint64_t, connection>; ///< By age.

  void wait();
  void accept_all();
  void make_room();
  void take_answers();
  /// These return whether the connection goes on.
  bool serve(std::uint64_t id, connection& x);
  bool read_head(std::uint64_t id, connection& x);
  bool write_some(connection& x);
  bool drain(connection& x) const;
  bool begin_writing(connection& x, std::string bytes);
  void close_overdue();
  int milliseconds_to_wait() const;

  const http_limits limits_;
  const on_request ask_;
  listener listener_;
  descriptor wakeup_;
  connections connections_;
  std::uint64_t last_id_ = 0;
  clock::time_point accepts_again_; ///< The process has no file left for another connection.
  std::vector<std::pair<std::uint64_t, short>> ready_; ///< What `wait` found.
  bool acceptable_ = false;

  std::atomic<bool> ended_{false};
  std::mutex mutex_; ///< Of `answers_`.
  std::vector<std::pair<std::uint64_t, std::string>> answers_;

  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> answered_{0};
  std::atomic<std::uint64_t> timed_out_{0};
  std::atomic<std::uint64_t> crowded_out_{0};
};

} // namespace quorate::service
