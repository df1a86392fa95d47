// Nodes that come back with an empty disk, at another address, or with another build.
#include "tests/driver/cluster.hpp"
#include "tests/sim/liveness.hpp"
#include "tests/sim/violation.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

using membership::park_intent;

/// Its disk is gone while it is down.
void wipe(cluster& c, std::size_t node) {
  c.world.crash(node, true);
  c.world.wipe(node);
}

/// Another process under the same name, with an empty disk of its own.
std::size_t start_namesake(cluster& c, std::size_t of) {
  auto o = c.world.at(of).options;
  o.address += "-again";
  const auto i = c.world.add(std::move(o));
  c.world.start(i);
  return i;
}

const node_record* row(cluster& c, node_id id) {
  return c.nodes().find(id);
}

std::uint64_t counted(const cluster& c, std::size_t node, const std::string& name) {
  for (const auto& x : c.world.at(node).node->status().counters)
    if (x.name == name)
      return x.value;
  ADD_FAILURE() << "no counter " << name;
  return 0;
}

errc halted(const cluster& c, std::size_t node) {
  return c.world.at(node).node->halted().code;
}

// -- nobody left whom it knows --------------------------------------------------------------------

// Simulator, seed 99579063097751: all crashed, those without a log had only gone members as seeds.
TEST(an_outsider, is_called_by_a_leader_that_it_does_not_know) {
  cluster c;
  c.policy.target_members = 1;
  c.policy.warm_spares = 0;
  c.found(3);
  std::size_t left = 0;
  for (std::size_t i = 0; i < c.world.size(); ++i) {
    if (i == c.leader())
      continue;
    c.world.crash(i, true);
    c.world.at(i).options.seeds.clear(); // They were hosts that are gone.
    c.world.start(i);
    ++left;
  }
  ASSERT_EQ(left, 2U);
  const auto joined = [&](std::size_t i) {
    return i == c.leader() || c.world.at(i).node->joined();
  };
  ASSERT_TRUE(c.comes_true([&] { return joined(0) && joined(1) && joined(2); })) << c.lines.tail();
}

TEST(an_outsider, that_speaks_is_not_called) {
  cluster c;
  c.policy.target_members = 1;
  c.policy.warm_spares = 0;
  c.found(2);
  const auto l = c.leader();
  c.world.run_for(sim::seconds(5));
  const auto said = counted(c, l, "views_sent_total");
  const auto asked = counted(c, 1 - l, "heartbeats_sent_total");
  c.world.run_for(sim::seconds(5));
  EXPECT_LE(counted(c, l, "views_sent_total") - said,
            counted(c, 1 - l, "heartbeats_sent_total") - asked + 1)
    << "answers, and nothing unasked";
}

// -- an empty disk --------------------------------------------------------------------------------

TEST(a_wiped_member, comes_back_under_a_new_id) {
  cluster c;
  c.policy.replace_after_ms = 600'000; // Nobody is replaced for its silence.
  c.found(3);
  c.put("k", "v");
  const auto f = c.follower();
  const auto lost = c.id(f);
  wipe(c, f);
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return row(c, lost)->lost; })) << c.lines.tail();
  EXPECT_EQ(c.position(lost), "member/voter") << "a dead voter until it is replaced";
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << c.lines.tail();
  EXPECT_EQ(c.position(lost), "removed");
  EXPECT_NE(c.id(f), lost);
  EXPECT_EQ(c.position(c.id(f)), "member/voter");
  EXPECT_EQ(c.nodes().members().size(), 3U);
  EXPECT_EQ(c.world.at(f).node->state()->store().get("k").value, "v");
}

TEST(a_wiped_member, comes_back_when_there_is_a_quorum_again) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  const auto l = c.leader();
  const auto lost = c.id(f);
  c.world.crash(l, true);
  wipe(c, f);
  c.world.start(f);
  c.world.run_for(sim::seconds(5));
  EXPECT_FALSE(c.id(f)) << "one of three decides nothing";
  c.world.start(l);
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << c.lines.tail();
  EXPECT_NE(c.id(f), lost);
}

