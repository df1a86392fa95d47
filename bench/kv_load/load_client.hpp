// One client. In a closed loop, it starts its next operation when the one before is answered. In an
// open one, operations are due at fixed times, whatever the cluster does: one that is answered late
// makes those behind it late, and they count from when they were due.
#pragma once

#include "quorate/client.hpp"
#include "bench/kv_load/history.hpp"
#include "bench/kv_load/pacer.hpp"
#include "bench/kv_load/tally.hpp"
#include "bench/kv_load/workload.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace quorate::bench {

/// Counts clients that have nothing under way any more.
///
/// Thread safety: all methods may be called from any thread.
class finish_line {
public:
  explicit finish_line(std::size_t runners) : missing_(runners) {
    // nop
  }

  void cross();
  /// False if somebody is still missing by then.
  bool wait_until(std::chrono::steady_clock::time_point at_most);

private:
  std::mutex mutex_;
  std::condition_variable crossed_;
  std::size_t missing_;
};

/// What all clients of a run have in common.
struct run_setup {
  workload_shape shape;
  std::chrono::steady_clock::time_point epoch; ///< When the run begins: all times count from here.
  time_window window;
  bool keeps_history = false;
  pacer* pace = nullptr;        ///< Null: a closed loop.
  std::int64_t interval_ns = 0; ///< Of each client's operations, if it is open.
  std::uint32_t clients = 1;
};

/// Its callbacks run on threads of the cluster, one after the other, each starting the next
/// operation: nothing is shared with other clients, so nothing is locked.
///
/// Thread safety: construct and start from one thread; look at what was counted once it has crossed
/// the finish line, as it surely has when the cluster is gone. It has to outlive the cluster.
class load_client {
public:
  load_client(std::uint32_t number, client cluster, const run_setup& setup, base::random rng,
              finish_line& finish);
  load_client(const load_client&) = delete;
  load_client& operator=(const load_client&) = delete;

  void start();

  const tally& counted() const noexcept {
    return counted_;
  }
  const client_history& history() const noexcept {
    return history_;
  }

private:
  std::int64_t now_ns() const;
  void start_next();
  void begin(std::int64_t due_ns);
  void on_read(const result<std::optional<versioned_value>>& answer);
  void on_written(const result<revision>& answer);
  void close(outcome became, errc why);

  std::uint32_t number_;
  client cluster_;
  const run_setup& setup_;
  finish_line& finish_;
  workload choices_;
  tally counted_;
  client_history history_;
  operation current_;
  std::int64_t due_ns_ = 0; ///< In an open loop: of the operation that is next.
  record record_;           ///< Of the current operation.
};

} // namespace quorate::bench
