// Who waits until a node has joined, and how often many nodes say that they live.
#include "runtime/base/limits.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace quorate::driver {
namespace {

std::uint64_t counted(const driver& node, const std::string& name, const std::string& label = "") {
  for (const auto& x : node.status().counters)
    if (x.name == name && x.label == label)
      return x.value;
  ADD_FAILURE() << "no counter " << name;
  return 0;
}

/// Five nodes, of which two are outsiders; a leader hears ten heartbeats a second at most.
void found_with_outsiders(cluster& c) {
  c.policy.target_members = 3;
  c.policy.warm_spares = 0;
  c.defaults.heartbeats_per_second_max = 10;
  c.found(5);
}

TEST(whoever_waits_for_a_node, is_answered_when_it_has_joined) {
  cluster c;
  c.found(1);
  const auto late = c.add();
  c.world.net().cut(0, late);
  std::optional<ops::joined_reply> got;
  c.world.ask(late, ops::joined_request{},
              [&got](const reply_body& said) { got = std::get<ops::joined_reply>(said); });
  c.world.run_for(sim::seconds(1));
  EXPECT_FALSE(got) << "nobody has given it an id";
  c.world.net().mend();
  ASSERT_TRUE(c.comes_true([&] { return got.has_value(); }));
  EXPECT_EQ(got->refusal.code, errc::none);
  EXPECT_EQ(got->id, c.id(late));
  EXPECT_TRUE(c.world.at(late).node->joined());
  const auto* row = c.nodes().find(got->id);
  ASSERT_NE(row, nullptr);
  EXPECT_GE(got->version, row->since) << "it has seen its own record";
}

TEST(whoever_waits_for_a_node, that_has_joined_is_answered_at_once) {
  cluster c;
  c.found(3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto reply = c.ask<ops::joined_reply>(i, ops::joined_request{}, sim::ms(1));
    ASSERT_TRUE(reply) << i;
    EXPECT_EQ(reply->id, c.id(i));
  }
}

TEST(whoever_waits_for_a_node, hears_why_it_never_joins) {
  cluster c;
  c.found(1);
  auto o = c.defaults;
  o.name = "stranger";
  o.cluster_name = "another";
  o.seeds = {"n0"};
  const auto stranger = c.world.add(o);
  c.world.start(stranger);
  const auto reply = c.ask<ops::joined_reply>(stranger, ops::joined_request{});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->refusal.code, errc::cluster_name_differs);
  const auto again = c.ask<ops::joined_reply>(stranger, ops::joined_request{});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->refusal.code, errc::cluster_name_differs);
}

TEST(whoever_waits_for_a_node, is_turned_away_where_too_many_wait) {
  storage::memory_store disk;
  auto o = sim::quick_options();
  o.name = o.address = "n1";
  auto node = driver::start(o, disk.load().value(), base::random{1}, 0).value();
  for (std::uint64_t i = 1; i <= limits::joined_waiting_max + 1; ++i)
    node->request(request_token{i}, ops::joined_request{});
  const auto said = node->take_effects().replies;
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(std::get<ops::joined_reply>(said.front().body).refusal.code, errc::overloaded);
}

TEST(a_node, says_when_it_needs_time) {
  storage::memory_store disk;
  auto o = sim::quick_options();
  o.name = o.address = "n1";
  o.seeds = {"n2"};
  auto node = driver::start(o, disk.load().value(), base::random{1}, 0).value();
  EXPECT_EQ(node->next_due_ms(), std::numeric_limits<std::uint64_t>::max()) << "it may not speak";
  ASSERT_TRUE(node->has_effects());
  const auto writes = node->take_effects().writes;
  EXPECT_FALSE(node->has_effects());
  node->persisted({writes.back().sequence, {}});
  const auto mail = node->take_effects().mail; // It registers at once.
  ASSERT_EQ(mail.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<membership::register_request>(mail.front().message));
  const auto due_ms = node->next_due_ms();
  EXPECT_GT(due_ms, 0U);
  node->tick(due_ms - 1);
  EXPECT_FALSE(node->has_effects());
  node->tick(due_ms);
  EXPECT_TRUE(node->has_effects());
  EXPECT_GT(node->next_due_ms(), due_ms);
}

