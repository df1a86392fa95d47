// The client's side of the protocol, one event after the other: who is asked, what is repeated,
// what is answered.
#include "runtime/client/caller.hpp"

#include "runtime/kv/commands.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

namespace quorate::client_side {
namespace {

kv::put put_of(std::string key) {
  return {std::move(key), "value", {}};
}

kv::read_request read_of(std::string key) {
  return {std::move(key), kv::consistency::linearizable};
}

error hint(const std::string& address) {
  auto err = make_error(errc::not_leader);
  err.leader = node_id{2};
  err.leader_address = address;
  return err;
}

/// A caller that knows three nodes, and the time.
class caller_of_three_nodes : public ::testing::Test {
protected:
  caller_of_three_nodes() : subject_({{"a", "b", "c"}}, base::random{7}) {
    // nop
  }

  outgoing_request only_request() {
    auto effects = subject_.take_effects();
    EXPECT_EQ(effects.requests.size(), 1U);
    EXPECT_TRUE(effects.finished.empty());
    return effects.requests.empty() ? outgoing_request{} : effects.requests.front();
  }

  finished_call only_answer() {
    auto effects = subject_.take_effects();
    EXPECT_EQ(effects.finished.size(), 1U);
    return effects.finished.empty() ? finished_call{} : effects.finished.front();
  }

  void reply(const outgoing_request& to, reply_content content) {
    subject_.received(to.attempt, std::move(content), now_ms_);
  }

  /// Lets time pass until the caller has something to do.
  void wait() {
    auto due = subject_.next_due_ms();
    ASSERT_TRUE(due.has_value());
    now_ms_ = std::max(now_ms_, *due);
    subject_.tick(now_ms_);
  }

  static kv::session_write write_in(const outgoing_request& x) {
    const auto& asked = std::get<kv::request>(x.content);
    return kv::read_write_request(std::get<kv::write_request>(asked)).value();
  }

  /// Opens the session that the first write asks for.
  void open_session() {
    auto asked = only_request();
    EXPECT_TRUE(
      std::holds_alternative<kv::open_session_request>(std::get<kv::request>(asked.content)));
    reply(asked, kv::reply{kv::session_opened{kv::session_id{40}}});
  }

  caller subject_;
  std::uint64_t now_ms_ = 1'000;
};

TEST_F(caller_of_three_nodes, opens_a_session_before_its_first_write_and_numbers_writes_in_order) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  subject_.submit(call_id{2}, put_of("y"), now_ms_);
  open_session();
  auto effects = subject_.take_effects();
  ASSERT_EQ(effects.requests.size(), 2U);
  EXPECT_EQ(write_in(effects.requests[0]).session, kv::session_id{40});
  EXPECT_EQ(write_in(effects.requests[0]).sequence, 1U);
  EXPECT_EQ(write_in(effects.requests[1]).sequence, 2U);
}

TEST_F(caller_of_three_nodes, repeats_a_write_with_the_same_number_after_an_unknown_outcome) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  auto first = only_request();
  reply(first, kv::reply{make_error(errc::outcome_unknown)});
  wait();
  auto second = only_request();
  EXPECT_EQ(write_in(second).sequence, write_in(first).sequence);
  reply(second, kv::reply{kv::write_result{errc::none, revision{5}, {}}});
  EXPECT_EQ(std::get<kv::write_result>(only_answer().content).at, revision{5});
}

TEST_F(caller_of_three_nodes, follows_a_hint_and_stays_with_the_leader) {
  subject_.submit(call_id{1}, read_of("x"), now_ms_);
  reply(only_request(), kv::reply{hint("b")});
  wait();
  auto second = only_request();
  EXPECT_EQ(second.to, "b");
  reply(second, kv::reply{kv::read_result{}});
  subject_.take_effects();
  subject_.submit(call_id{2}, read_of("y"), now_ms_);
  EXPECT_EQ(only_request().to, "b");
}

TEST_F(caller_of_three_nodes, asks_another_node_if_one_does_not_answer) {
  subject_.submit(call_id{1}, read_of("x"), now_ms_);
  auto first = only_request();
  wait(); // The attempt is given up,
  wait(); // and after the backoff another one begins.
  EXPECT_NE(only_request().to, first.to);
}

