// How a fault happens, and how it ends. Nothing is left to chance but what its salt seeds.
#include "runtime/base/limits.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/violation.hpp"

#include <utility>

namespace quorate::sim {

/// Unless everything is healed before.
void faults::later(micros delay, std::function<void()> what) {
  world_.time().after(delay, [this, what = std::move(what)] {
    if (!stopped_)
      what();
  });
}

void faults::strike(const fault& x) {
  world_.lines().line(world_.now(), trace::nobody, "fault", log_.size() - 1, ": ",
                      [&] { return describe(x); });
  switch (x.kind) {
  case fault_kind::crash:
  case fault_kind::leader_crash:
  case fault_kind::joint_crash:
  case fault_kind::sync_crash:
  case fault_kind::crash_of_all:
  case fault_kind::restart_loop:
  case fault_kind::rolling_restart:
  case fault_kind::torn_effects:
  case fault_kind::graceful_stop:
    return strike_process(x);
  case fault_kind::pause:
  case fault_kind::frozen_clock:
  case fault_kind::late_timers:
  case fault_kind::frozen_leader:
  case fault_kind::clock_jump:
    return strike_clock(x);
  case fault_kind::slow_disk:
  case fault_kind::stuck_disk:
  case fault_kind::failed_sync:
  case fault_kind::full_disk:
  case fault_kind::crowded_disk:
    return strike_disk(x);
  case fault_kind::wiped_disk:
  case fault_kind::rotten_disk:
  case fault_kind::taken_name:
  case fault_kind::second_founding:
    return strike_identity(x);
  default:
    return strike_network(x);
  }
}

// -- processes ------------------------------------------------------------------------------------------------------

void faults::crash(std::size_t i, bool forget, micros absence) {
  if (!world_.at(i).running())
    return;
  world_.crash(i, forget);
  later(absence, [this, i] { world_.start(i); });
}

/// Who stands still would hear of it only when it goes on, maybe after all was healed.
void faults::stop(std::size_t i, micros absence) {
  const auto& p = world_.at(i);
  if (!p.running() || world_.now() < p.paused_until)
    return;
  world_.stop(i);
  start_when_stopped(i, p.life, absence);
}

void faults::start_when_stopped(std::size_t i, std::uint64_t life, micros absence) {
  const auto& p = world_.at(i);
  if (p.running() && p.life == life)
    later(ms(5), [this, i, life, absence] { start_when_stopped(i, life, absence); });
  else
    later(absence, [this, i] { world_.start(i); });
}

void faults::strike_process(const fault& x) {
  if (x.kind == fault_kind::crash_of_all)
    return crash_all(x);
  if (x.kind == fault_kind::rolling_restart) {
    world_.situations().hit(situation::rolling_restart);
    return roll(x, 0);
  }
  if (x.kind == fault_kind::sync_crash)
    world_.situations().hit(situation::crash_while_syncing);
  for (std::size_t i = 0; i < world_.size(); ++i) {
    if (!has(x.nodes, i))
      continue;
    if (x.kind == fault_kind::graceful_stop) {
      later(i * x.every, [this, i, absence = x.lasts] { stop(i, absence); });
    } else if (x.kind == fault_kind::restart_loop) {
      world_.situations().hit(situation::restart_loop);
      loop(i, x, x.amount);
    } else if (x.kind == fault_kind::torn_effects) {
      world_.at(i).effects_left = x.amount;
      later(x.lasts, [this, i] {
        world_.at(i).effects_left.reset();
        revive(i);
      });
    } else {
      crash(i, x.flag, x.lasts);
    }
  }
}

void faults::crash_all(const fault& x) {
  world_.situations().hit(situation::crash_of_all);
  base::random draw{x.salt};
  for (std::size_t i = 0; i < world_.size(); ++i)
    crash(i, draw.chance(30), absence(draw));
}

void faults::loop(std::size_t i, const fault& x, std::uint64_t left) {
  if (left == 0)
    return;
  crash(i, x.flag, x.every / 2);
  later(x.every, [this, i, x, left] { loop(i, x, left - 1); });
}

void faults::roll(const fault& x, std::size_t i) {
  if (i == world_.size())
    return;
  crash(i, x.flag, x.lasts);
  later(x.every, [this, i, x] { roll(x, i + 1); });
}

// -- clocks ---------------------------------------------------------------------------------------------------------

void faults::strike_clock(const fault& x) {
  for (std::size_t i = 0; i < world_.size(); ++i) {
    auto& p = world_.at(i);
    if (!has(x.nodes, i) || !p.running())
      continue;
    if (x.kind == fault_kind::clock_jump) {
      // Log time follows the leaders' clocks, and sessions that were idle for an hour of it end: a
      // client that works all the time must not see that.
      if (jumped_ms_ + x.amount > limits::session_idle_ms_max / 2)
        continue;
      jumped_ms_ += x.amount;
      world_.situations().hit(situation::clock_jump);
      world_.advance_clock(i, x.amount);
      continue;
    }
    world_.pause(i, x.lasts);
    if (x.kind == fault_kind::frozen_clock) {
      world_.situations().hit(situation::frozen_clock);
      world_.stop_clock(i, x.lasts);
    } else if (x.kind == fault_kind::late_timers) {
      world_.situations().hit(situation::late_timers);
      p.missed_ticks = x.lasts / ms(p.options.tick_ms);
    } else if (x.kind == fault_kind::frozen_leader) {
      // A machine that was frozen, and whose network isn't back yet when it goes on: its leader has
      // missed an election, and learns nothing of it for a while.
      world_.situations().hit(situation::frozen_leader);
      auto cuts = x;
      cuts.others = (bit(world_.size()) - 1) & ~x.nodes;
      set_cuts(cuts, true);
      later(x.every, [this, cuts] { set_cuts(cuts, false); });
    }
  }
}

// -- network --------------------------------------------------------------------------------------------------------

void faults::set_cuts(const fault& x, bool cut) {
  auto& net = world_.net();
  auto set = [&](std::size_t from, std::size_t to) {
    cut ? net.cut(from, to) : net.join(from, to);
  };
  for (std::size_t a = 0; a < world_.size(); ++a)
    for (std::size_t b = 0; b < world_.size(); ++b) {
      if (a == b || !has(x.nodes, a) || !has(x.others, b))
        continue;
      set(a, b);
      if (x.kind != fault_kind::one_way_cut)
        set(b, a);
    }
}

void faults::flap(const fault& x, bool cut, micros until) {
  set_cuts(x, cut);
  if (cut || world_.now() < until)
    later(x.every, [this, x, cut, until] { flap(x, !cut, until); });
}

void faults::strike_network(const fault& x) {
  auto& net = world_.net();
  auto& situations = world_.situations();
  if (x.kind == fault_kind::old_mail)
    return net.release(x.amount, x.every, base::random{x.salt});
  for (std::size_t a = 0; a < world_.size(); ++a) {
    if (!has(x.nodes, a))
      continue;
    if (x.kind == fault_kind::lost_type) {
      net.lose(a, x.amount, true);
      return later(x.lasts, [this, a, type = x.amount] { world_.net().lose(a, type, false); });
    }
    for (std::size_t b = 0; b < world_.size(); ++b) {
      if (!has(x.others, b))
        continue;
      if (x.kind == fault_kind::clogged_link) {
        net.slow(a, b, ms(x.amount));
        return later(x.lasts, [this, a, b] { world_.net().slow(a, b, 0); });
      }
      if (x.kind == fault_kind::flapping) {
        situations.hit(situation::flapping_link);
        return flap(x, true, world_.now() + x.lasts);
      }
    }
  }
  situations.hit(x.kind == fault_kind::bridge        ? situation::bridge
                 : x.kind == fault_kind::one_way_cut ? situation::one_way_cut
                                                     : situation::partition);
  set_cuts(x, true);
  later(x.lasts, [this, x] { set_cuts(x, false); });
}

// -- disks ----------------------------------------------------------------------------------------------------------

void faults::strike_disk(const fault& x) {
  for (std::size_t i = 0; i < world_.size(); ++i) {
    auto& p = world_.at(i);
    if (!has(x.nodes, i))
      continue;
    if (x.kind == fault_kind::slow_disk) {
      p.slower = ms(x.amount);
      p.slow_until = world_.now() + x.lasts;
      continue;
    }
    if (x.kind == fault_kind::stuck_disk) {
      p.stuck_until = world_.now() + x.lasts;
      continue;
    }
    if (x.kind == fault_kind::crowded_disk) {
      world_.set_room(i, x.amount != 0 ? disk_room::low : disk_room::none);
      later(x.lasts, [this, i] { world_.set_room(i, disk_room::enough); });
      continue;
    }
    if (!p.running())
      continue;
    if (x.kind == fault_kind::full_disk)
      p.disk_full = true;
    else
      p.sync_fails = true;
    later(x.lasts, [this, i] {
      world_.at(i).disk_full = false;
      world_.at(i).sync_fails = false;
      revive(i);
    });
  }
}

// -- who a node is --------------------------------------------------------------------------------------------------

void faults::strike_identity(const fault& x) {
  for (std::size_t i = 0; i < world_.size(); ++i) {
    if (!has(x.nodes, i))
      continue;
    if (x.kind == fault_kind::second_founding)
      return found_again(i);
    if (x.kind == fault_kind::taken_name) {
      world_.situations().hit(situation::name_taken);
      auto impostor = world_.at(i).options;
      impostor.address = impostor.name + "-" + std::to_string(world_.size());
      if (x.salt % 2 == 0) // Whose name it is may come back when it is too late.
        crash(i, x.flag, x.lasts);
      return world_.start(world_.add(std::move(impostor)));
    }
    if (!world_.at(i).running())
      continue;
    world_.crash(i, x.flag);
    if (x.kind == fault_kind::wiped_disk)
      world_.wipe(i);
    else
      world_.rot(i, x.salt);
    later(x.lasts, [this, i] { world_.start(i); });
  }
}

/// Whoever has a cluster says so, and founds none.
void faults::found_again(std::size_t i) {
  if (!world_.at(i).running())
    return;
  membership::provision_request what;
  what.cluster_name = "sim";
  what.policy = world_.log().state().nodes().policy();
  world_.ask(i, what, [this, i](const driver::reply_body& said) {
    const auto& reply = std::get<ops::provision_reply>(said);
    require(!reply.changed, "who has a cluster founds none", i);
    if (reply.refusal.code == errc::none)
      world_.situations().hit(situation::provisioned_twice);
  });
}

} // namespace quorate::sim
