#include "tests/membership/stand_in_driver.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>

namespace quorate::membership::situations {

stand_in_driver::stand_in_driver(nodes_config applied) : applied_(std::move(applied)) {
  // nop
}

void stand_in_driver::lead(std::uint32_t self) {
  // Whatever the last leader had proposed and not committed is gone with its log.
  proposed_.reset();
  leader_ = std::make_unique<controller>(controller_settings{});
  self_ = self;
  feed(leadership_gained{quorate::term{++term_}, node_id{self},
                         std::make_shared<nodes_table>(applied_.table()), now_ms_, now_ms_});
}

void stand_in_driver::lose(std::uint32_t to) {
  proposed_.reset();
  feed(leadership_lost{node_id{to}, "host-" + std::to_string(to)});
}

void stand_in_driver::hear(std::uint64_t seconds, sight what) {
  what.leader = self_;
  for (std::uint64_t i = 0; i < seconds; ++i) {
    now_ms_ += 1'000;
    feed(situations::report(applied_, what, now_ms_));
  }
}

void stand_in_driver::report(nodes_seen seen) {
  seen.now_ms = now_ms_;
  feed(seen);
}

void stand_in_driver::tick(std::uint64_t passed_ms) {
  now_ms_ += passed_ms;
  feed(controller_tick{now_ms_, 0});
}

request_token stand_in_driver::ask(intent want, op_id op, config_version if_version) {
  const request_token token{++token_};
  feed(intent_received{token, {op, if_version, std::move(want)}});
  return token;
}

/// Answered at once, and by nothing else.
ops::question_reply stand_in_driver::ask(ops::question what) {
  const request_token token{++token_};
  told_.clear();
  feed(question_received{token, std::move(what)});
  if (told_.size() == 1 && told_.front().token == token)
    return told_.front().reply;
  ADD_FAILURE() << "a question has " << told_.size() << " answers";
  return {};
}

void stand_in_driver::tell(node_news news) {
  feed(std::move(news));
}

void stand_in_driver::ask_to_register(register_request request) {
  auto reply_to = request.address;
  feed(registration_received{std::move(reply_to), std::move(request)});
}

void stand_in_driver::apply() {
  ASSERT_TRUE(proposed());
  const auto change = std::exchange(proposed_, nullptr);
  feed(change_proposed{});
  auto done = applied_.apply(*change);
  ASSERT_TRUE(done) << to_string(done.error());
  applied_.check_all();
  feed(delta_applied{change, now_ms_});
}

void stand_in_driver::leave() {
  ASSERT_TRUE(applied_.joint());
  const auto change = std::make_shared<const delta>(make_leave(applied_));
  ASSERT_TRUE(applied_.apply(*change));
  applied_.check_all();
  feed(delta_applied{change, now_ms_});
}

void stand_in_driver::apply_all() {
  while (proposed() || applied_.joint())
    if (applied_.joint())
      leave();
    else
      apply();
}

void stand_in_driver::refuse(errc why) {
  ASSERT_TRUE(proposed());
  proposed_.reset();
  feed(change_proposed{make_error(why)});
}

void stand_in_driver::live_on(std::uint64_t seconds, sight what) {
  apply_all();
  for (std::uint64_t i = 0; i < seconds; ++i) {
    hear(1, what);
    tick();
    apply_all();
  }
}

std::optional<reconfigure_reply> stand_in_driver::answer_to(request_token token) const {
  std::optional<reconfigure_reply> found;
  for (const auto& answer : answered_)
    if (answer.token == token) {
      EXPECT_FALSE(found) << "answered twice";
      found = answer.reply;
    }
  return found;
}

void stand_in_driver::feed(const controller_input& input) {
  std::vector<controller_output> out;
  leader_->handle(input, out);
  for (auto& said : out) {
    if (auto* change = std::get_if<propose_change>(&said)) {
      EXPECT_EQ(proposed_, nullptr) << "a second change while one is in flight";
      EXPECT_FALSE(applied_.joint()) << "a change while a joint one isn't left";
      proposed_ = change->change;
    } else if (auto* to = std::get_if<hand_over>(&said)) {
      hand_overs_.push_back(to->to);
    } else if (auto* answer = std::get_if<intent_answered>(&said)) {
      answered_.push_back(*answer);
    } else if (auto* told = std::get_if<question_answered>(&said)) {
      told_.push_back(*told);
    } else if (auto* reply = std::get_if<registration_answered>(&said)) {
      const bool waits = reply->reply.refusal.code == errc::transition_in_flight;
      (waits ? told_to_wait_ : registered_).push_back(*reply);
    } else {
      refusals_.push_back(std::get<refused>(said));
    }
  }
}

} // namespace quorate::membership::situations
