// Disks that are almost full: nothing is lost or promised in vain, and all goes on when there is
// room.
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace quorate::driver {
namespace {

class a_crowded_disk : public testing::Test {
public:
  a_crowded_disk() {
    c.found(3);
    c.put("before", "1");
  }
  void set_room(std::size_t node, disk_room now) {
    c.world.set_room(node, now);
    ASSERT_TRUE(c.comes_true([&] { return c.world.at(node).node->room() == now; }));
  }
  /// And until the leader has heard of it.
  void set_room_of_all(disk_room now) {
    for (std::size_t i = 0; i < c.world.size(); ++i)
      c.world.set_room(i, now);
    c.world.run_for(sim::ms(500));
  }
  std::vector<std::size_t> followers() {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < c.world.size(); ++i)
      if (i != c.leader())
        out.push_back(i);
    return out;
  }
  std::string name(std::size_t node) {
    return c.world.at(node).options.name;
  }
  /// Of opening a session at the leader; none: it is open.
  error refusal() {
    const auto said = c.ask<kv::reply>(c.leader(), kv::request{kv::open_session_request{}});
    if (!said)
      return make_error(errc::deadline_exceeded);
    const auto* why = std::get_if<error>(&*said);
    return why != nullptr ? *why : error{};
  }
  log_index last(std::size_t node) {
    return c.world.at(node).core()->current().last.index;
  }

  cluster c;
};

TEST_F(a_crowded_disk, of_the_leader_makes_it_hand_over) {
  const auto old = c.leader();
  const auto before = c.times(sim::situation::hand_over_for_room);
  set_room(old, disk_room::low);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }))
    << c.lines.tail();
  EXPECT_GT(c.times(sim::situation::hand_over_for_room), before);
  EXPECT_EQ(c.put("after", "2").outcome, errc::none);
  EXPECT_EQ(c.get("before").value.value_or(shared_bytes{}), shared_bytes{std::string{"1"}});
  EXPECT_EQ(c.world.at(old).node->status().room, disk_room::low);
  EXPECT_TRUE(c.settles()) << "whoever has little room still gets the log";
}

TEST_F(a_crowded_disk, of_a_leader_is_told_to_callers_as_a_handover) {
  c.world.at(c.leader()).node->room_changed(disk_room::low);
  EXPECT_EQ(refusal().code, errc::transfer_in_progress);
}

TEST_F(a_crowded_disk, of_all_refuses_writes_and_nothing_else) {
  const auto leader = c.leader();
  set_room_of_all(disk_room::low);
  EXPECT_EQ(c.leader(), leader) << "there is nobody to hand over to";
  const auto why = refusal();
  EXPECT_EQ(why.code, errc::storage_full);
  EXPECT_NE(why.message.find("n0, n1, n2"), std::string::npos) << why.message;
  EXPECT_EQ(c.get("before").value.value_or(shared_bytes{}), shared_bytes{std::string{"1"}});
  const auto spare = c.add();
  ASSERT_TRUE(c.comes_true([&] { return c.has_log(spare); })) << "members still change";
  set_room_of_all(disk_room::enough);
  EXPECT_EQ(refusal().code, errc::none);
  EXPECT_EQ(c.put("after", "2").outcome, errc::none);
}

TEST_F(a_crowded_disk, of_a_majority_is_known_to_a_leader_with_room) {
  const auto both = followers();
  for (auto i : both)
    c.world.set_room(i, disk_room::low);
  c.world.run_for(sim::ms(500));
  const auto why = refusal();
  EXPECT_EQ(why.code, errc::storage_full);
  EXPECT_NE(why.message.find(name(both[0]) + ", " + name(both[1])), std::string::npos)
    << why.message;
  set_room(both[1], disk_room::enough);
  c.world.run_for(sim::ms(500));
  EXPECT_EQ(refusal().code, errc::none) << "two of three have room";
}

TEST_F(a_crowded_disk, takes_nothing_into_its_log_without_any_room_and_catches_up) {
  const auto full = c.follower();
  set_room(full, disk_room::none);
  const auto before = last(full);
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(c.put("k" + std::to_string(i), "v").outcome, errc::none);
  EXPECT_EQ(last(full), before);
  EXPECT_EQ(c.world.at(full).node->status().room, disk_room::none);
  set_room(full, disk_room::enough);
  EXPECT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_GT(last(full), before);
}

TEST_F(a_crowded_disk, hears_its_leader_by_what_it_cannot_take) {
  const auto full = c.follower();
  set_room(full, disk_room::none);
  c.world.net().lose(full, raft::body{raft::heartbeat{}}.index(), true);
  const auto silence = [&] { return c.world.at(full).core()->current().election_elapsed; };
  ASSERT_TRUE(c.comes_true([&] { return silence() >= 3; }));
  ASSERT_EQ(c.put("k", "v").outcome, errc::none);
  EXPECT_TRUE(c.comes_true([&] { return silence() < 3; }, sim::ms(2 * c.defaults.tick_ms)));
}

TEST_F(a_crowded_disk, takes_no_snapshot_without_any_room_and_gets_it_later) {
  const auto full = c.follower();
  set_room(full, disk_room::none);
  const auto before = last(full);
  const auto compacted = [&] { return c.world.at(c.leader()).core()->current().first > before; };
  for (int i = 0; !compacted() && i < 5'000; ++i)
    ASSERT_EQ(c.put("k", std::to_string(i)).outcome, errc::none);
  ASSERT_TRUE(compacted());
  c.world.run_for(sim::seconds(1));
  EXPECT_EQ(last(full), before);
  set_room(full, disk_room::enough);
  EXPECT_TRUE(c.settles()) << c.lines.tail();
}

TEST_F(a_crowded_disk, is_told_to_a_restarted_node_too) {
  const auto full = c.follower();
  set_room(full, disk_room::none);
  c.restart(full);
  EXPECT_TRUE(c.comes_true([&] { return c.world.at(full).node->room() == disk_room::none; }));
}

TEST_F(a_crowded_disk, is_not_where_a_leader_that_stops_hands_over_to) {
  const auto both = followers();
  set_room(both[0], disk_room::low);
  c.world.run_for(sim::ms(500));
  const auto old = c.leader();
  c.world.stop(old);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }));
  EXPECT_EQ(c.leader(), both[1]);
}

TEST_F(a_crowded_disk, takes_over_where_a_leader_stops_and_nobody_has_room) {
  set_room_of_all(disk_room::low);
  const auto old = c.leader();
  c.world.stop(old);
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; },
                           sim::ms(c.defaults.tick_ms * c.defaults.consensus.election_ticks)));
}

} // namespace
} // namespace quorate::driver
