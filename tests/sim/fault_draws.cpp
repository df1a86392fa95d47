// Which fault comes next: everything that is left to chance is drawn here.
#include "tests/sim/faults.hpp"

namespace quorate::sim {

std::size_t faults::any(base::random& from) const {
  return from.below(world_.size());
}

std::size_t faults::leader_or_any(base::random& from) const {
  const auto i = any(from);
  const auto leader = world_.leader();
  return leader && from.chance(50) ? *leader : i;
}

micros faults::absence(base::random& from) const {
  if (plan_.long_absences && from.chance(40))
    return from.between(seconds(2), seconds(6));
  return from.chance(50) ? from.between(ms(1), ms(100)) : from.between(ms(100), ms(1'500));
}

/// None: there is nothing to hit at the moment.
std::optional<fault> faults::draw(fault_kind kind, base::random& from) {
  fault x;
  x.kind = kind;
  x.salt = from.next();
  switch (kind) {
  case fault_kind::crash:
  case fault_kind::leader_crash:
  case fault_kind::crash_of_all:
  case fault_kind::restart_loop:
  case fault_kind::rolling_restart:
  case fault_kind::torn_effects:
  case fault_kind::pause:
  case fault_kind::frozen_clock:
  case fault_kind::late_timers:
  case fault_kind::frozen_leader:
  case fault_kind::clock_jump:
  case fault_kind::graceful_stop:
    return draw_stop(x, from) ? std::optional{x} : std::nullopt;
  case fault_kind::split:
  case fault_kind::isolation:
  case fault_kind::one_way_cut:
  case fault_kind::bridge:
    return draw_cut(x, from) ? std::optional{x} : std::nullopt;
  case fault_kind::flapping:
  case fault_kind::lost_type:
  case fault_kind::clogged_link:
  case fault_kind::old_mail:
    return draw_link(x, from) ? std::optional{x} : std::nullopt;
  case fault_kind::wiped_disk:
  case fault_kind::rotten_disk:
  case fault_kind::taken_name:
  case fault_kind::second_founding:
    return draw_damage(x, from) ? std::optional{x} : std::nullopt;
  default:
    return draw_disk(x, from) ? std::optional{x} : std::nullopt;
  }
}

// -- processes ------------------------------------------------------------------------------------------------------

bool faults::draw_stop(fault& x, base::random& from) {
  const auto leader = world_.leader();
  x.nodes = bit(leader_or_any(from));
  x.flag = from.chance(30);
  switch (x.kind) {
  case fault_kind::crash:
    x.nodes = bit(any(from));
    x.lasts = absence(from);
    return true;
  case fault_kind::leader_crash:
    x.nodes = leader ? bit(*leader) : 0;
    x.lasts = absence(from);
    return leader.has_value();
  case fault_kind::crash_of_all:
    x.nodes = bit(world_.size()) - 1;
    return from.chance(30);
  case fault_kind::restart_loop:
    x.amount = from.between(3, 8);
    x.every = ms(from.chance(50) ? from.between(1, 30) : from.between(30, 400));
    return true;
  case fault_kind::rolling_restart:
    x.every = ms(from.between(50, 1'200));
    x.lasts = ms(from.between(1, 600));
    return from.chance(50);
  case fault_kind::graceful_stop:
    x.lasts = absence(from);
    if (from.chance(20)) { // All of them, one after the other.
      x.nodes = bit(world_.size()) - 1;
      x.every = ms(from.between(50, 1'200));
    }
    return true;
  case fault_kind::torn_effects:
    x.amount = from.below(20);
    x.lasts = absence(from) + ms(20);
    return true;
  case fault_kind::frozen_leader:
    x.nodes = leader ? bit(*leader) : 0;
    x.lasts = from.between(ms(300), ms(2'000));
    x.every = x.lasts + from.between(ms(50), ms(600)); // Its network comes back that much later.
    return leader.has_value();
  case fault_kind::clock_jump:
    x.amount = from.chance(70) ? from.between(1'000, 10'000) : from.between(10'000, 600'000);
    return true;
  default: // pause, frozen_clock, late_timers
    x.lasts = from.between(ms(20), ms(2'000));
    return true;
  }
}

// -- network --------------------------------------------------------------------------------------------------------

bool faults::draw_cut(fault& x, base::random& from) {
  const auto all = bit(world_.size()) - 1;
  const auto node = x.kind == fault_kind::one_way_cut ? any(from) : leader_or_any(from);
  x.lasts = from.between(ms(100), ms(3'000));
  const auto some = from.next() & all;
  switch (x.kind) {
  case fault_kind::split:
    x.nodes = some;
    x.others = all & ~some;
    break;
  case fault_kind::isolation:
    x.nodes = bit(node);
    x.others = all & ~bit(node);
    break;
  case fault_kind::one_way_cut:
    x.nodes = bit(node);
    x.others = (some | (from.next() & all & (from.next() & all))) & ~bit(node);
    break;
  default: // bridge: who is in neither side hears both.
    x.nodes = some & ~bit(node);
    x.others = all & ~some & ~bit(node);
    break;
  }
  return x.nodes != 0 && x.others != 0;
}

bool faults::draw_link(fault& x, base::random& from) {
  const auto a = leader_or_any(from);
  const auto b = any(from);
  x.lasts = from.between(ms(200), ms(4'000));
  switch (x.kind) {
  case fault_kind::flapping:
    x.nodes = bit(a);
    x.others = bit(b);
    x.every = ms(from.chance(50) ? from.between(2, 40) : from.between(40, 400));
    return a != b;
  case fault_kind::lost_type:
    x.nodes = bit(b);
    x.amount = from.chance(40) ? raft::body{raft::append{}}.index() : from.below(mail_types);
    return true;
  case fault_kind::clogged_link:
    x.nodes = bit(a);
    x.others = bit(b);
    x.amount = from.between(50, 3'000);
    return a != b;
  default: // old_mail
    x.amount = from.between(1, 20);
    x.every = ms(from.between(1, 500)); // Within so long.
    x.lasts = 0;
    return true;
  }
}

// -- disks ----------------------------------------------------------------------------------------------------------

bool faults::draw_disk(fault& x, base::random& from) {
  x.nodes = bit(leader_or_any(from));
  switch (x.kind) {
  case fault_kind::slow_disk:
    if (from.chance(20))
      x.nodes = bit(world_.size()) - 1; // They share a machine.
    x.amount = from.between(60, 300);
    x.lasts = from.between(ms(300), ms(4'000));
    return true;
  case fault_kind::stuck_disk:
    x.lasts = from.between(ms(300), ms(5'000));
    return true;
  case fault_kind::crowded_disk:
    if (from.chance(20))
      x.nodes = bit(world_.size()) - 1;
    x.amount = from.below(2); // Room that is left.
    x.lasts = from.between(ms(200), ms(5'000));
    return true;
  case fault_kind::failed_sync:
  case fault_kind::full_disk:
    x.lasts = absence(from) + ms(50);
    return true;
  default:
    return false;
  }
}

bool faults::draw_damage(fault& x, base::random& from) {
  const auto i = any(from);
  const auto& p = world_.at(i);
  const auto& nodes = world_.log().state().nodes();
  x.nodes = bit(i);
  x.lasts = absence(from);
  if (!world_.log().last())
    return false; // There is no cluster yet.
  switch (x.kind) {
  case fault_kind::wiped_disk:
  case fault_kind::rotten_disk:
    // One in a run, of three members at least: what was committed has to be elsewhere. Not the
    // founder's, whose operator would found once more.
    for (std::size_t k = 0; k < world_.size(); ++k)
      if (world_.at(k).was_lost())
        return false;
    return i != 0 && p.running() && nodes.find_storage(p.storage()) != nullptr
           && nodes.members().size() >= 3 && !nodes.joint();
  case fault_kind::taken_name:
    return nodes.find_name(p.options.name) != nullptr && world_.size() < 16;
  default: // second_founding
    // Who has no cluster yet and hears nobody would found one of its own, rightly, and others may
    // join that: such runs would be about two clusters.
    return p.running() && p.node->identity().id;
  }
}

std::optional<fault> faults::draw_watched(fault_kind kind, base::random& from) {
  fault x;
  x.kind = kind;
  if (kind == fault_kind::joint_crash) {
    const auto leader = world_.leader();
    if (!leader || !world_.at(*leader).core()->current().joint || !from.chance(15))
      return std::nullopt;
    x.nodes = bit(*leader);
    x.flag = from.chance(30);
  } else {
    const auto i = any(from);
    const auto& p = world_.at(i);
    if (!p.running() || !p.syncing || p.disk.unsynced() < 2)
      return std::nullopt;
    x.nodes = bit(i);
  }
  x.lasts = absence(from);
  x.salt = from.next();
  return x;
}

} // namespace quorate::sim
