// The leader dies at each phase of each transition: what it began is done once or not at all, an
// operator who asks again with the same op id gets one outcome, and the cluster comes to rest.
#include "tests/actors/looks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quorate::actors {

namespace {

using event = lifecycle_event;

constexpr std::uint64_t seeds = 3;
constexpr op_id op{7, 7};

enum class phase {
  proposed,           ///< In the leader's log, and not committed.
  applied_there_only, ///< Committed and applied by the leader, and by nobody else.
  entered,            ///< A joint change that others have applied, too, and that isn't left.
  left,               ///< That has been left, as the leader alone knows.
  done,               ///< A change that needs no second entry, and that others have applied.
};

const char* to_string(phase x) {
  constexpr const char* names[]{"proposed", "applied there only", "entered", "left", "done"};
  return names[static_cast<int>(x)];
}

/// Who plays which part, by name.
struct cast {
  std::string leader;
  std::string follower; ///< A member.
  std::string learner;
  std::string outsider;
};

struct story {
  lifecycle_event what = event::admit;
  bool joint = false;
  std::size_t nodes = 5;
  std::size_t members = 3; ///< And target.
  std::uint32_t warm_spares = 2;
  std::uint64_t replace_after_ms = 0; ///< So that only the operator's replacements are made.
  /// Makes it happen. What is returned, an operator asks for.
  std::function<std::optional<membership::intent>(deterministic_cluster&, const cast&)> begin;
  /// What has to be so in the end.
  std::function<void(deterministic_cluster&, const cast&)> outcome;
};

// -- one run --------------------------------------------------------------------------------------------------

cast parts(deterministic_cluster& in) {
  cast out;
  out.leader = *in.leader();
  for (const auto& name : others(in, out.leader)) {
    const auto row = in.row(name);
    if (row->state == node_state::member)
      out.follower = name;
    else
      (row->learner ? out.learner : out.outsider) = name;
  }
  return out;
}

/// How far those that have got furthest beside it have applied their logs.
log_index applied_elsewhere(deterministic_cluster& in, const std::string& leader) {
  log_index furthest{};
  for (const auto& name : others(in, leader))
    furthest = std::max(furthest, applied(in, name));
  return furthest;
}

/// Whether the newest transition of this kind, after version `base`, is there now.
bool is_at(deterministic_cluster& in, const story& of, phase when, config_version base) {
  const auto leader = in.leader();
  if (!leader)
    return false;
  const auto x = newest_change(in, *leader, of.what);
  if (!x || x->change.version() <= base)
    return false;
  const auto& core = *in.pure(*leader)->consensus();
  const auto here = core.current().applied;
  const auto elsewhere = applied_elsewhere(in, *leader);
  const auto& nodes = in.pure(*leader)->state()->nodes();
  switch (when) {
  case phase::proposed:
    return core.current().commit < x->index;
  case phase::applied_there_only:
    return here >= x->index && elsewhere < x->index;
  case phase::entered:
    return nodes.joint() && elsewhere >= x->index;
  case phase::left: {
    const auto leave = newest_change(in, *leader, event::leave);
    return leave && leave->index > x->index && here >= leave->index && elsewhere < leave->index;
  }
  case phase::done:
    return elsewhere >= x->index;
  }
  return false;
}

void expect_settles(deterministic_cluster& in) {
  in.run_until([&] { return unsettled(in).empty(); });
  ASSERT_EQ(unsettled(in), "");
}

void play(const story& of, phase when, bool comes_back_at_once, std::uint64_t seed) {
  local_cluster_options options;
  options.policy.target_members = static_cast<std::uint32_t>(of.members);
  options.policy.warm_spares = of.warm_spares;
  options.policy.replace_after_ms = of.replace_after_ms;
  options.policy.transition_timeout_ms = 1'000;
  deterministic_cluster cluster{seed, options};
  cluster.grow(of.nodes, of.members);
  cluster.run_for(500);
  const auto who = parts(cluster);
  const auto base = cluster.pure(who.leader)->state()->nodes().version();
  const auto want = of.begin(cluster, who);
  if (want)
    cluster.begin(*want, op);
  ASSERT_TRUE(cluster.run_to([&] { return is_at(cluster, of, when, base); })) << "never so far";
  const auto victim = *cluster.leader();
  ASSERT_TRUE(cluster.nodes().kill(victim));
  if (comes_back_at_once) {
    ASSERT_TRUE(cluster.nodes().restart(victim));
  }
  ASSERT_TRUE(cluster.run_until([&] { return cluster.leader().has_value(); }));
  if (want) {
    const auto again = cluster.ask(*want, op);
    EXPECT_EQ(again.refusal.code, errc::none) << to_string(again.refusal);
    EXPECT_EQ(times(cluster, op), 1U);
  }
  expect_settles(cluster);
  if (!comes_back_at_once) {
    ASSERT_TRUE(cluster.nodes().restart(victim));
    expect_settles(cluster);
  }
  of.outcome(cluster, who);
  if (want) {
    const auto late = cluster.ask(*want, op);
    EXPECT_FALSE(late.changed);
    EXPECT_EQ(late.refusal.code, errc::none) << to_string(late.refusal);
    EXPECT_EQ(times(cluster, op), 1U) << "one op id, one outcome";
  }
  for (const auto voters : effective_voters(cluster, base))
    EXPECT_GE(voters, std::min<std::size_t>(of.members, 3));
}

void play(const story& of) {
  const auto phases = of.joint
                        ? std::vector{phase::proposed, phase::applied_there_only, phase::entered,
                                      phase::left}
                        : std::vector{phase::proposed, phase::applied_there_only, phase::done};
  for (const auto when : phases)
    for (const bool comes_back_at_once : {true, false})
      for_seeds(seeds, [&](std::uint64_t seed) {
        SCOPED_TRACE(std::string{to_string(when)} + (comes_back_at_once ? ", back at once" : ""));
        play(of, when, comes_back_at_once, seed);
      });
}

// -- what has to be so ----------------------------------------------------------------------------------------

void expect_once(deterministic_cluster& in, event what, const std::string& name,
                 std::size_t before = 0) {
  const auto all = done(in, what);
  const auto id = in.id_of(name);
  const auto found = std::count_if(all.begin(), all.end(), [id](const transition& x) {
    return std::find(x.nodes.begin(), x.nodes.end(), id) != x.nodes.end();
  });
  EXPECT_EQ(static_cast<std::size_t>(found), before + 1) << name;
}

void expect_state(deterministic_cluster& in, const std::string& name, node_state state) {
  ASSERT_TRUE(in.row(name)) << name;
  EXPECT_EQ(in.row(name)->state, state) << name;
}

// -- the policy's ---------------------------------------------------------------------------------------------

TEST(when_the_leader_dies, in_an_admission_the_node_is_admitted_once) {
  story x;
  x.nodes = 3;
  x.begin = [](deterministic_cluster& in, const cast&) {
    EXPECT_TRUE(in.nodes().start({"late"}));
    return std::nullopt;
  };
  x.outcome = [](deterministic_cluster& in, const cast&) {
    EXPECT_TRUE(in.row("late")->learner);
    expect_once(in, event::admit, "late");
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_promotion_each_node_is_promoted_once) {
  story x;
  x.what = event::promote;
  x.joint = true;
  x.begin = [](deterministic_cluster&, const cast&) {
    return membership::set_target_intent{5, false};
  };
  x.outcome = [](deterministic_cluster& in, const cast&) {
    EXPECT_EQ(in.members(), 5U);
    for (const auto& name : in.nodes().running())
      if (name != "n1") // Which founded the cluster.
        expect_once(in, event::promote, name);
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_giving_up_the_next_has_its_turn) {
  story x;
  x.what = event::give_up;
  x.warm_spares = 1;
  x.begin = [](deterministic_cluster& in, const cast& who) {
    EXPECT_TRUE(in.nodes().kill(who.learner));
    return std::nullopt;
  };
  x.outcome = [](deterministic_cluster& in, const cast& who) {
    expect_once(in, event::give_up, who.learner);
    EXPECT_TRUE(in.row(who.outsider)->learner);
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_replacement_by_the_policy_the_dead_member_is_replaced_once) {
  story x;
  x.what = event::replace;
  x.joint = true;
  x.nodes = 7;
  x.members = 5; // Two may be dead.
  x.replace_after_ms = 1'000;
  x.begin = [](deterministic_cluster& in, const cast& who) {
    EXPECT_TRUE(in.nodes().kill(who.follower));
    return std::nullopt;
  };
  x.outcome = [](deterministic_cluster& in, const cast& who) {
    expect_state(in, who.follower, node_state::auto_join);
    expect_once(in, event::replace, who.follower);
    EXPECT_EQ(in.members(), 5U);
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_release_each_node_is_released_once) {
  story x;
  x.what = event::release;
  x.joint = true;
  x.members = 5;
  x.begin = [](deterministic_cluster&, const cast&) {
    return membership::set_target_intent{3, false};
  };
  x.outcome = [](deterministic_cluster& in, const cast&) {
    EXPECT_EQ(in.members(), 3U);
    for (const auto& name : in.nodes().running())
      if (!in.is_member(name))
        expect_once(in, event::release, name);
  };
  play(x);
}

// -- an operator's --------------------------------------------------------------------------------------------

TEST(when_the_leader_dies, in_a_replacement_by_an_operator_it_is_done_once) {
  for (const auto fate : {membership::replaced_fate::standby, membership::replaced_fate::auto_join,
                          membership::replaced_fate::removed}) {
    story x;
    x.what = event::replace;
    x.joint = true;
    x.begin = [fate](deterministic_cluster& in, const cast& who) {
      return membership::replace_intent{in.id_of(who.follower), in.id_of(who.learner), fate};
    };
    x.outcome = [fate](deterministic_cluster& in, const cast& who) {
      expect_state(in, who.learner, node_state::member);
      if (fate == membership::replaced_fate::removed)
        EXPECT_FALSE(in.row(who.follower));
      else
        expect_state(in, who.follower,
                     fate == membership::replaced_fate::standby ? node_state::standby
                                                                : node_state::auto_join);
    };
    play(x);
  }
}

TEST(when_the_leader_dies, in_a_parking_the_spare_takes_the_place_once) {
  story x;
  x.what = event::park;
  x.joint = true;
  x.begin = [](deterministic_cluster& in, const cast& who) {
    return membership::park_intent{in.id_of(who.follower), false};
  };
  x.outcome = [](deterministic_cluster& in, const cast& who) {
    expect_state(in, who.follower, node_state::standby);
    expect_once(in, event::park, who.follower);
    EXPECT_EQ(in.members(), 3U);
  };
  play(x);
}

TEST(when_the_leader_dies, in_the_parking_of_a_leader_that_is_parked_nevertheless) {
  story x;
  x.what = event::park;
  x.joint = true;
  x.begin = [](deterministic_cluster& in, const cast& who) {
    return membership::park_intent{in.id_of(who.leader), false};
  };
  x.outcome = [](deterministic_cluster& in, const cast& who) {
    expect_state(in, who.leader, node_state::standby);
    expect_once(in, event::park, who.leader);
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_removal_the_node_is_removed_once) {
  story x;
  x.what = event::remove;
  x.joint = true;
  x.begin = [](deterministic_cluster& in, const cast& who) {
    return membership::remove_intent{in.id_of(who.follower), false};
  };
  x.outcome = [](deterministic_cluster& in, const cast& who) {
    EXPECT_FALSE(in.row(who.follower));
    EXPECT_EQ(in.pure(who.follower)->halted().code, errc::node_removed);
    EXPECT_EQ(in.members(), 3U);
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_reconfiguration_exactly_the_named_are_members) {
  story x;
  x.what = event::reconfigure;
  x.joint = true;
  x.begin = [](deterministic_cluster& in, const cast& who) {
    std::vector<node_id> named{in.id_of(who.learner)};
    for (const auto& name : others(in, who.follower))
      if (in.is_member(name))
        named.push_back(in.id_of(name));
    return membership::reconfigure_intent{named, false};
  };
  x.outcome = [](deterministic_cluster& in, const cast& who) {
    expect_state(in, who.learner, node_state::member);
    expect_state(in, who.follower, node_state::auto_join);
    EXPECT_EQ(in.members(), 3U);
  };
  play(x);
}

TEST(when_the_leader_dies, in_a_change_of_the_target_it_is_changed_once) {
  story x;
  x.what = event::set_target;
  x.begin = [](deterministic_cluster&, const cast&) {
    return membership::set_target_intent{5, false};
  };
  x.outcome = [](deterministic_cluster& in, const cast&) {
    EXPECT_EQ(done(in, event::set_target).size(), 1U);
    EXPECT_EQ(in.members(), 5U);
  };
  play(x);
}

} // namespace

} // namespace quorate::actors
