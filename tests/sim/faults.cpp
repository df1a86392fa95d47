#include "tests/sim/faults.hpp"

#include <set>
#include <vector>

namespace quorate::sim {

void faults::begin() {
  next_later();
  if (plan_.kills_leaders)
    watch_joint();
}

void faults::next_later() {
  world_.time().after(draw_.between(plan_.interval / 2, plan_.interval * 3 / 2),
                      [this] { next(); });
}

/// A joint change lasts a few milliseconds: leaders wouldn't often die just then by chance.
void faults::watch_joint() {
  world_.time().after(ms(3), [this] {
    if (stopped_)
      return;
    const auto leader = world_.leader();
    if (leader && world_.at(*leader).core()->current().joint && draw_.chance(15))
      crash(*leader);
    watch_joint();
  });
}

void faults::next() {
  if (stopped_)
    return;
  std::vector<fault> possible;
  auto add = [&](bool on, fault what) {
    if (on)
      possible.push_back(what);
  };
  add(plan_.crashes, &faults::crash_one);
  add(plan_.kills_leaders, &faults::kill_leader);
  add(plan_.pauses, &faults::pause_one);
  add(plan_.freezes, &faults::freeze_leader);
  add(plan_.splits, &faults::split);
  add(plan_.isolations, &faults::isolate);
  add(plan_.one_way_cuts, &faults::cut_one_way);
  if (plan_.crashes_all && draw_.chance(10))
    crash_all();
  else if (!possible.empty())
    (this->*possible[draw_.below(possible.size())])();
  // Whoever died by itself, between two effects, is started again like everybody else.
  for (std::size_t i = 0; i < world_.size(); ++i)
    if (!world_.at(i).running() && world_.at(i).life > 0 && draw_.chance(20))
      world_.start(i);
  next_later();
}

micros faults::absence() {
  if (plan_.long_absences && draw_.chance(40))
    return draw_.between(seconds(2), seconds(6));
  return draw_.chance(50) ? draw_.between(ms(1), ms(100)) : draw_.between(ms(100), ms(1'500));
}

void faults::crash(std::size_t i) {
  if (!world_.at(i).running())
    return;
  world_.crash(i, draw_.chance(30));
  world_.time().after(absence(), [this, i] { world_.start(i); });
}

void faults::crash_one() {
  crash(draw_.below(world_.size()));
}

void faults::kill_leader() {
  if (auto leader = world_.leader())
    crash(*leader);
}

void faults::crash_all() {
  world_.situations().hit(situation::crash_of_all);
  for (std::size_t i = 0; i < world_.size(); ++i)
    crash(i);
}

/// A leader that stands still while another is elected wakes up believing that it leads.
void faults::pause_one() {
  const auto leader = world_.leader();
  const auto i = leader && draw_.chance(50) ? *leader : draw_.below(world_.size());
  if (world_.at(i).running())
    world_.pause(i, draw_.between(ms(20), ms(2'000)));
}

/// A machine that was frozen, and whose network isn't back yet when it goes on: its leader has
/// missed an election, and learns nothing of it for a while.
void faults::freeze_leader() {
  const auto leader = world_.leader();
  if (!leader)
    return;
  const auto asleep = draw_.between(ms(300), ms(2'000));
  world_.situations().hit(situation::frozen_leader);
  world_.pause(*leader, asleep);
  world_.net().split({*leader}, world_.size());
  world_.time().after(asleep + draw_.between(ms(50), ms(600)), [this] { world_.net().mend(); });
}

void faults::split() {
  std::set<std::size_t> inside;
  for (std::size_t i = 0; i < world_.size(); ++i)
    if (draw_.chance(50))
      inside.insert(i);
  world_.situations().hit(situation::partition);
  world_.lines().line(world_.now(), "network splits, ", inside.size(), " inside");
  world_.net().split(inside, world_.size());
  mend_later();
}

void faults::isolate() {
  const auto leader = world_.leader();
  const auto i = leader && draw_.chance(50) ? *leader : draw_.below(world_.size());
  world_.situations().hit(situation::partition);
  world_.lines().line(world_.now(), world_.at(i).options.name, " is isolated");
  world_.net().split({i}, world_.size());
  mend_later();
}

void faults::cut_one_way() {
  const auto from = draw_.below(world_.size());
  world_.situations().hit(situation::one_way_cut);
  world_.lines().line(world_.now(), world_.at(from).options.name, " isn't heard by some");
  for (std::size_t to = 0; to < world_.size(); ++to)
    if (to != from && draw_.chance(60))
      world_.net().cut(from, to);
  mend_later();
}

/// All cuts at once: what overlaps ends early, and that is a variety of its own.
void faults::mend_later() {
  world_.time().after(draw_.between(ms(100), ms(3'000)), [this] {
    world_.lines().line(world_.now(), "network mends");
    world_.net().mend();
  });
}

void faults::heal() {
  stopped_ = true;
  world_.lines().line(world_.now(), "everything heals");
  world_.net().mend();
  auto& net = world_.net().conditions;
  net.drop_percent = 0;
  net.duplicate_percent = 0;
  net.replay_permille = 0;
  net.tail_percent = 0;
  world_.conditions().crash_between_permille = 0;
  for (std::size_t i = 0; i < world_.size(); ++i) {
    world_.at(i).paused_until = 0;
    if (world_.at(i).life > 0)
      world_.start(i);
  }
}

} // namespace quorate::sim
