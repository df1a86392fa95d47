// Linearizable reads of a whole node: at a follower, and by lease.
#include "tests/driver/cluster.hpp"

#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

TEST(a_follower, names_the_leader_to_whoever_reads) {
  cluster c;
  c.found(3);
  const auto reply = c.ask<kv::reply>(c.follower(), kv::request{kv::read_request{"k"}});
  ASSERT_TRUE(reply);
  const auto* refusal = std::get_if<error>(&*reply);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->code, errc::not_leader);
  EXPECT_EQ(refusal->leader, c.id(c.leader()));
}

TEST(a_follower, answers_with_all_that_was_acknowledged_before) {
  cluster c;
  c.defaults.follower_reads = true;
  c.found(3);
  for (int i = 1; i <= 5; ++i) {
    const auto value = "v" + std::to_string(i);
    const auto written = c.put("k", value);
    const auto reply = c.ask<kv::reply>(c.follower(), kv::request{kv::read_request{"k"}});
    ASSERT_TRUE(reply);
    const auto* found = std::get_if<kv::read_result>(&*reply);
    ASSERT_NE(found, nullptr);
    ASSERT_TRUE(found->value);
    EXPECT_EQ(*found->value, shared_bytes{value});
    EXPECT_EQ(found->at, written.at);
  }
  EXPECT_GT(c.times(sim::situation::follower_read), 0U);
}

TEST(a_leader_with_a_lease, answers_at_once) {
  cluster c;
  c.policy.lease_ms = 400;
  c.found(3);
  c.put("k", "v");
  c.world.run_for(sim::seconds(1));
  const auto found = c.ask<kv::reply>(c.leader(), kv::request{kv::read_request{"k"}}, sim::ms(0));
  ASSERT_TRUE(found) << "without a word to anybody";
  EXPECT_EQ(*std::get<kv::read_result>(*found).value, shared_bytes{"v"});
  EXPECT_EQ(c.times(sim::situation::lease_read), 1U);
}

TEST(a_leader_with_a_lease, that_is_cut_off_answers_no_longer_than_that) {
  cluster c;
  c.policy.lease_ms = 400;
  c.found(3);
  c.world.run_for(sim::seconds(1));
  const auto leader = c.leader();
  c.world.net().split({leader}, 3);
  c.world.run_for(sim::ms(100));
  auto reads = [&] {
    const auto reply = c.ask<kv::reply>(leader, kv::request{kv::read_request{"k"}}, sim::ms(0));
    return reply && std::holds_alternative<kv::read_result>(*reply);
  };
  EXPECT_TRUE(reads());
  c.world.run_for(sim::ms(300));
  EXPECT_FALSE(reads());
}

TEST(an_answer_by_lease, that_leaves_late_becomes_a_refusal) {
  reply said{request_token{1}, kv::reply{kv::read_result{}}, 500};
  expire(said, 499);
  EXPECT_TRUE(std::holds_alternative<kv::read_result>(std::get<kv::reply>(said.body)));
  expire(said, 500);
  EXPECT_EQ(std::get<error>(std::get<kv::reply>(said.body)).code, errc::no_leader);
  reply always{request_token{1}, kv::reply{kv::read_result{}}, 0};
  expire(always, 1'000'000);
  EXPECT_TRUE(std::holds_alternative<kv::read_result>(std::get<kv::reply>(always.body)));
}

} // namespace
} // namespace quorate::driver
