// Hosts that die, stand still, lose each other and their disks, while clients write and read: none
// of it shows in what the clients see.
#include "quorate/options.hpp"
#include "tests/hosts/cluster_of_hosts.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdio>

namespace quorate::hosts {
namespace {

using namespace std::chrono_literals;

membership_policy policy_for(std::uint32_t target) {
  auto x = local_cluster_options::local_policy();
  x.target_members = target;
  x.replace_after_ms = 3'000;
  x.leader_settle_ms = 1'000;
  x.stabilization_ms = 300;
  return x;
}

class hosts_with_faults : public testing::Test {
protected:
  void SetUp() override {
    if (!ground::obstacle().empty())
      GTEST_SKIP() << ground::obstacle();
  }

  /// Does `fault` and `mend` in turn, until the time is over.
  template <class Fault, class Mend>
  void in_turn(cluster_of_hosts& on, std::chrono::milliseconds between, Fault fault, Mend mend) {
    const auto until = clock::now() + fault_seconds();
    for (std::size_t round = 0; clock::now() < until; ++round) {
      on.hear_for(between);
      fault(round);
      on.hear_for(between);
      mend(round);
    }
    on.restore();
  }

  /// Somebody, if nobody leads.
  static std::size_t leader_or_first(cluster_of_hosts& on) {
    return on.leader().value_or(0);
  }
};

TEST_F(hosts_with_faults, are_killed) {
  cluster_of_hosts on{3, 3, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  std::size_t victim = 0;
  in_turn(
    on, 1s,
    [&](std::size_t round) {
      victim = round % 2 == 0 ? leader_or_first(on) : round % 3;
      on.kill(victim);
    },
    [&](std::size_t) { on.start(victim); });
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, stand_still) {
  cluster_of_hosts on{3, 3, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  std::size_t victim = 0;
  in_turn(
    on, 1'500ms,
    [&](std::size_t round) {
      victim = round % 2 == 0 ? leader_or_first(on) : round % 3;
      on.signal(victim, SIGSTOP);
    },
    [&](std::size_t) { on.signal(victim, SIGCONT); });
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, lose_each_other) {
  cluster_of_hosts on{5, 5, policy_for(5)};
  ASSERT_TRUE(on.has_members(5));
  on.begin_load();
  in_turn(
    on, 2s,
    [&](std::size_t round) {
      const auto a = leader_or_first(on);
      const auto b = (a + 1 + round) % 5;
      for (std::size_t i = 0; i < 5; ++i)
        if (i != a && i != b) {
          on.network().cut(a, i);
          if (b != a)
            on.network().cut(b, i);
        }
    },
    [&](std::size_t) { on.network().heal(); });
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, hear_each_other_in_one_direction_only) {
  cluster_of_hosts on{3, 3, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  in_turn(
    on, 2s,
    [&](std::size_t round) {
      const auto a = leader_or_first(on);
      for (std::size_t i = 0; i < 3; ++i)
        if (i != a && round % 2 == 0)
          on.network().cut_one_way(a, i);
        else if (i != a)
          on.network().cut_one_way(i, a);
    },
    [&](std::size_t) { on.network().heal(); });
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, have_links_that_flap) {
  cluster_of_hosts on{3, 3, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  in_turn(
    on, 250ms, [&](std::size_t round) { on.network().isolate(round % 3); },
    [&](std::size_t) { on.network().heal(); });
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, are_restarted_one_after_the_other) {
  cluster_of_hosts on{3, 3, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  in_turn(
    on, 700ms, [&](std::size_t round) { on.stop(round % 3); },
    [&](std::size_t round) { on.start(round % 3); });
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, lose_their_disks) {
  cluster_of_hosts on{4, 4, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  std::size_t victim = 0;
  const auto until = clock::now() + fault_seconds();
  for (std::size_t round = 0; clock::now() < until; ++round) {
    on.hear_for(1s);
    victim = round % 4;
    const auto before = on.row(victim);
    ASSERT_TRUE(before);
    on.kill(victim);
    on.wipe_disk(victim);
    on.start(victim);
    // Two disks lost at a time may be a majority: the cluster is whole again first, without the
    // node that had that disk.
    ASSERT_TRUE(on.is_gone(before->record.id)) << "host " << victim << '\n' << on.picture();
    ASSERT_TRUE(on.has_members(3)) << "after host " << victim << " lost its disk\n" << on.picture();
  }
  on.restore();
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, are_parked_while_they_lead) {
  cluster_of_hosts on{4, 4, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  std::optional<node_id> parked;
  in_turn(
    on, 1s,
    [&](std::size_t) {
      parked.reset();
      const auto now = on.table();
      if (now && on.membership().park(now->leader))
        parked = now->leader;
    },
    [&](std::size_t) {
      if (parked) {
        const auto done = on.membership().activate(*parked);
        EXPECT_TRUE(done) << to_string(done.error());
      }
    });
  ASSERT_TRUE(on.has_members(3));
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, are_removed_and_come_back) {
  cluster_of_hosts on{4, 4, policy_for(3)};
  ASSERT_TRUE(on.has_members(3));
  on.begin_load();
  const auto until = clock::now() + fault_seconds();
  for (std::size_t round = 0; clock::now() < until; ++round) {
    on.hear_for(1s);
    const auto host = round % 4;
    const auto row = on.row(host);
    ASSERT_TRUE(row);
    const auto removed = on.membership().remove(row->record.id);
    if (!removed) {
      std::printf("not removed: %s\n", to_string(removed.error()).c_str());
      continue;
    }
    on.kill(host); // It has halted, for good: its disk belongs to nobody any more.
    on.wipe_disk(host);
    on.start(host);
    ASSERT_TRUE(on.has_members(3));
  }
  on.restore();
  on.end_load_and_check();
}

TEST_F(hosts_with_faults, grow_from_five_to_seven_and_shrink_to_three) {
  cluster_of_hosts on{7, 7, policy_for(5)};
  ASSERT_TRUE(on.has_members(5));
  on.begin_load();
  on.hear_for(1s);
  for (const std::uint32_t target : {7U, 3U, 5U}) {
    const auto done = on.membership().set_target(target);
    ASSERT_TRUE(done) << to_string(done.error());
    EXPECT_TRUE(on.has_members(target)) << target;
    on.hear_for(1s);
  }
  on.restore();
  on.end_load_and_check();
}

} // namespace
} // namespace quorate::hosts
