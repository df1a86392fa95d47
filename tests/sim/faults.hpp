// What goes wrong, and when: each kind of fault is drawn from a stream of its own at times of its
// own, becomes data (`fault`), is noted, and then happens. A list of them happens without a draw.
//
// Thread safety: none.
#pragma once

#include "runtime/base/random.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/world.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace quorate::sim {

/// Faults beyond that are drawn no more; a list of them has a bound.
constexpr std::size_t faults_max = 4'096;

class faults {
public:
  faults(world& in, base::random draw, const fault_plan& plan)
    : world_(in),
      draw_(draw),
      plan_(plan) {
    // nop
  }

  /// By chance.
  void begin();
  /// By a list.
  void begin(const std::vector<fault>& list);
  /// Everything is whole again: links, processes, disks, delays. Nothing new goes wrong, except
  /// that old messages go on to arrive.
  void heal();

  /// What has happened so far, in order: the decision log.
  const std::vector<fault>& log() const noexcept {
    return log_;
  }

private:
  // -- when (faults.cpp) ------------------------------------------------------------------------------------------
  void arm(fault_kind kind);
  void watch(fault_kind kind, micros every);
  void happen(fault x);
  void revive(std::size_t i);

  // -- what (fault_draws.cpp) -------------------------------------------------------------------------------------
  std::optional<fault> draw(fault_kind kind, base::random& from);
  bool draw_stop(fault& x, base::random& from);
  bool draw_cut(fault& x, base::random& from);
  bool draw_link(fault& x, base::random& from);
  bool draw_disk(fault& x, base::random& from);
  bool draw_damage(fault& x, base::random& from);
  std::optional<fault> draw_watched(fault_kind kind, base::random& from);
  micros absence(base::random& from) const;
  std::size_t any(base::random& from) const;
  std::size_t leader_or_any(base::random& from) const;

  // -- how (strikes.cpp) ------------------------------------------------------------------------------------------
  void strike(const fault& x);
  void strike_process(const fault& x);
  void strike_clock(const fault& x);
  void strike_network(const fault& x);
  void strike_disk(const fault& x);
  void strike_identity(const fault& x);
  void found_again(std::size_t i);
  void crash(std::size_t i, bool forget, micros absence);
  void crash_all(const fault& x);
  void stop(std::size_t i, micros absence);
  void start_when_stopped(std::size_t i, std::uint64_t life, micros absence);
  void loop(std::size_t i, const fault& x, std::uint64_t left);
  void roll(const fault& x, std::size_t i);
  void flap(const fault& x, bool cut, micros until);
  void set_cuts(const fault& x, bool cut);
  void later(micros delay, std::function<void()> what);

  world& world_;
  base::random draw_; ///< Never drawn from: each kind's stream is a fork of it.
  fault_plan plan_;
  std::vector<base::random> streams_;
  std::vector<fault> log_;
  bool stopped_ = false;
  std::uint64_t jumped_ms_ = 0; ///< All clock jumps together.
};

} // namespace quorate::sim
