// An explanation never disagrees with the decision: what is said before is compared with what the
// controller does then, in every situation of the table and in many others.
#include "runtime/base/random.hpp"
#include "runtime/membership/explain.hpp"
#include "tests/membership/stand_in_driver.hpp"
#include "tests/membership/table_situations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;

const std::vector<situation>& written() {
  static const auto all = all_situations();
  return all;
}

bool has_cluster(const situation& x) {
  return !x.founding && !x.cluster.config().joint();
}

/// The leader of the situation, after it has seen all of that, with nothing under way.
stand_in_driver leader_of(const nodes_config& config, const sight& seen) {
  stand_in_driver driver{config};
  driver.lead(seen.leader);
  driver.apply_all();
  driver.hear(seen.for_ms / 1'000, seen);
  return driver;
}

membership_plan plan_of(stand_in_driver& driver) {
  return std::get<ops::plan_reply>(driver.ask(ops::plan_request{})).plan;
}

explanation explanation_of(stand_in_driver& driver, node_id id) {
  auto reply = std::get<ops::explain_reply>(driver.ask(ops::explain_request{id}));
  EXPECT_EQ(reply.refusal.code, errc::none) << to_string(id);
  return reply.about;
}

bool names(const std::vector<node_id>& ids, node_id id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::vector<node_id> voters_of(const delta& change) {
  std::vector<node_id> out;
  for (const auto& x : change.config.voters)
    out.push_back(x.id);
  return out;
}

void expect_same_change(const change_preview& said, const nodes_config& before,
                        const delta& proposed) {
  EXPECT_EQ(said.event, proposed.op.event);
  EXPECT_EQ(said.version, proposed.version());
  EXPECT_EQ(said.voters, voters_of(proposed));
  EXPECT_EQ(said.joint, !proposed.outgoing.empty());
  auto after = before;
  ASSERT_TRUE(after.apply(proposed));
  // Entered, a joint change has nodes that are leaving; a preview says where they are bound.
  while (after.joint())
    ASSERT_TRUE(after.apply(make_leave(after)));
  for (const auto& m : said.moves) {
    EXPECT_EQ(m.from, to_string(before.position_of(m.node)));
    EXPECT_EQ(m.to, to_string(after.position_of(m.node)));
  }
  for (auto id : differing_rows(before, after))
    EXPECT_TRUE(std::any_of(said.moves.begin(), said.moves.end(),
                            [id](const node_move& m) { return m.node == id; }))
      << to_string(id) << " changes and isn't in the preview";
}

/// What is said of the policy, and what it does with the next tick.
void expect_policy_as_explained(const nodes_config& config, const sight& seen) {
  auto driver = leader_of(config, seen);
  if (driver.proposed())
    return; // Something was proposed when it began to lead, and more since.
  const auto before = driver.config();
  const auto plan = plan_of(driver);
  std::vector<explanation> all;
  for (const auto& [id, row] : before.rows())
    all.push_back(explanation_of(driver, id));
  driver.tick();
  EXPECT_EQ(plan.next.has_value(), driver.proposed()) << plan.summary;
  if (driver.proposed() && plan.next)
    expect_same_change(*plan.next, before, driver.change());
  for (const auto& x : all)
    for (const auto& report : x.next) {
      const bool done = driver.proposed() && driver.change().op.event == report.event
                        && names(driver.change().op.named, x.node);
      EXPECT_EQ(report.possible, done)
        << to_string(x.node) << ": " << x.summary << " plan: " << plan.summary;
      EXPECT_TRUE(report.possible || !failing_text(report).empty()) << x.summary;
    }
}

std::vector<intent> intents_for(const nodes_config& config) {
  std::vector<intent> all{set_target_intent{5, false}, set_target_intent{4, false},
                          set_target_intent{config.policy().target_members, false}};
  const auto some_learner = config.learners().empty() ? node_id{} : *config.learners().begin();
  auto members = std::vector<node_id>(config.members().begin(), config.members().end());
  for (const auto& [id, row] : config.rows()) {
    all.push_back(park_intent{id, false});
    all.push_back(park_intent{id, true});
    all.push_back(activate_intent{id});
    all.push_back(remove_intent{id, false});
    all.push_back(replace_intent{id, some_learner, replaced_fate::standby});
    all.push_back(replace_intent{id, some_learner, replaced_fate::removed});
    auto others = members;
    others.erase(std::remove(others.begin(), others.end(), id), others.end());
    all.push_back(reconfigure_intent{others, false});
    all.push_back(reconfigure_intent{others, true});
    if (some_learner)
      others.push_back(some_learner);
    all.push_back(reconfigure_intent{others, false});
  }
  all.push_back(activate_intent{node_id{77}});
  return all;
}

/// What is said of an intent, and what becomes of it.
void expect_intent_as_tried(const nodes_config& config, const sight& seen, const intent& want) {
  auto driver = leader_of(config, seen);
  if (driver.proposed())
    return;
  const auto before = driver.config();
  const auto said = std::get<ops::dry_run_reply>(
    driver.ask(ops::dry_run_request{{op_id{1, 1}, {}, want}}));
  EXPECT_EQ(driver.config().current_digest(), before.current_digest());
  EXPECT_FALSE(driver.proposed());
  EXPECT_TRUE(driver.hand_overs().empty());
  const auto token = driver.ask(want, op_id{1, 1});
  const auto reply = driver.answer_to(token);
  if (said.refusal.code != errc::none) {
    ASSERT_TRUE(reply) << to_string(said.refusal);
    EXPECT_EQ(to_string(reply->refusal), to_string(said.refusal));
    return;
  }
  if (!said.preview.changes) {
    if (!said.preview.waits_for.empty()) { // A new leader can't judge it yet.
      EXPECT_FALSE(reply);
      EXPECT_TRUE(!driver.proposed() || driver.change().op.by == initiator::policy);
      return;
    }
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->refusal.code, errc::none) << to_string(reply->refusal);
    EXPECT_FALSE(reply->changed);
    EXPECT_EQ(reply->version, said.preview.version);
    return;
  }
  ASSERT_TRUE(said.preview.change);
  const auto hands_over_to = said.preview.change->hands_over_to;
  EXPECT_EQ(driver.hand_overs(),
            hands_over_to ? std::vector<node_id>{hands_over_to} : std::vector<node_id>{});
  if (hands_over_to)
    driver.tick(controller_settings{}.hand_over_ms); // Nobody takes over.
  ASSERT_TRUE(driver.proposed());
  expect_same_change(*said.preview.change, before, driver.change());
}

/// A cluster and what its leader sees, at random.
struct drawn {
  written_cluster cluster;
  sight seen;
};

drawn draw(base::random& dice) {
  drawn x;
  const auto members = static_cast<std::uint32_t>(dice.between(1, 6));
  const auto others = static_cast<std::uint32_t>(dice.between(0, 5));
  for (std::uint32_t id = 1; id <= members + others; ++id) {
    const auto place = id <= members ? 0U : static_cast<std::uint32_t>(dice.between(1, 3));
    if (place == 0)
      x.cluster.members({id});
    else if (place == 1)
      x.cluster.learners({id});
    else if (place == 2)
      x.cluster.outsiders({id});
    else
      x.cluster.parked({id});
    if (place <= 1 && dice.chance(10))
      x.cluster.row(id).lost = place == 0;
    if (id != 1 && dice.chance(25))
      x.seen.dead.insert(id);
    if (dice.chance(30))
      x.seen.behind.insert(id);
    if (dice.chance(15))
      x.seen.outdated.insert(id);
  }
  x.cluster.row(1).lost = false;
  x.cluster.target(static_cast<std::uint32_t>(dice.between(0, 2)) * 2 + 1,
                   static_cast<std::uint32_t>(dice.between(0, 2)));
  constexpr std::uint64_t times_ms[] = {1'000, 4'000, 9'000, 20'000, 40'000, 310'000};
  x.seen.for_ms = times_ms[dice.below(6)];
  if (dice.chance(20))
    x.cluster.policy().replace_after_ms = 2'000;
  if (dice.chance(20))
    x.cluster.policy().leader_settle_ms = 0;
  if (dice.chance(10))
    x.cluster.evicted_one();
  return x;
}

} // namespace

