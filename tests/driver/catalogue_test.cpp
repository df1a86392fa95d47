// Bugs that others had (docs/bug-classes.md), seen by whole nodes: callers, failing disks, lost
// disks, and words that must not be believed.
#include "runtime/kv/commands.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace quorate::driver {
namespace {

using membership::remove_intent;

std::optional<kv::session_id> open_session(cluster& c, std::size_t node) {
  auto opened = c.ask<kv::reply>(node, kv::request{kv::open_session_request{}});
  if (!opened || !std::holds_alternative<kv::session_opened>(*opened))
    return std::nullopt;
  return std::get<kv::session_opened>(*opened).session;
}

kv::request write_of(kv::session_id session, const std::string& value) {
  return kv::request{kv::make_write_request({session, 1, 1, kv::put{"k", value, {}}})};
}

const error* refusal_of(const std::optional<kv::reply>& reply) {
  return reply ? std::get_if<error>(&*reply) : nullptr;
}

// -- S3: a waiter and another leader's entry ------------------------------------------------------

// S3 (openraft #500, raft-rs #115): where its entry was to stand, another leader's stands in the
// end. Its caller isn't told that it happened.
TEST(a_write, of_a_leader_that_is_deposed_is_never_answered_by_anothers_entry) {
  cluster c;
  c.found(3);
  const auto old = c.leader();
  const auto session = open_session(c, old);
  ASSERT_TRUE(session);
  c.world.net().split({old}, c.world.size());
  const auto last = c.world.at(old).core()->current().last.index;
  std::optional<kv::reply> said;
  c.world.ask(old, write_of(*session, "lost"),
              [&said](const reply_body& body) { said = std::get<kv::reply>(body); });
  ASSERT_TRUE(c.comes_true([&] { return c.world.at(old).core()->current().last.index > last; }));
  ASSERT_TRUE(c.comes_true([&] { return c.world.leader() && *c.world.leader() != old; }));
  c.put("k", "kept");
  c.world.net().mend();
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  ASSERT_TRUE(said);
  ASSERT_NE(refusal_of(said), nullptr);
  EXPECT_EQ(refusal_of(said)->code, errc::outcome_unknown);
  EXPECT_EQ(c.world.log().find(*session, 1), nullptr) << "and it never was committed";
  EXPECT_EQ(c.get("k").value, "kept");
}

// S2 (etcd #4691): nobody passes a write on, so none is proposed twice on its way.
TEST(a_write, is_refused_by_a_follower_with_a_hint_and_not_passed_on) {
  cluster c;
  c.found(3);
  const auto leader = c.leader();
  const auto session = open_session(c, leader);
  ASSERT_TRUE(session);
  const auto last = c.world.log().last();
  const auto said = c.ask<kv::reply>(c.follower(), write_of(*session, "x"));
  ASSERT_NE(refusal_of(said), nullptr);
  EXPECT_EQ(refusal_of(said)->code, errc::not_leader);
  EXPECT_EQ(refusal_of(said)->leader, c.id(leader));
  EXPECT_EQ(refusal_of(said)->leader_address, c.world.at(leader).options.address);
  c.world.run_for(sim::seconds(1));
  EXPECT_EQ(c.world.log().last(), last);
}

// D7 (tikv #5316): a read where nobody is known to lead is answered, not dropped.
TEST(a_read, where_nobody_leads_is_answered_at_once) {
  cluster c;
  c.found(3);
  const auto f = c.follower();
  c.world.net().split({f}, c.world.size());
  ASSERT_TRUE(c.comes_true([&] { return !c.world.at(f).core()->current().leader; }));
  const auto said = c.ask<kv::reply>(
    f, kv::request{kv::read_request{"k", kv::consistency::linearizable}}, sim::ms(1));
  ASSERT_NE(refusal_of(said), nullptr);
  EXPECT_EQ(refusal_of(said)->code, errc::no_leader);
}

// -- P4: a disk that fails once -------------------------------------------------------------------

/// A founder whose disk is written by hand.
class lone_node {
public:
  lone_node() {
    auto o = sim::quick_options();
    o.name = o.address = "n1";
    node = driver::start(o, disk_.load().value(), base::random{1}, 0).value();
    settle();
    node->request(next_token(), membership::provision_request{"sim", sim::quick_policy(1)});
    for (std::uint64_t i = 0; i < 50; ++i) {
      settle();
      node->tick(now_ms_ += 40);
    }
    settle();
  }

  request_token next_token() {
    return request_token{++tokens_};
  }

  /// Everything is done, and every sync succeeds.
  std::vector<reply> settle() {
    std::vector<reply> said;
    while (node->has_effects()) {
      auto todo = node->take_effects();
      said.insert(said.end(), todo.replies.begin(), todo.replies.end());
      for (auto& batch : todo.writes)
        EXPECT_TRUE(disk_.write(std::move(batch)));
      if (disk_.unsynced() != 0)
        node->persisted({disk_.sync().value(), {}});
    }
    return said;
  }

  void pass_time() {
    node->tick(now_ms_ += 40);
  }