TEST(a_wiped_spare, leaves_no_row_behind) {
  cluster c;
  c.found(4);
  std::size_t spare = 0;
  while (c.position(c.id(spare)) != "auto_join/learner")
    ++spare;
  const auto old = c.id(spare);
  wipe(c, spare);
  c.world.start(spare);
  ASSERT_TRUE(c.comes_true([&] { return row(c, old) == nullptr; })) << c.lines.tail();
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world);
  EXPECT_EQ(c.position(c.id(spare)), "auto_join/learner");
}

void wipe_a_standby() {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto old = c.id(f);
  ASSERT_EQ(c.intend(park_intent{old, false}).refusal.code, errc::none);
  ASSERT_TRUE(c.settles());
  wipe(c, f);
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return static_cast<bool>(c.id(f)); })) << c.lines.tail();
  c.world.run_for(sim::seconds(3));
  EXPECT_EQ(c.position(old), "removed");
  EXPECT_EQ(c.position(c.id(f)), "standby/outsider");
}

TEST(a_wiped_standby, stays_parked) {
  wipe_a_standby();
}

TEST(a_wiped_standby, that_joins_by_itself_is_found) {
  planted bug{base::mutant::wiped_standby_joins};
  EXPECT_THROW(wipe_a_standby(), sim::violation);
}

// -- a name that is taken -------------------------------------------------------------------------

void start_a_namesake_of_a_live_node() {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  const auto other = start_namesake(c, f);
  c.world.run_for(sim::seconds(5));
  EXPECT_FALSE(c.id(other));
  EXPECT_EQ(c.position(id), "member/voter");
  EXPECT_FALSE(row(c, id)->lost);
}

TEST(a_live_name, isnt_taken_over) {
  start_a_namesake_of_a_live_node();
}

TEST(a_live_name, that_is_taken_over_is_found) {
  planted bug{base::mutant::live_name_taken_over};
  EXPECT_THROW(start_a_namesake_of_a_live_node(), sim::violation);
}

TEST(a_live_name, isnt_taken_over_at_a_leader_who_is_new) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  const auto other = start_namesake(c, f);
  for (auto i = 0; i < 4; ++i) {
    const auto old = c.leader();
    c.world.crash(old, true);
    c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; });
    c.world.start(old);
    c.world.run_for(sim::ms(500));
  }
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world);
  EXPECT_FALSE(c.id(other));
  EXPECT_NE(row(c, id), nullptr);
}

/// The disk wasn't lost, only away for a while.
void bring_the_lost_disk_back() {
  cluster c;
  c.policy.replace_after_ms = 0; // So that its row stays.
  c.found(3);
  const auto f = c.follower();
  const auto lost = c.id(f);
  c.world.crash(f, true);
  start_namesake(c, f);
  ASSERT_TRUE(c.comes_true([&] { return row(c, lost)->lost; })) << c.lines.tail();
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, f) == errc::storage_lost; })) << c.lines.tail();
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world);
  c.restart(f); // Its own disk knows it now.
  EXPECT_TRUE(c.comes_true([&] { return halted(c, f) == errc::storage_lost; }));
  EXPECT_EQ(c.position(lost), "member/voter");
}

TEST(a_lost_disk, that_comes_back_takes_no_part) {
  bring_the_lost_disk_back();
}

/// Two live members of three, and one of them is to be parked.
membership::reconfigure_reply park_beside_a_lost_member() {
  cluster c;
  c.policy.replace_after_ms = 0;
  c.policy.warm_spares = 0;
  c.found(3);
  const auto f = c.follower();
  const auto lost = c.id(f);
  c.world.crash(f, true);
  start_namesake(c, f);
  EXPECT_TRUE(c.comes_true([&] { return row(c, lost)->lost; })) << c.lines.tail();
  return c.intend(park_intent{c.id(c.follower()), true});
}

TEST(a_lost_member, counts_as_dead_when_another_is_to_go) {
  EXPECT_EQ(park_beside_a_lost_member().refusal.code, errc::no_live_quorum);
}

TEST(a_lost_member, that_counts_as_live_is_found) {
  planted bug{base::mutant::lost_voter_counts_live};
  EXPECT_THROW(park_beside_a_lost_member(), sim::violation);
}

// -- news -----------------------------------------------------------------------------------------

TEST(update, of_address_reaches_everybody) {
  cluster c;
  c.found(4);
  const auto f = c.follower();
  const auto id = c.id(f);
  c.world.crash(f, true);
  c.world.move(f, "elsewhere");
  c.world.start(f);
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << c.lines.tail();
  EXPECT_EQ(row(c, id)->address, "elsewhere");
  EXPECT_EQ(row(c, id)->boot, c.world.at(f).node->boot());
  EXPECT_EQ(c.position(id), "member/voter");
}

