// What goes wrong, and when.
//
// Thread safety: none.
#pragma once

#include "runtime/base/random.hpp"
#include "tests/sim/swarm.hpp"
#include "tests/sim/world.hpp"

#include <cstddef>

namespace quorate::sim {

class faults {
public:
  faults(world& in, base::random draw, fault_plan plan) : world_(in), draw_(draw), plan_(plan) {
    // nop
  }

  void begin();
  /// Everything is whole again: links, processes, delays. Nothing new goes wrong.
  void heal();

private:
  using fault = void (faults::*)();

  void next();
  void next_later();
  void watch_joint();
  void crash_one();
  void kill_leader();
  void crash_all();
  void pause_one();
  void freeze_leader();
  void split();
  void isolate();
  void cut_one_way();
  void crash(std::size_t i);
  void mend_later();
  micros absence();

  world& world_;
  base::random draw_;
  fault_plan plan_;
  bool stopped_ = false;
};

} // namespace quorate::sim
