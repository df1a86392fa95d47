// Two ends of a connection, without one: what they say to each other, and how it ends.
#include "runtime/wire/link.hpp"

#include "runtime/base/random.hpp"
#include "runtime/wire/greeting.hpp"
#include "tests/wire/examples.hpp"
#include "tests/wire/two_ends.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace quorate::wire {
namespace {

node_mail mail_from(const std::string& name) {
  return {name + ":7400", "b:7400", discover_request{}};
}

TEST(a_link, is_open_when_both_have_greeted) {
  auto x = greeted();
  EXPECT_EQ(x.dialer.peer().name, "b");
  EXPECT_EQ(x.answerer.peer().name, "a");
}

TEST(a_link, is_open_when_the_greetings_come_byte_by_byte) {
  connection x{node_named("a"), node_named("b")};
  x.settle(1);
  EXPECT_EQ(x.dialer.phase(), link_phase::open);
  EXPECT_EQ(x.answerer.phase(), link_phase::open);
}

TEST(a_link, says_nothing_before_it_was_greeted) {
  link x{options_of(node_named("b"), false), 0};
  EXPECT_FALSE(x.has_output());
  EXPECT_EQ(x.send(mail_from("b")).error().code, errc::unreachable);
}

TEST(a_link, carries_mail_and_calls) {
  auto x = greeted();
  ASSERT_TRUE(x.dialer.send(mail_from("a")));
  ASSERT_TRUE(x.dialer.send(call<ops::status_request>{call_id{7}, {}}));
  x.settle(3);
  const auto got = x.answerer.take_messages();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(std::get<node_mail>(got[0]).from, "a:7400");
  EXPECT_EQ(std::get<call<ops::status_request>>(got[1]).id, call_id{7});
  ASSERT_TRUE(x.answerer.send(call_refused{call_id{7}, make_error(errc::overloaded)}));
  x.settle();
  EXPECT_EQ(x.dialer.take_messages().size(), 1u);
}

TEST(a_link, refuses_another_cluster_and_tells_it_why) {
  auto other = node_named("a");
  other.cluster_name = "another";
  connection x{other, node_named("b")};
  x.settle();
  EXPECT_EQ(x.answerer.how_it_ended(), link_end::own);
  EXPECT_EQ(x.dialer.how_it_ended(), link_end::refused);
  EXPECT_EQ(x.dialer.why().code, errc::cluster_name_differs);
}

TEST(a_link, refuses_a_cluster_of_the_same_name_and_another_fingerprint) {
  auto other = node_named("a");
  other.cluster = {1, 2};
  auto own = node_named("b");
  own.cluster = {3, 4};
  connection x{other, own};
  x.settle();
  EXPECT_EQ(x.dialer.why().code, errc::foreign_cluster);
}

TEST(a_link, refuses_itself) {
  connection x{node_named("a"), node_named("a")};
  x.settle();
  EXPECT_EQ(x.dialer.why().code, errc::invalid_argument);
}

TEST(a_link, refuses_protocols_that_it_does_not_speak) {
  auto newer = node_named("a");
  newer.versions.protocol_min = newer.versions.protocol_max = 2;
  connection x{newer, node_named("b")};
  x.settle();
  EXPECT_EQ(x.dialer.why().code, errc::protocol_unsupported);
}

TEST(a_link, ends_when_its_peer_speaks_for_another) {
  auto x = greeted();
  ASSERT_TRUE(x.dialer.send(mail_from("c")));
  x.settle();
  EXPECT_EQ(x.answerer.why().code, errc::untrusted_peer);
  EXPECT_TRUE(x.answerer.take_messages().empty());
  EXPECT_EQ(x.dialer.how_it_ended(), link_end::closed);
  EXPECT_EQ(x.dialer.why().code, errc::untrusted_peer);
}

TEST(a_link, ends_when_its_peer_registers_as_another) {
  auto x = greeted();
  membership::register_request request;
  request.name = "c";
  ASSERT_TRUE(x.dialer.send(node_mail{"a:7400", "b:7400", request}));
  x.settle();
  EXPECT_EQ(x.answerer.why().code, errc::untrusted_peer);
}

TEST(a_client, may_use_the_store_and_nothing_else) {
  auto x = greeted(peer_role::client);
  ASSERT_TRUE(x.dialer.send(call<kv::request>{call_id{1}, kv::open_session_request{}}));
  x.settle();
  EXPECT_EQ(x.answerer.take_messages().size(), 1u);
  ASSERT_TRUE(x.dialer.send(call<membership::reconfigure_request>{call_id{2}, {}}));
  x.settle();
  EXPECT_TRUE(x.answerer.take_messages().empty());
  EXPECT_EQ(x.answerer.unauthorised(), 1u);
  const auto got = x.dialer.take_messages();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(std::get<call_refused>(got[0]).id, call_id{2});
  EXPECT_EQ(std::get<call_refused>(got[0]).why.code, errc::not_authorised);
  EXPECT_EQ(x.answerer.phase(), link_phase::open);
}

TEST(a_client, and_an_operator_speak_no_consensus) {
  for (const auto role : {peer_role::client, peer_role::operator_}) {
    auto x = greeted(role);
    ASSERT_TRUE(x.dialer.send(mail_from("a")));
    x.settle();
    EXPECT_EQ(x.answerer.why().code, errc::not_authorised);
  }
}

TEST(whoever_was_connected_to, answers_and_asks_nothing) {
  auto x = greeted();
  ASSERT_TRUE(x.answerer.send(call<kv::request>{call_id{1}, kv::open_session_request{}}));
  x.settle();
  EXPECT_EQ(x.dialer.why().code, errc::not_authorised);
}

TEST(a_link, takes_no_other_frame_before_the_greeting) {
  link x{options_of(node_named("b"), false), 0};
  x.received(frame_of(message{heartbeat{}}), 0);
  EXPECT_EQ(x.phase(), link_phase::ended);
  EXPECT_EQ(x.why().code, errc::malformed);
}

TEST(a_link, takes_one_greeting_only) {
  auto x = greeted();
  x.answerer.received(frame_of(message{node_named("a")}), x.now_ms);
  EXPECT_EQ(x.answerer.phase(), link_phase::ended);
}

TEST(a_link, that_is_not_greeted_in_time_ends) {
  link x{options_of(node_named("b"), false), 1'000};
  EXPECT_EQ(x.next_due_ms(), 6'000u);
  x.tick(5'999);
  EXPECT_EQ(x.phase(), link_phase::greeting);
  x.tick(6'000);
  EXPECT_EQ(x.how_it_ended(), link_end::silent);
}

TEST(a_link, keeps_itself_alive) {
  auto x = greeted();
  for (int i = 0; i < 100; ++i) {
    x.now_ms = std::min(x.dialer.next_due_ms(), x.answerer.next_due_ms());
    x.dialer.tick(x.now_ms);
    x.answerer.tick(x.now_ms);
    x.settle();
  }
  EXPECT_GT(x.now_ms, 20'000u);
  EXPECT_EQ(x.dialer.phase(), link_phase::open);
  EXPECT_TRUE(x.answerer.take_messages().empty());
}

TEST(a_link, gives_up_a_peer_that_is_silent) {
  auto x = greeted();
  x.dialer.tick(x.now_ms + 2'999);
  EXPECT_EQ(x.dialer.phase(), link_phase::open);
  x.dialer.tick(x.now_ms + 3'000);
  EXPECT_EQ(x.dialer.how_it_ended(), link_end::silent);
}

TEST(a_link, tells_a_peer_that_closes_from_one_that_is_cut_off) {
  auto x = greeted();
  x.answerer.close(make_error(errc::shutting_down));
  x.settle();
  EXPECT_EQ(x.dialer.how_it_ended(), link_end::closed);
  EXPECT_EQ(x.dialer.why().code, errc::shutting_down);
  auto y = greeted();
  y.dialer.lost();
  EXPECT_EQ(y.dialer.how_it_ended(), link_end::cut_off);
}

TEST(a_link, takes_no_more_than_its_peer_wants_under_way) {
  auto small = node_named("b");
  small.limits.window_bytes = small.limits.frame_bytes = limits::frame_payload_bytes_min;
  connection x{node_named("a"), small};
  x.settle();
  call<kv::request> big{call_id{1}, kv::read_request{std::string(1 << 20, 'k'), {}}};
  int sent = 0;
  while (x.dialer.send(big))
    ++sent;
  EXPECT_EQ(sent, 4);
  EXPECT_LE(x.dialer.under_way(), limits::frame_payload_bytes_min);
  EXPECT_EQ(x.dialer.send(big).error().code, errc::overloaded);
  x.dialer.written(x.dialer.take_output().size());
  EXPECT_EQ(x.dialer.under_way(), 0u);
  EXPECT_TRUE(x.dialer.send(big));
}

TEST(a_link, sends_no_frame_that_is_longer_than_its_peer_takes) {
  auto small = node_named("b");
  small.limits.frame_bytes = limits::frame_payload_bytes_min;
  connection x{node_named("a"), small};
  x.settle();
  call<kv::request> big{call_id{1}, kv::read_request{std::string(6 << 20, 'k'), {}}};
  EXPECT_EQ(x.dialer.send(big).error().code, errc::invalid_argument);
  EXPECT_EQ(x.dialer.under_way(), 0u);
}

TEST(a_link, survives_any_bytes) {
  base::random draw{7};
  for (int round = 0; round < 2'000; ++round) {
    auto x = greeted();
    std::string bytes;
    for (int i = 0; i < 3; ++i) {
      const auto all = random_messages(draw);
      bytes += frame_of(all[draw.below(all.size())]);
    }
    for (int i = 0; i < 3; ++i)
      bytes[draw.below(bytes.size())] = static_cast<char>(draw.next());
    x.answerer.received(bytes, x.now_ms);
    x.dialer.received(bytes, x.now_ms);
    static_cast<void>(x.answerer.take_messages());
  }
}

} // namespace
} // namespace quorate::wire