TEST(update, of_the_leaders_own_address_and_of_an_outsiders) {
  cluster c;
  c.policy.target_members = 1;
  c.policy.warm_spares = 0;
  c.found(2);
  c.world.crash(0, true);
  c.world.move(0, "elsewhere");
  c.world.at(1).options.seeds.push_back("elsewhere");
  c.world.start(0);
  c.world.crash(1, true);
  c.world.move(1, "far-away");
  c.world.start(1);
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world) << c.lines.tail();
  EXPECT_EQ(row(c, c.id(0))->address, "elsewhere");
  EXPECT_EQ(row(c, c.id(1))->address, "far-away");
}

TEST(update, isnt_written_for_a_restart_alone) {
  cluster c;
  c.found(3);
  const auto version = c.nodes().version();
  c.restart(c.follower());
  ASSERT_TRUE(c.settles());
  c.world.run_for(sim::seconds(2));
  EXPECT_EQ(c.nodes().version(), version);
}

// -- two builds -----------------------------------------------------------------------------------

TEST(upgrade, opens_the_rows_of_a_feature_level_when_the_last_one_has_it) {
  cluster c;
  c.defaults.versions.feature_level = 1;
  c.policy.replace_after_ms = 0;
  c.found(4);
  EXPECT_EQ(c.nodes().feature_level(), 1U);
  const auto standby = c.follower();
  ASSERT_EQ(c.intend(park_intent{c.id(standby), false}).refusal.code, errc::none);
  ASSERT_TRUE(c.settles());
  wipe(c, standby);
  c.world.start(standby);
  c.world.run_for(sim::seconds(4));
  EXPECT_FALSE(c.id(standby)) << "closed: its name is taken";
  for (std::size_t i = 0; i < c.world.size(); ++i) {
    if (i == standby)
      continue;
    EXPECT_EQ(c.nodes().feature_level(), 1U) << i;
    c.world.crash(i, true);
    c.world.at(i).options.versions = membership::this_build;
    c.world.start(i);
    c.world.run_for(sim::seconds(2));
  }
  ASSERT_TRUE(c.comes_true([&] { return c.nodes().feature_level() == 2; })) << c.lines.tail();
  ASSERT_TRUE(c.comes_true([&] { return static_cast<bool>(c.id(standby)); })) << c.lines.tail();
  EXPECT_EQ(c.position(c.id(standby)), "standby/outsider");
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world);
}

TEST(upgrade, isnt_undone_by_a_member_that_is_started_with_the_old_build) {
  cluster c;
  c.found(3);
  EXPECT_EQ(c.nodes().feature_level(), 2U) << "founded at the level of its build";
  const auto f = c.follower();
  c.world.crash(f, true);
  c.world.at(f).options.versions.feature_level = 1;
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return halted(c, f) == errc::feature_level_too_low; }));
  EXPECT_EQ(c.nodes().feature_level(), 2U);
  c.world.crash(f, true);
  c.world.at(f).options.versions = membership::this_build;
  c.world.start(f);
  ASSERT_TRUE(c.settles()) << sim::unsettled(c.world);
}

TEST(upgrade, keeps_an_old_build_waiting_until_it_is_a_new_one) {
  cluster c;
  c.found(3);
  c.defaults.versions.feature_level = 1;
  const auto old = c.add();
  c.world.run_for(sim::seconds(5));
  EXPECT_EQ(c.position(c.id(old)), "auto_join/outsider");
  c.world.crash(old, true);
  c.world.at(old).options.versions = membership::this_build;
  c.world.start(old);
  ASSERT_TRUE(c.comes_true([&] { return c.position(c.id(old)) == "auto_join/learner"; }));
}

TEST(upgrade, of_a_node_without_a_protocol_in_common_is_refused) {
  cluster c;
  c.found(3);
  c.defaults.versions.protocol_min = c.defaults.versions.protocol_max = 2;
  const auto other = c.add();
  ASSERT_TRUE(c.comes_true([&] { return halted(c, other) == errc::protocol_unsupported; }));
}

} // namespace
} // namespace quorate::driver
