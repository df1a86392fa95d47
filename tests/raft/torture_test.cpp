// Random schedules over a few cores: messages are lost, repeated and reordered, nodes crash and
// lose what wasn't synced, membership changes, snapshots are taken. The group checks everything
// that it observes; the core checks itself after every call. In the end the faults stop, and the
// group has to recover.
//
// QUORATE_SEED=n runs one seed alone; QUORATE_SEEDS=n so many; QUORATE_MUTANT=n with a planted bug.

#include "runtime/base/mutants.hpp"
#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace quorate::raft::test {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class torture {
public:
  explicit torture(std::uint64_t seed) : rng_(seed), group_(options_of(seed)) {
    loss_ = rng_.below(15);
    repeats_ = rng_.below(10);
    crashes_ = rng_.below(3) == 0 ? 0 : 1;
    slow_disks_ = rng_.chance(60);
    changes_ = rng_.chance(60);
    compacts_ = rng_.chance(50);
    cuts_ = rng_.chance(50);
    drops_ = rng_.chance(50);
  }

  void run(unsigned steps) {
    for (unsigned i = 0; i < steps && group_.violations().empty(); ++i)
      one_step();
    group_.check_logs();
  }

  /// No more faults: a leader is found, and new commands are committed everywhere.
  void recover() {
    group_.heal();
    for (auto id : group_.ids())
      if (group_.alive(id))
        group_.sync(id);
      else
        group_.restart(id);
    group_.run(120);
    auto leader = group_.leader();
    ASSERT_NE(leader, 0U) << describe();
    leave_joint(leader);
    group_.run(60); // It may have removed itself by that.
    leader = group_.leader();
    ASSERT_NE(leader, 0U) << describe();
    ASSERT_TRUE(group_.propose(leader, "after all")) << describe();
    group_.run(60);
    ASSERT_EQ(group_.leader(), leader) << describe();
    auto state = group_.now(leader);
    ASSERT_EQ(state.commit, state.last.index) << describe();
    for (const auto& who : group_.core_of(leader).active_config().voters)
      EXPECT_EQ(group_.now(who.id.value).applied, state.commit) << describe();
    group_.check_logs();
  }

  const std::vector<std::string>& violations() const {
    return group_.violations();
  }