TEST_F(caller_of_three_nodes, asks_elsewhere_when_the_asked_node_is_gone) {
  subject_.submit(call_id{1}, read_of("x"), now_ms_);
  auto first = only_request();
  subject_.node_gone(first.to, now_ms_);
  wait();
  EXPECT_NE(only_request().to, first.to);
}

TEST_F(caller_of_three_nodes, answers_a_call_that_was_never_proposed_with_deadline_exceeded) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  only_request(); // The session request, never answered.
  now_ms_ += 60'000;
  subject_.tick(now_ms_);
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::deadline_exceeded);
}

TEST_F(caller_of_three_nodes, answers_a_write_that_may_have_been_proposed_with_outcome_unknown) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  only_request();
  now_ms_ += 60'000;
  subject_.tick(now_ms_);
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::outcome_unknown);
}

TEST_F(caller_of_three_nodes, says_at_once_that_disks_are_full) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  reply(only_request(), kv::reply{make_error(errc::storage_full)});
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::storage_full);
  subject_.submit(call_id{2}, put_of("y"), now_ms_);
  reply(only_request(), kv::reply{kv::write_result{errc::none, revision{5}, {}}});
  EXPECT_EQ(std::get<kv::write_result>(only_answer().content).at, revision{5});
}

TEST_F(caller_of_three_nodes,
       does_not_say_that_nothing_happened_where_an_earlier_attempt_may_have) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  const auto first = only_request();
  reply(first, kv::reply{make_error(errc::outcome_unknown)});
  wait();
  reply(only_request(), kv::reply{make_error(errc::storage_full)});
  wait();
  const auto third = only_request();
  EXPECT_EQ(write_in(third).sequence, write_in(first).sequence);
  now_ms_ += 60'000;
  subject_.tick(now_ms_);
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::outcome_unknown);
}

TEST_F(caller_of_three_nodes, refuses_what_waits_for_a_session_that_finds_no_room) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  subject_.submit(call_id{2}, put_of("y"), now_ms_);
  reply(only_request(), kv::reply{make_error(errc::storage_full)});
  const auto effects = subject_.take_effects();
  ASSERT_EQ(effects.finished.size(), 2U);
  for (const auto& x : effects.finished)
    EXPECT_EQ(std::get<error>(x.content).code, errc::storage_full);
  EXPECT_FALSE(subject_.next_due_ms()) << "nobody waits for a session";
  now_ms_ += 10'000;
  subject_.submit(call_id{3}, put_of("z"), now_ms_);
  open_session();
  EXPECT_EQ(write_in(only_request()).sequence, 1U);
}

TEST_F(caller_of_three_nodes,
       asks_elsewhere_where_no_connection_came_about_and_says_so_in_the_end) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  const auto first = only_request();
  reply(first, make_error(errc::unreachable, "connection refused."));
  wait();
  const auto second = only_request();
  EXPECT_NE(second.to, first.to);
  reply(second, make_error(errc::unreachable, "connection refused."));
  now_ms_ += 60'000;
  subject_.tick(now_ms_);
  const auto why = std::get<error>(only_answer().content);
  EXPECT_EQ(why.code, errc::deadline_exceeded) << "it was passed on to nobody";
  EXPECT_NE(why.message.find("connection refused."), std::string::npos) << why.message;
}

TEST_F(caller_of_three_nodes, says_at_once_that_it_may_not) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  reply(only_request(), make_error(errc::untrusted_peer));
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::untrusted_peer);
}

