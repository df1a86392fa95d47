// One node of the simulation: the production driver and controller while its process runs, and the
// disk that outlives it.
#pragma once

#include "messages/controller.hpp"
#include "messages/raft.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/controller.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/sim/events.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace quorate::sim {

/// What the checkers saw of a node last, in its present life. Begins anew with each log.
struct last_seen {
  bool has_log = false;
  log_index commit{};
  log_index applied{};
  quorate::term current_term{};
  quorate::term led_term{}; ///< The newest term that it led.
  raft::log_position last;
  config_version active{};
  std::uint64_t floor_refusals = 0;
  std::uint64_t snapshots_installed = 0;
  std::uint64_t elections = 0;
};

struct process {
  std::size_t index = 0;
  driver::options options;
  storage::memory_store disk;
  std::unique_ptr<driver::driver> node; ///< Null: not running.
  std::unique_ptr<membership::controller> control;
  std::uint64_t life = 0;

  // -- its clock ---------------------------------------------------------------------------------------------
  std::uint64_t rate_ppm = 1'000'000; ///< Its own second in real microseconds, inverted.
  std::uint64_t base_ms = 0;
  micros paused_until = 0;

  // -- between disk, driver and controller -------------------------------------------------------------------
  bool syncing = false;
  std::deque<membership::controller_input> to_controller;
  std::deque<membership::controller_output> from_controller;

  /// The process dies after so many more effects. None: it doesn't.
  std::optional<std::uint64_t> effects_left;

  last_seen seen;

  bool running() const noexcept {
    return node != nullptr;
  }
  const raft::core* core() const noexcept {
    return node ? node->consensus() : nullptr;
  }
  storage_id storage() const {
    return node ? node->identity().storage
                : (disk.durable().identity() ? disk.durable().identity()->storage : storage_id{});
  }
};

} // namespace quorate::sim