TEST(a_member, needs_every_tick) {
  cluster c;
  c.found(1);
  EXPECT_EQ(c.world.at(0).node->next_due_ms(), 0U);
}

TEST(outsiders, send_fewer_heartbeats_where_there_are_more_of_them) {
  cluster c;
  found_with_outsiders(c);
  c.world.run_for(sim::seconds(2)); // Each has been told: five nodes, one in half a second.
  const auto leader = c.leader();
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  for (std::size_t i = 0; i < 5; ++i)
    if (!c.has_log(i))
      before += counted(*c.world.at(i).node, "heartbeats_sent_total");
  c.world.run_for(sim::seconds(10));
  for (std::size_t i = 0; i < 5; ++i)
    if (!c.has_log(i))
      after += counted(*c.world.at(i).node, "heartbeats_sent_total");
  EXPECT_EQ(c.leader(), leader);
  EXPECT_GE(after - before, 2U * 14);
  EXPECT_LE(after - before, 2U * 26) << "not one in 200 ms";
}

TEST(outsiders, are_sent_a_view_only_when_it_is_news) {
  cluster c;
  found_with_outsiders(c);
  c.world.run_for(sim::seconds(2));
  const auto& leader = *c.world.at(c.leader()).node;
  const auto before = counted(leader, "views_sent_total");
  c.world.run_for(sim::seconds(5));
  EXPECT_EQ(counted(leader, "views_sent_total"), before);
  const auto parked = c.follower();
  ASSERT_TRUE(c.intend(membership::park_intent{c.id(parked), true}).changed);
  ASSERT_TRUE(c.settles());
  c.world.run_for(sim::seconds(2));
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(c.world.at(i).node->known().version, c.nodes().version()) << i;
}

TEST(outsiders, that_are_told_to_wait_find_a_new_leader_nevertheless) {
  cluster c;
  found_with_outsiders(c);
  c.world.run_for(sim::seconds(2));
  const auto old = c.leader();
  c.world.crash(old, false);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.nodes().members().size(), 3U) << "one of them has taken its place";
}

TEST(bytes, are_counted_where_they_are_encoded_mailed_and_stored) {
  cluster c;
  c.found(4);
  const auto& leader = *c.world.at(c.leader()).node;
  const auto encoded = counted(leader, "bytes_total", "encoded");
  const auto stored = counted(leader, "bytes_total", "stored");
  const auto mailed = counted(leader, "bytes_total", "mailed");
  EXPECT_GT(encoded, 0U);
  EXPECT_GE(stored, encoded) << "each of its entries, and those of others";
  EXPECT_GT(mailed, encoded) << "to more than one";
}

// Found by the simulator: it took the id, and was told for ever that its storage is another one.
TEST(a_node_on_an_empty_disk, takes_no_id_that_its_lost_disk_asked_for) {
  cluster c;
  c.found(1);
  const auto late = c.add();
  ASSERT_TRUE(c.comes_true([&] { return static_cast<bool>(c.id(late)); }));
  const auto old = c.world.at(late).node->identity();
  c.world.crash(late, true);
  c.world.wipe(late);
  c.world.net().cut(late, 0);
  c.world.start(late);
  c.world.run_for(sim::ms(100));
  membership::register_reply again;
  again.id = old.id;
  again.cluster = old.cluster;
  again.storage = old.storage;
  c.world.net().send({"n0", c.world.at(late).options.address, again});
  c.world.run_for(sim::ms(100));
  EXPECT_FALSE(c.id(late));
  EXPECT_EQ(c.world.at(late).node->halted().code, errc::none);
}

} // namespace
} // namespace quorate::driver
