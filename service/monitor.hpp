// HTTP for those who watch a node, of which it knows no more than its sources say. For a node that
// is alone in its process, `node_service` has it and the log together.
//
// | path | answer |
// |---|---|
// | /livez | 200 while the process answers, 503 once the node halted |
// | /readyz | 200 while the node is ready for work, else 503; the body says which check fails |
// | /status | what the node says of itself |
// | /nodes | the table of nodes, by the leader; 503 if nobody says it in time |
// | /metrics | for Prometheus |
//
// All but the last are JSON (docs/schemas); docs/operating.md has more of them.
#pragma once

#include <quorate/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "service/http_server.hpp"
#include "service/log.hpp"
#include "service/sources.hpp"

namespace quorate::service {

struct monitor_options {
  /// Where HTTP is spoken: `host:port`; port 0: any that is free. Anybody who reaches it may read
  /// everything that is shown, so it is the machine itself unless told otherwise.
  std::string http = "127.0.0.1:7401";
  http_limits limits;
  /// How old what is shown may be, so that many who look don't load the node; 0 to 1 min. The table
  /// of nodes may be large: /metrics shows what follows from it on the leader alone, of a table
  /// that may be as old as `table_age_max`.
  std::chrono::milliseconds age_max{100};
  std::chrono::milliseconds table_age_max{5'000};
  /// How long an answer waits for the node, and how long for the leader's table; 1 ms to 1 min.
  std::chrono::milliseconds patience{1'000};
  /// See `readiness_options`.
  std::uint64_t applied_lag_max = 1'000;

  /// `invalid_argument`, naming the option and its range.
  result<void> validate() const;
};

/// Thread safety: all methods may be called from any thread, except the destructor and moves.
class monitor {
public:
  /// `log` may be null, else it has to outlive the monitor; it hears of other leaders, full disks
  /// and halts. `sources.status` is required. Errors: `invalid_argument`; `address_unusable`.
  static result<monitor> start(const monitor_options& options, service_sources sources,
                               service_log* log = nullptr);

  monitor(monitor&&) noexcept;
  monitor& operator=(monitor&&) noexcept;
  /// Stops.
  ~monitor();

  /// `host:port` that HTTP is spoken on.
  const std::string& address() const noexcept;
  std::uint16_t port() const noexcept;

  /// Ends HTTP. Waits for a source that is being asked. Idempotent.
  void stop();

private:
  class state;
  explicit monitor(std::unique_ptr<state> from);

  std::unique_ptr<state> state_;
};

} // namespace quorate::service
