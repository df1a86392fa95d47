#include "tests/sim/question_checks.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace quorate::sim {

namespace {

using membership::controller;
using outputs = std::vector<membership::controller_output>;

constexpr membership::request_token asker{~std::uint64_t{0}};

/// What becomes of an intent at once.
struct outcome {
  const membership::reconfigure_reply* reply = nullptr;
  const membership::delta* change = nullptr;
  node_id hands_over_to{};
};

outcome outcome_of(const outputs& out, op_id op) {
  outcome found;
  for (const auto& said : out) {
    if (const auto* x = std::get_if<membership::intent_answered>(&said); x && x->token == asker)
      found.reply = &x->reply;
    if (const auto* x = std::get_if<membership::propose_change>(&said); x && x->change->op.op == op)
      found.change = x->change.get();
    if (const auto* x = std::get_if<membership::hand_over>(&said))
      found.hands_over_to = x->to;
  }
  return found;
}

membership_plan plan_of(controller twin) {
  outputs out;
  twin.handle(membership::question_received{asker, ops::plan_request{}}, out);
  const auto& said = std::get<membership::question_answered>(out.front());
  return std::get<ops::plan_reply>(said.reply).plan;
}

/// Nothing comes before whatever is asked for now.
bool idle(const controller& twin) {
  const auto plan = plan_of(twin);
  return !plan.in_flight && plan.intents.empty() && !twin.config().joint();
}

void check_change(const change_preview& said, const membership::delta& done) {
  std::vector<node_id> voters;
  for (const auto& x : done.config.voters)
    voters.push_back(x.id);
  std::sort(voters.begin(), voters.end());
  require(said.event == done.op.event && said.by == done.op.by && said.version == done.version()
            && said.voters == voters && said.joint == !done.outgoing.empty(),
          "what is announced is what is proposed then", to_string(said.event), "version",
          said.version.value, "proposed", to_string(done.op.event), "version",
          done.version().value);
}

struct check_visitor {
  const controller& twin;
  const ops::question_reply& reply;

  void operator()(const ops::explain_request& asked) const {
    const auto& said = std::get<ops::explain_reply>(reply);
    if (said.refusal.code != errc::none)
      return require(said.refusal.code == errc::unknown_node
                       && twin.config().find(asked.node) == nullptr,
                     "every node that has a row is explained", asked.node.value);
    const auto plan = plan_of(twin);
    for (const auto& next : said.about.next)
      require(!next.possible || (plan.next && plan.next->event == next.event),
              "an explanation and the plan agree on what comes next", asked.node.value,
              to_string(next.event));
  }

  void operator()(const ops::plan_request&) const {
    const auto& said = std::get<ops::plan_reply>(reply);
    require(said.refusal.code == errc::none, "a leader always has a plan",
            to_string(said.refusal.code));
    auto then = twin;
    outputs out;
    then.handle(membership::controller_tick{twin.seen().now_ms(), 0}, out);
    for (const auto& x : out) {
      const auto* proposed = std::get_if<membership::propose_change>(&x);
      if (proposed == nullptr || proposed->change->op.by != initiator::policy)
        continue;
      require(said.plan.next.has_value(), "what the policy does is planned",
              to_string(proposed->change->op.event));
      check_change(*said.plan.next, *proposed->change);
    }
  }

  void operator()(const ops::dry_run_request& asked) const {
    const auto& said = std::get<ops::dry_run_reply>(reply);
    auto then = twin;
    outputs out;
    then.handle(membership::intent_received{asker, asked.what}, out);
    const auto done = outcome_of(out, asked.what.op);
    if (done.reply != nullptr && done.reply->refusal.code == errc::overloaded)
      return; // Its queue is full.
    const auto refusal = done.reply != nullptr ? done.reply->refusal.code : errc::none;
    if (done.reply != nullptr)
      require(said.refusal.code == refusal, "a dry run is refused as the intent is",
              to_string(said.refusal.code), "and then", to_string(refusal));
    if (!idle(twin))
      return; // Something comes first, and then it may be judged otherwise.
    if (said.refusal.code != errc::none)
      return require(done.reply != nullptr, "what a dry run refuses is refused",
                     to_string(said.refusal.code));
    const auto& preview = said.preview;
    if (!preview.changes)
      return require(preview.waits_for.empty() == (done.reply != nullptr) && done.change == nullptr,
                     "what a dry run says is so already, is", preview.waits_for);
    require(preview.change->hands_over_to == done.hands_over_to
              && (done.change != nullptr) == !done.hands_over_to,
            "what a dry run says would be done, is", to_string(preview.change->event));
    if (done.change != nullptr)
      check_change(*preview.change, *done.change);
  }

  void operator()(const ops::op_request& asked) const {
    const auto& said = std::get<ops::op_reply>(reply).report;
    const auto plan = plan_of(twin);
    const bool waits = std::any_of(plan.intents.begin(), plan.intents.end(),
                                   [&](const auto& x) { return x.op == asked.op; });
    const auto* known = twin.config().find_op(asked.op);
    if (said.state == op_state::done)
      return require(known != nullptr && known->version == said.version
                       && known->event == said.event,
                     "an op that is called done is in the history", said.version.value);
    if (said.state == op_state::pending)
      return require(waits || twin.in_flight(), "an op that is called pending is under way",
                     said.sentence);
    require(known == nullptr && !waits, "an op that is under way or done is known",
            to_string(said.state));
  }

  void operator()(const ops::history_request& asked) const {
    const auto& said = std::get<ops::history_reply>(reply).transitions;
    config_version last{};
    for (const auto& x : said) {
      require(x.version > last && x.version <= twin.config().version(),
              "a history is in order, and of what is applied", x.version.value);
      require(!asked.wanted.node
                || std::count(x.nodes.begin(), x.nodes.end(), asked.wanted.node) != 0,
              "a history is of the node that was asked for", asked.wanted.node.value);
      last = x.version;
    }
    require(said.size() <= asked.wanted.count_max, "a history is as long as was asked at most",
            said.size());
  }

  void operator()(const ops::refusals_request&) const {
    const auto& said = std::get<ops::refusals_reply>(reply).refusals;
    std::uint64_t kept = 0;
    for (const auto& x : said.records)
      kept += x.times;
    require(said.records.size() <= 256 && kept <= said.total
              && (kept == said.total || said.records.size() == 256),
            "refusals are counted, and the newest are kept", kept, "of", said.total);
  }
};

} // namespace

void check_answer(const controller& twin, const ops::question& asked, const outputs& said) {
  require(said.size() == 1 && std::holds_alternative<membership::question_answered>(said.front()),
          "a question is answered at once, and causes nothing else", said.size());
  const auto& reply = std::get<membership::question_answered>(said.front()).reply;
  require(reply.index() == asked.index(), "a question has an answer of its kind");
  if (twin.active())
    std::visit(check_visitor{twin, reply}, asked);
}

} // namespace quorate::sim