  std::unique_ptr<driver> node;

private:
  storage::memory_store disk_;
  std::uint64_t now_ms_ = 0;
  std::uint64_t tokens_ = 0;
};

// P4 (cockroach #37102): what the failed sync was to make durable may be lost for good, whatever a
// later one says. So the first failure is the last word of this life.
TEST(a_node_whose_disk_fails_once, says_nothing_more_and_believes_no_later_success) {
  lone_node lone;
  auto& node = *lone.node;
  ASSERT_TRUE(node.leads());
  const auto token = lone.next_token();
  node.request(token, kv::request{kv::open_session_request{}});
  auto todo = node.take_effects();
  ASSERT_EQ(todo.writes.size(), 1U);
  const auto sequence = todo.writes.front().sequence;
  node.persisted({{}, make_error(errc::storage_failed)});
  EXPECT_EQ(node.halted().code, errc::storage_failed);
  const auto applied = node.state()->applied();
  node.persisted({sequence, {}}); // It was lost, and the next sync "succeeds".
  for (int i = 0; i < 50; ++i)
    lone.pass_time();
  todo = node.take_effects();
  EXPECT_TRUE(todo.writes.empty());
  EXPECT_TRUE(todo.mail.empty());
  EXPECT_EQ(node.state()->applied(), applied);
  ASSERT_EQ(todo.replies.size(), 1U);
  EXPECT_EQ(todo.replies.front().token, token);
  EXPECT_EQ(std::get<error>(std::get<kv::reply>(todo.replies.front().body)).code,
            errc::outcome_unknown);
  node.request(lone.next_token(), kv::request{kv::open_session_request{}});
  todo = node.take_effects();
  ASSERT_EQ(todo.replies.size(), 1U);
  EXPECT_EQ(std::get<error>(std::get<kv::reply>(todo.replies.front().body)).code,
            errc::node_halted);
}

// -- E13, J5, J6: a name on another disk ----------------------------------------------------------

// E13 (KAFKA-16526), J5 (etcd #3504), J6 (swarmkit #1815): it isn't the member that it was, which
// counts as dead until another one takes its place.
TEST(a_member_that_lost_its_disk, is_another_node_and_begins_as_one) {
  cluster c;
  c.policy.replace_after_ms = 0;
  c.found(4); // Three members and a warm spare.
  c.put("k", "v");
  const auto f = c.follower();
  const auto lost = c.id(f);
  c.world.crash(f, true);
  c.world.wipe(f);
  c.world.start(f);
  ASSERT_TRUE(c.comes_true([&] { return static_cast<bool>(c.id(f)); })) << c.lines.tail();
  EXPECT_NE(c.id(f), lost);
  EXPECT_FALSE(c.has_log(f));
  ASSERT_NE(c.nodes().find(lost), nullptr);
  EXPECT_TRUE(c.nodes().find(lost)->lost);
  EXPECT_EQ(c.nodes().members().count(lost), 1U) << "the lost disk counts as a dead voter";
  ASSERT_EQ(c.intend(remove_intent{lost, false}).refusal.code, errc::none);
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  EXPECT_EQ(c.position(c.id(f)), "auto_join/learner");
  EXPECT_EQ(c.world.at(f).node->state()->store().get("k").value, "v");
}

// -- C12, J7: words that a node must not believe --------------------------------------------------

/// What a node might hear that is told that it is out.
membership::join_reply told_out(cluster& c, std::size_t node) {
  const auto& p = *c.world.at(node).node;
  membership::join_reply m;
  m.to = p.identity().id;
  m.boot = p.boot();
  m.current = p.known();
  m.role = node_role::outsider;
  m.leader_term = p.consensus()->current().current_term;
  m.applied = p.consensus()->entries().last();
  return m;
}

void hear(cluster& c, std::size_t node, membership::join_reply m) {
  c.world.at(node).node->receive({"n0", c.world.at(node).options.address, std::move(m)});
  c.world.run_for(sim::ms(200));
}

// C12 (RethinkDB 2.1.5): a word without a quorum behind it, one of a leader of the past, or one for
// an earlier life of this node, costs it nothing.
TEST(a_log, isnt_dropped_on_a_word_that_isnt_confirmed_or_is_outdated) {
  cluster c;
  c.found(3);
  c.put("k", "v");
  const auto f = c.follower();
  hear(c, f, told_out(c, f));
  EXPECT_TRUE(c.has_log(f)) << "nobody's confirmation";
  auto past = told_out(c, f);
  past.confirmed = true;
  --past.leader_term.value;
  hear(c, f, past);
  EXPECT_TRUE(c.has_log(f)) << "a leader of the past";
  auto older = told_out(c, f);
  older.confirmed = true;
  --older.current.version.value;
  hear(c, f, older);
  EXPECT_TRUE(c.has_log(f)) << "a config of the past";
  auto other_life = told_out(c, f);
  other_life.confirmed = true;
  ++other_life.boot.nonce;
  hear(c, f, other_life);
  EXPECT_TRUE(c.has_log(f)) << "asked for in another life";
  ASSERT_TRUE(c.settles()) << c.lines.tail();
  // And a word that is all that it has to be would do.
  auto true_word = told_out(c, f);
  true_word.confirmed = true;
  hear(c, f, true_word);
  EXPECT_FALSE(c.world.at(f).node->lowest().version == config_version{});
}

} // namespace
} // namespace quorate::driver
