#include "tests/sim/faults.hpp"

#include <utility>

namespace quorate::sim {

namespace {

/// What lasts a few milliseconds wouldn't often be hit by chance: it is looked for.
bool is_watched(fault_kind kind) {
  return kind == fault_kind::joint_crash || kind == fault_kind::sync_crash;
}

} // namespace

// -- by chance ------------------------------------------------------------------------------------------------------

void faults::begin() {
  for (std::size_t i = 0; i < fault_kinds; ++i)
    streams_.push_back(draw_.fork(i));
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    const auto kind = static_cast<fault_kind>(i);
    if (plan_.of(kind) != 0)
      arm(kind);
  }
}

void faults::arm(fault_kind kind) {
  auto& from = streams_[static_cast<std::size_t>(kind)];
  const auto every = plan_.of(kind);
  if (is_watched(kind))
    return watch(kind, ms(4));
  world_.time().after(from.between(every / 2, every * 3 / 2), [this, kind] {
    if (stopped_)
      return;
    if (auto x = draw(kind, streams_[static_cast<std::size_t>(kind)]))
      happen(*x);
    arm(kind);
  });
}

void faults::watch(fault_kind kind, micros every) {
  world_.time().after(every, [this, kind] {
    if (stopped_)
      return;
    auto x = draw_watched(kind, streams_[static_cast<std::size_t>(kind)]);
    if (x)
      happen(*x);
    watch(kind, x ? plan_.of(kind) : ms(4));
  });
}

void faults::happen(fault x) {
  if (log_.size() == faults_max)
    return;
  x.at = world_.now();
  log_.push_back(x);
  strike(x);
}

// -- by a list ------------------------------------------------------------------------------------------------------

void faults::begin(const std::vector<fault>& list) {
  for (const auto& x : list)
    world_.time().after(x.at - world_.now(), [this, x] {
      if (!stopped_)
        happen(x);
    });
}

// -- and back -------------------------------------------------------------------------------------------------------

/// Whose disk failed is started by its operator, like whoever died. (It may not have heard of it.)
void faults::revive(std::size_t i) {
  auto& p = world_.at(i);
  if (p.running() && (p.disk_failed || p.node->stopping()))
    world_.crash(i, false);
  if (p.life > 0)
    world_.start(i);
}

void faults::heal() {
  stopped_ = true;
  world_.lines().line(world_.now(), trace::nobody, "everything heals");
  world_.net().mend();
  auto& net = world_.net().conditions;
  net.drop_percent = 0;
  net.duplicate_percent = 0;
  net.replay_permille = 0;
  net.tail_percent = 0;
  for (std::size_t i = 0; i < world_.size(); ++i) {
    auto& p = world_.at(i);
    p.slow_until = 0;
    p.stuck_until = 0;
    p.disk_full = false;
    p.sync_fails = false;
    world_.set_room(i, disk_room::enough);
    p.effects_left.reset();
    revive(i);
  }
}

} // namespace quorate::sim
