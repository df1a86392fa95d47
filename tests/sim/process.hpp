// One node of the simulation: the production driver and controller while its process runs, and the
// disk that outlives it.
#pragma once

#include "quorate/storage_image.hpp"
#include "messages/controller.hpp"
#include "messages/raft.hpp"
#include "runtime/base/random.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/controller.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/sim/events.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
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
  disk_room room = disk_room::enough; ///< As the node knew it.
};

struct process {
  process(std::size_t i, base::random stream)
    : index(i),
      disk_draw(stream.fork(1)),
      actor_draw(stream.fork(2)) {
    // nop
  }

  std::size_t index = 0;
  // What happens to one node doesn't shift what happens to others.
  base::random disk_draw;
  base::random actor_draw;
  driver::options options;
  storage::memory_store disk;
  storage::image lost_disk; ///< What it promised counted when it was counted; it never speaks
                            ///< again.
  std::unique_ptr<driver::driver> node; ///< Null: not running.
  std::unique_ptr<membership::controller> control;
  std::uint64_t life = 0;

  // -- its clock ---------------------------------------------------------------------------------------------
  std::uint64_t rate_ppm = 1'000'000; ///< Its own second in real microseconds, inverted.
  std::uint64_t base_ms = 0;
  micros frozen_until = 0;     ///< Its clock stands still.
  std::uint64_t newest_ms = 0; ///< A clock may leap or stand still, but never goes back.
  micros paused_until = 0;
  std::uint64_t missed_ticks = 0; ///< They come together with the next.

  // -- between disk, driver and controller -------------------------------------------------------------------
  bool syncing = false;
  micros slow_until = 0;  ///< Its disk: each sync takes `slower` more.
  micros slower = 0;      //
  micros stuck_until = 0; ///< No sync ends before.
  bool disk_full = false;
  bool sync_fails = false;  ///< The next one.
  bool disk_failed = false; ///< In this life.
  std::deque<membership::controller_input> to_controller;
  std::deque<membership::controller_output> from_controller;

  /// The process dies after so many more effects. None: it doesn't.
  std::optional<std::uint64_t> effects_left;
  bool departed = false;                      ///< Seen so.
  bool had_successor = false;                 ///< When it departed.
  std::map<storage_id, std::uint64_t> heard;  ///< In this life: the newest boot of each.
  bool said_goodbye = false;                  ///< In this life.
  std::optional<std::uint64_t> stop_asked_ms; ///< By its clock; none: it wasn't asked to stop.

  last_seen seen;
  bool seen_halted = false; ///< In its present life.

  bool running() const noexcept {
    return node != nullptr;
  }
  const raft::core* core() const noexcept {
    return node ? node->consensus() : nullptr;
  }
  /// Its disk isn't the one that it began with.
  bool was_wiped() const noexcept {
    return lost_disk.identity().has_value();
  }
  bool rotten = false; ///< Something that was durable on its disk is unreadable.
  bool was_lost() const noexcept {
    return rotten || was_wiped();
  }
  storage_id storage() const {
    return node ? node->identity().storage
                : (disk.durable().identity() ? disk.durable().identity()->storage : storage_id{});
  }
};

} // namespace quorate::sim