TEST(explain, has_the_verdict_of_the_table_in_every_situation) {
  const situation_set all{written()};
  all.for_each([](const situation& x, const guard_context& context) {
    const auto report = report_moves(context);
    EXPECT_EQ(report.refusal, x.expected) << name_of(x) << ": " << failing_text(report);
    EXPECT_EQ(report.possible, x.expected == errc::none) << name_of(x);
    for (const auto& g : report.guards) {
      EXPECT_FALSE(g.value.empty()) << name_of(x) << ": " << g.guard;
      // No members are no quorum, either: there two guards have to fail.
      EXPECT_TRUE(g.holds || g.refusal == x.expected || x.expected == errc::last_member)
        << name_of(x) << " fails by " << g.guard << ", too: " << g.value;
    }
  });
}

TEST(explain, says_of_every_guard_that_it_fails_without_which_the_change_would_be_legal) {
  const situation_set all{written()};
  all.for_each([](const situation& x, const guard_context& context) {
    if (x.expected == errc::none)
      return;
    const auto report = report_moves(context);
    EXPECT_TRUE(std::any_of(report.guards.begin(), report.guards.end(),
                            [&x](const auto& g) { return !g.holds && g.refusal == x.expected; }))
      << name_of(x);
  });
}

TEST(explain, agrees_with_what_the_policy_does_then_in_every_situation) {
  for (const auto& x : written())
    if (has_cluster(x)) {
      SCOPED_TRACE(name_of(x));
      expect_policy_as_explained(x.cluster.config(), x.seen);
    }
}

TEST(explain, agrees_with_what_the_policy_does_then_in_drawn_situations) {
  base::random dice{7};
  for (auto i = 0; i < 1'000; ++i) {
    SCOPED_TRACE("drawn " + std::to_string(i));
    const auto x = draw(dice);
    expect_policy_as_explained(x.cluster.config(), x.seen);
  }
}

TEST(dry_run, says_what_the_controller_does_then_in_every_situation) {
  for (const auto& x : written()) {
    if (!has_cluster(x) || x.op.by != initiator::operator_)
      continue;
    SCOPED_TRACE(name_of(x));
    auto seen = x.seen;
    seen.for_ms = std::min<std::uint64_t>(seen.for_ms, 20'000);
    const auto config = x.cluster.config();
    for (const auto& want : intents_for(config))
      expect_intent_as_tried(config, seen, want);
  }
}

TEST(dry_run, says_what_the_controller_does_then_in_drawn_situations) {
  base::random dice{8};
  for (auto i = 0; i < 100; ++i) {
    SCOPED_TRACE("drawn " + std::to_string(i));
    auto x = draw(dice);
    x.seen.for_ms = std::min<std::uint64_t>(x.seen.for_ms, 20'000);
    const auto config = x.cluster.config();
    for (const auto& want : intents_for(config))
      expect_intent_as_tried(config, x.seen, want);
  }
}

} // namespace quorate::membership
