// The checker of answers notices answers that are wrong.
#include "tests/sim/question_checks.hpp"

#include "tests/membership/situations.hpp"
#include "tests/sim/violation.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <variant>

namespace quorate::sim {
namespace {

using namespace membership;
using namespace membership::situations;

/// Leads three members and a spare, and has heard of all of them. Node 5 waits to be admitted.
controller leading() {
  const auto config = written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({5}).config();
  controller leader{controller_settings{}};
  std::vector<controller_output> out;
  leader.handle(leadership_gained{quorate::term{1}, node_id{1},
                                  std::make_shared<nodes_table>(config.table()), 0},
                out);
  leader.handle(report(config, {}, 1'000), out);
  EXPECT_TRUE(out.empty());
  return leader;
}

ops::question trying(intent want) {
  return ops::dry_run_request{{op_id{1, 1}, {}, std::move(want)}};
}

std::vector<controller_output> answer_of(controller leader, const ops::question& asked) {
  std::vector<controller_output> out;
  leader.handle(question_received{request_token{1}, asked}, out);
  return out;
}

intent_preview& preview_in(std::vector<controller_output>& said) {
  auto& reply = std::get<question_answered>(said.front()).reply;
  return std::get<ops::dry_run_reply>(reply).preview;
}

} // namespace

TEST(question_checks, accept_what_a_controller_says) {
  const auto leader = leading();
  const ops::question all[] = {
    ops::explain_request{node_id{3}},       ops::explain_request{node_id{5}},
    ops::explain_request{node_id{77}},      ops::plan_request{},
    trying(park_intent{node_id{3}, false}), trying(park_intent{node_id{1}, false}),
    trying(activate_intent{node_id{5}}),    trying(set_target_intent{4, false}),
  };
  for (const auto& asked : all)
    EXPECT_NO_THROW(check_answer(leader, asked, answer_of(leader, asked)));
}

TEST(question_checks, find_a_change_that_is_announced_wrongly) {
  const auto leader = leading();
  const auto asked = trying(park_intent{node_id{3}, false});
  auto said = answer_of(leader, asked);
  preview_in(said).change->voters.pop_back();
  EXPECT_THROW(check_answer(leader, asked, said), violation);
}

TEST(question_checks, find_a_change_that_is_said_to_be_so_already) {
  const auto leader = leading();
  const auto asked = trying(park_intent{node_id{3}, false});
  auto said = answer_of(leader, asked);
  preview_in(said) = {};
  EXPECT_THROW(check_answer(leader, asked, said), violation);
}

TEST(question_checks, find_a_refusal_that_the_intent_does_not_get) {
  const auto leader = leading();
  const auto asked = trying(park_intent{node_id{3}, false});
  auto said = answer_of(leader, asked);
  std::get<question_answered>(said.front()).reply = ops::dry_run_reply{
    make_error(errc::last_member), {}};
  EXPECT_THROW(check_answer(leader, asked, said), violation);
}

TEST(question_checks, find_a_node_that_is_not_explained) {
  const auto leader = leading();
  const ops::question asked = ops::explain_request{node_id{5}};
  auto said = answer_of(leader, asked);
  std::get<question_answered>(said.front()).reply = ops::explain_reply{
    make_error(errc::unknown_node), {}};
  EXPECT_THROW(check_answer(leader, asked, said), violation);
}

TEST(question_checks, find_that_the_policy_does_what_was_not_planned) {
  auto leader = leading();
  const auto config = leader.config();
  std::vector<controller_output> out;
  for (std::uint64_t now_ms = 2'000; now_ms <= 400'000; now_ms += 1'000) {
    sight dead;
    dead.dead = {3};
    leader.handle(report(config, dead, now_ms), out);
  }
  const ops::question asked = ops::plan_request{};
  auto said = answer_of(leader, asked);
  auto& plan = std::get<ops::plan_reply>(std::get<question_answered>(said.front()).reply).plan;
  ASSERT_TRUE(plan.next) << plan.summary;
  EXPECT_NO_THROW(check_answer(leader, asked, said));
  plan.next.reset();
  EXPECT_THROW(check_answer(leader, asked, said), violation);
}

} // namespace quorate::sim