TEST(a_caller_across_a_network, repeats_soon_at_first_and_does_not_go_back_to_a_silent_leader) {
  caller_options options;
  options.nodes = {"a", "b", "c"};
  options.attempt_ms_min = 500;
  options.attempt_ms_max = 4'000;
  caller subject{options, base::random{7}};
  std::uint64_t now_ms = 1'000;
  const auto next = [&] {
    auto effects = subject.take_effects();
    while (effects.requests.empty()) {
      now_ms = *subject.next_due_ms();
      subject.tick(now_ms);
      effects = subject.take_effects();
    }
    return effects.requests.front();
  };
  subject.submit(call_id{1}, read_of("x"), now_ms);
  EXPECT_EQ(next().to, "a");
  const auto second = next();
  EXPECT_GE(now_ms, 1'500u);
  EXPECT_LT(now_ms, 1'600u);
  EXPECT_NE(second.to, "a");
  subject.received(second.attempt, kv::reply{hint("a")}, now_ms);
  EXPECT_NE(next().to, "a") << "that others still name";
  subject.submit(call_id{2}, read_of("x"), now_ms);
  EXPECT_NE(next().to, "a");
}

TEST_F(caller_of_three_nodes, asks_a_question_where_the_hint_leads) {
  subject_.submit(call_id{1}, ops::question{ops::plan_request{}}, now_ms_);
  reply(only_request(), ops::question_reply{ops::plan_reply{hint("c"), {}}});
  wait();
  auto second = only_request();
  EXPECT_EQ(second.to, "c");
  ops::plan_reply told;
  told.plan.members = 3;
  reply(second, ops::question_reply{std::move(told)});
  const auto said = std::get<ops::question_reply>(only_answer().content);
  EXPECT_EQ(std::get<ops::plan_reply>(said).plan.members, 3U);
}

TEST_F(caller_of_three_nodes, answers_a_question_that_nobody_answers_with_deadline_exceeded) {
  subject_.submit(call_id{1}, ops::question{ops::explain_request{node_id{1}}}, now_ms_);
  only_request(); // Nothing is changed by it, so nothing is in doubt.
  now_ms_ += 60'000;
  subject_.tick(now_ms_);
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::deadline_exceeded);
}

TEST_F(caller_of_three_nodes, ignores_the_answer_to_an_attempt_that_it_gave_up) {
  subject_.submit(call_id{1}, read_of("x"), now_ms_);
  auto first = only_request();
  wait();
  reply(first, kv::reply{kv::read_result{"old", revision{1}, revision{1}}});
  EXPECT_TRUE(subject_.take_effects().finished.empty());
}

TEST_F(caller_of_three_nodes, starts_a_write_anew_if_its_session_ended_before_its_only_attempt) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  reply(only_request(), kv::reply{kv::write_result{errc::session_expired, {}, {}}});
  auto reopened = only_request();
  reply(reopened, kv::reply{kv::session_opened{kv::session_id{90}}});
  auto again = only_request();
  EXPECT_EQ(write_in(again).session, kv::session_id{90});
  EXPECT_EQ(write_in(again).sequence, 1U);
}

TEST_F(caller_of_three_nodes, does_not_guess_if_the_session_ended_after_an_earlier_attempt) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  open_session();
  reply(only_request(), kv::reply{make_error(errc::outcome_unknown)});
  wait();
  reply(only_request(), kv::reply{kv::write_result{errc::session_expired, {}, {}}});
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::outcome_unknown);
}

TEST_F(caller_of_three_nodes, keeps_more_writes_waiting_than_a_session_remembers) {
  for (std::uint64_t i = 1; i <= 200; ++i)
    subject_.submit(call_id{i}, put_of("x"), now_ms_);
  open_session();
  auto started = subject_.take_effects().requests;
  EXPECT_EQ(started.size(), caller_options{}.writes_in_flight_max);
  reply(started.front(), kv::reply{kv::write_result{errc::none, revision{1}, {}}});
  auto next = subject_.take_effects().requests;
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(write_in(next.front()).ack_below, 2U);
}

TEST_F(caller_of_three_nodes, refuses_what_is_out_of_bounds_before_it_is_sent) {
  subject_.submit(call_id{1}, put_of(""), now_ms_);
  EXPECT_EQ(std::get<error>(only_answer().content).code, errc::key_empty);
}

TEST_F(caller_of_three_nodes, answers_everything_when_it_stops) {
  subject_.submit(call_id{1}, put_of("x"), now_ms_);
  subject_.submit(call_id{2}, read_of("x"), now_ms_);
  subject_.take_effects();
  subject_.stop(errc::shutting_down);
  auto effects = subject_.take_effects();
  ASSERT_EQ(effects.finished.size(), 2U);
  for (const auto& x : effects.finished)
    EXPECT_EQ(std::get<error>(x.content).code, errc::shutting_down);
}

} // namespace
} // namespace quorate::client_side