private:
  static group::options options_of(std::uint64_t seed) {
    base::random rng{seed * 31 + 7};
    group::options from;
    from.voters = static_cast<unsigned>(rng.between(1, 5));
    from.spares = static_cast<unsigned>(rng.between(0, 2));
    from.each.election_ticks = static_cast<std::uint32_t>(rng.between(4, 12));
    from.each.inflight_messages_max = rng.between(1, 6);
    from.each.append_entries_max = rng.between(1, 5);
    from.each.retained_entries = rng.between(0, 10);
    from.seed = seed;
    return from;
  }

  unsigned anyone() {
    auto all = group_.ids();
    return all[rng_.below(all.size())];
  }

  void one_step() {
    auto dice = rng_.below(100);
    auto id = anyone();
    if (dice < 55)
      move_message();
    else if (!group_.alive(id))
      revive(id);
    else if (dice < 75)
      group_.tick(id);
    else if (dice < 82)
      ask(id);
    else if (dice < 88)
      move_disk(id);
    else if (dice < 93)
      change(id);
    else
      break_something(id);
  }

  void move_message() {
    auto& network = group_.network();
    constexpr std::size_t backlog = 200;
    while (network.size() > backlog)
      network.pop_front();
    if (network.empty())
      return;
    // Mostly in order, sometimes any.
    auto place = rng_.chance(70) ? 0 : rng_.below(network.size());
    if (rng_.chance(loss_))
      network.erase(network.begin() + static_cast<std::ptrdiff_t>(place));
    else if (rng_.chance(repeats_))
      network.push_back(network[place]);
    else
      group_.deliver_at(place);
  }

  void ask(unsigned id) {
    if (rng_.chance(20))
      static_cast<void>(group_.read(id, ++tokens_));
    else
      static_cast<void>(group_.propose(id, "c" + std::to_string(++tokens_)));
    group_.pump(id);
  }

  void move_disk(unsigned id) {
    if (!group_[id].holds_writes && slow_disks_)
      group_.hold_writes(id);
    else if (!group_[id].unsynced.empty() && rng_.chance(60))
      group_.sync_one(id);
    else
      group_.sync(id);
  }

  void leave_joint(unsigned leader) {
    for (int i = 0; i < 3 && group_.core_of(leader).active_config().joint(); ++i) {
      auto next = group_.next_config(leader);
      next.outgoing.clear();
      static_cast<void>(group_.change(leader, next));
      group_.run(10);
    }
  }

  void change(unsigned id) {
    if (!changes_)
      return;
    auto next = group_.next_config(id);
    if (next.joint()) {
      next.outgoing.clear();
    } else {
      auto who = group::replica_of(anyone());
      toggle(next, who);
      if (rng_.chance(30)) {
        next.outgoing = group_.core_of(id).active_config().voters;
        toggle(next, group::replica_of(anyone()));
      }
    }
    if (!next.voters.empty())
      static_cast<void>(group_.change(id, next));
  }

  static void put(std::vector<replica>& list, replica who) {
    list.insert(std::lower_bound(list.begin(), list.end(), who), who);
  }

  static void take(std::vector<replica>& list, replica who) {
    list.erase(std::remove(list.begin(), list.end(), who), list.end());
  }

  /// Outsider, learner, voter, outsider.
  void toggle(configuration& next, replica who) {
    if (lists(next.voters, who)) {
      take(next.voters, who);
      if (rng_.chance(50))
        put(next.learners, who);
    } else if (lists(next.learners, who)) {
      take(next.learners, who);
      if (rng_.chance(80))
        put(next.voters, who);
    } else {
      put(next.learners, who);
    }
  }

  void revive(unsigned id) {
    if (rng_.chance(15))
      group_.restart(id);
  }

  void break_something(unsigned id) {
    auto dice = rng_.below(10);
    if (dice < 2 && crashes_ != 0)
      group_.crash(id);
    else if (dice < 4 && cuts_)
      rng_.chance(50) ? group_.heal() : group_.cut(id, anyone());
    else if (dice < 6 && compacts_)
      compact(id);
    else if (dice < 8)
      hand_over(id);
    else if (dice < 9 && drops_)
      retire(id);
    else
      group_.core_of(id).peer_down(group::replica_of(anyone()).id);
    group_.alive(id) ? group_.pump(id) : static_cast<void>(0);
  }

  /// What a driver does with a node whose removal is applied and whose log names it no more.
  void retire(unsigned id) {
    const auto& self = group_.core_of(id);
    const auto& active = self.active_config();
    if (active.version.value != 0 && !names(active, self.self())
        && self.config_at(group_[id].applied_to).version == active.version)
      group_.drop_log(id);
  }

  void hand_over(unsigned id) {
    static_cast<void>(group_.core_of(id).transfer(group::replica_of(anyone()).id));
  }

  void compact(unsigned id) {
    group_.core_of(id).compact(group_[id].applied_to, bytes("image"));
  }

  std::string describe() {
    std::string text;
    for (auto id : group_.ids())
      if (group_.alive(id))
        text += group_.core_of(id).describe() + '\n';
    return text;
  }

  base::random rng_;
  group group_;
  std::uint64_t loss_ = 0;
  std::uint64_t repeats_ = 0;
  std::uint64_t crashes_ = 0;
  bool slow_disks_ = false;
  bool changes_ = false;
  bool compacts_ = false;
  bool cuts_ = false;
  bool drops_ = false;
  std::uint64_t tokens_ = 0;
};

TEST(random_schedules, break_nothing_and_are_recovered_from) {
  auto one = number_from("QUORATE_SEED", 0);
  auto first = one != 0 ? one : 1;
  auto last = one != 0 ? one : number_from("QUORATE_SEEDS", 500);
#ifdef QUORATE_CHECKED
  base::set_mutant(static_cast<base::mutant>(number_from("QUORATE_MUTANT", 0)));
#endif
  auto steps = static_cast<unsigned>(number_from("QUORATE_STEPS", 2'000));
  for (auto seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("QUORATE_SEED=" + std::to_string(seed));
    torture run{seed};
    run.run(steps);
    for (const auto& what : run.violations())
      ADD_FAILURE() << what;
    if (!testing::Test::HasFailure())
      run.recover();
  }
}

} // namespace
} // namespace quorate::raft::test
