#include "tests/sim/operators.hpp"

#include "tests/sim/knobs.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::sim {

namespace {

constexpr std::uint64_t attempts_max = 10;
constexpr std::size_t ops_remembered_max = 8;

bool is_about_knobs(const membership::intent& want) {
  return std::holds_alternative<membership::set_policy_intent>(want)
         || std::holds_alternative<membership::pause_intent>(want);
}

} // namespace

void operator_::begin() {
  after(pause_, [this] { next(); });
}

void operator_::next() {
  if (stopped_)
    return;
  const auto& nodes = world_.log().state().nodes();
  if (knobs_.chance(20))
    return want(draw_knob(knobs_, nodes), knobs_);
  if (knobs_.chance(15))
    return ask(draw_question_of_the_past(knobs_, asked_, nodes));
  if (handovers_.chance(10))
    return move_leadership();
  if (draw_.chance(20))
    return ask_question();
  auto what = draw_intent();
  if (!what)
    return done();
  want(std::move(*what), draw_);
}

void operator_::want(membership::intent what, base::random& draw) {
  request_.op = {draw.next(), draw.next() | 1};
  request_.if_version = draw.chance(10) ? world_.log().state().nodes().version() : config_version{};
  request_.want = std::move(what);
  asked_.push_back(request_.op);
  if (asked_.size() > ops_remembered_max)
    asked_.erase(asked_.begin());
  attempts_ = 0;
  maybe_done_ = false;
  allow(request_.want);
  ask_another();
  attempt_intent();
}

void operator_::done() {
  after(pause_, [this] { next(); });
}

// -- what they want -------------------------------------------------------------------------------------------------

node_id operator_::draw_node(bool members_only) {
  std::vector<node_id> ids;
  for (const auto& [id, row] : world_.log().state().nodes().rows())
    if (!members_only || row.state == node_state::member)
      ids.push_back(id);
  return ids.empty() ? node_id{} : ids[draw_.below(ids.size())];
}

/// Whether enough nodes want to be members for one to go. Else nothing would be left to watch.
bool operator_::may_lose_one() const {
  const auto& rows = world_.log().state().nodes().rows();
  return std::count_if(rows.begin(), rows.end(),
                       [](const auto& x) { return x.second.state != node_state::standby; })
         > 2;
}

std::optional<membership::intent> operator_::draw_intent() {
  const auto& nodes = world_.log().state().nodes();
  const auto id = draw_node(draw_.chance(50));
  if (!id)
    return std::nullopt;
  // Sometimes what has to be refused is asked for all the same.
  const bool loses = may_lose_one() || draw_.chance(15);
  const auto kind = draw_.below(100);
  if (kind < 25 && loses)
    return membership::park_intent{id, draw_.chance(20)};
  if (kind < 45) {
    for (const auto& [parked, row] : nodes.rows())
      if (row.state == node_state::standby && draw_.chance(50))
        return membership::activate_intent{parked};
    return membership::activate_intent{id};
  }
  if (kind < 52 && loses)
    return membership::remove_intent{id, draw_.chance(20)};
  if (kind < 72) {
    const auto fate = static_cast<membership::replaced_fate>(draw_.chance(90) ? draw_.between(1, 2)
                                                                              : 3);
    const auto in = nodes.learners().empty() ? draw_node(false) : *nodes.learners().begin();
    return membership::replace_intent{draw_node(true), in, fate};
  }
  if (kind < 92) {
    membership::reconfigure_intent want;
    want.force = draw_.chance(50);
    for (const auto& list : {nodes.members(), nodes.learners()})
      for (auto one : list)
        if (draw_.chance(70))
          want.members.push_back(one);
    return want.members.empty() ? std::nullopt : std::optional<membership::intent>{want};
  }
  constexpr std::uint32_t targets[] = {1, 3, 3, 5};
  return membership::set_target_intent{targets[draw_.below(4)], false};
}

/// The checkers are told before it can happen.
void operator_::allow(const membership::intent& want) {
  auto& checks = world_.log().membership();
  if (const auto* x = std::get_if<membership::park_intent>(&want))
    checks.may_be_parked(x->node);
  if (const auto* x = std::get_if<membership::activate_intent>(&want))
    checks.may_be_activated(x->node);
  if (const auto* x = std::get_if<membership::remove_intent>(&want))
    checks.may_be_removed(x->node);
  if (const auto* x = std::get_if<membership::replace_intent>(&want)) {
    if (x->fate == membership::replaced_fate::standby)
      checks.may_be_parked(x->old_member);
    if (x->fate == membership::replaced_fate::removed)
      checks.may_be_removed(x->old_member);
  }
}

// -- asking ---------------------------------------------------------------------------------------------------------

void operator_::attempt_intent() {
  if (++attempts_ == 2)
    world_.situations().hit(situation::intent_retried);
  attempt(
    request_, seconds(2),
    [this](const driver::reply_body& said) {
      answered(std::get<membership::reconfigure_reply>(said));
    },
    [this] {
      maybe_done_ = true;
      ask_another();
      if (attempts_ >= attempts_max)
        return done();
      attempt_intent();
    });
}

void operator_::answered(const membership::reconfigure_reply& reply) {
  const auto code = reply.refusal.code;
  auto& checks = world_.log().membership();
  if (code == errc::none) {
    if (reply.changed)
      require(checks.times(request_.op) == 1, "a change that was answered is committed", "version",
              reply.version.value);
    require(!request_.if_version || checks.times(request_.op) == 0
              || checks.base_of(request_.op) == request_.if_version,
            "an intent for one version changes that version", "version", reply.version.value);
    if (!reply.changed && checks.times(request_.op) == 1)
      world_.situations().hit(situation::intent_answered_already);
    require(reply.version <= world_.log().state().nodes().version(),
            "an answer names a committed version", reply.version.value);
    return done();
  }
  require(code != errc::controller_paused, "a pause holds up nobody but the policy",
          to_string(reply.refusal));
  if (is_about_knobs(request_.want)
      && (code == errc::policy_out_of_range || code == errc::lease_fixed
          || code == errc::pause_out_of_range))
    world_.situations().hit(situation::knob_refused);
  maybe_done_ |= !is_definite(code);
  const bool elsewhere = code == errc::not_leader || code == errc::no_leader
                         || code == errc::unprovisioned || code == errc::outcome_unknown
                         || code == errc::transfer_in_progress || code == errc::no_successor
                         || code == errc::node_removed || code == errc::overloaded;
  if (elsewhere && attempts_ < attempts_max) {
    follow(reply.refusal);
    return after(ms(80), [this] { attempt_intent(); });
  }
  if (!maybe_done_)
    checks.forbid(request_.op);
  done();
}

// -- asking without wanting anything --------------------------------------------------------------------------------

void operator_::ask_question() {
  const auto kind = draw_.below(3);
  auto want = kind == 2 ? draw_intent() : std::nullopt;
  if (want) {
    ops::dry_run_request asked;
    asked.what.op = {draw_.next(), draw_.next() | 1};
    asked.what.want = std::move(*want);
    // Sometimes a knob instead: about those, too, a dry run and the intent have to agree.
    if (knobs_.chance(20))
      asked.what.want = draw_knob(knobs_, world_.log().state().nodes());
    world_.log().membership().forbid(asked.what.op); // It never happens.
    ask(std::move(asked));
  } else if (kind == 1) {
    ask(ops::plan_request{});
  } else {
    ask(ops::explain_request{draw_node(false)});
  }
}

void operator_::ask(ops::question what) {
  question_ = std::move(what);
  attempt(
    question_, seconds(2),
    [this](const driver::reply_body& said) { told(std::get<ops::question_reply>(said)); },
    [this] {
      ask_another();
      done();
    });
}

void operator_::told(const ops::question_reply& reply) {
  require(reply.index() == question_.index(), "a question has an answer of its kind");
  const auto& refusal = std::visit([](const auto& x) -> const error& { return x.refusal; }, reply);
  const auto newest = world_.log().state().nodes().version();
  require(refusal.code != errc::outcome_unknown && to_string(refusal.code) != "unknown",
          "a question is answered, or refused by name", to_string(refusal));
  if (refusal.code == errc::not_leader || refusal.code == errc::no_leader
      || refusal.code == errc::unprovisioned || refusal.code == errc::node_halted) {
    follow(refusal);
    world_.situations().hit(situation::question_turned_down);
  } else if (const auto* explained = std::get_if<ops::explain_reply>(&reply)) {
    const auto& asked = std::get<ops::explain_request>(question_);
    require(refusal.code == errc::unknown_node
              || (explained->about.node == asked.node && !explained->about.summary.empty()),
            "an explanation is about the node that was asked for", asked.node.value);
    world_.situations().hit(situation::explained);
  } else if (const auto* planned = std::get_if<ops::plan_reply>(&reply)) {
    require(planned->plan.version <= newest, "a plan is about a committed config",
            planned->plan.version.value);
    world_.situations().hit(situation::planned);
  } else if (const auto* tried = std::get_if<ops::dry_run_reply>(&reply)) {
    require(tried->preview.version <= newest, "a dry run is about a committed config",
            tried->preview.version.value);
    const bool refused = refusal.code != errc::none;
    world_.situations().hit(refused ? situation::dry_run_refused : situation::dry_run);
  } else {
    told_of_the_past(reply);
  }
  done();
}

/// What was said of committed changes is true, whoever said it; what wasn't, may be news.
void operator_::told_of_the_past(const ops::question_reply& reply) {
  auto& seen = world_.situations();
  const auto& checks = world_.log().membership();
  if (const auto* told = std::get_if<ops::op_reply>(&reply)) {
    const auto& x = told->report;
    if (x.state == op_state::done)
      require(checks.times(x.op) == 1 && x.version.value == checks.base_of(x.op).value + 1,
              "an op that is done is committed, at its version", x.version.value);
    if (x.state == op_state::refused)
      require(x.code != errc::none && !x.sentence.empty(), "a refusal has a code and a sentence",
              to_string(x.event));
    seen.hit(x.state == op_state::refused   ? situation::op_refused
             : x.state == op_state::unknown ? situation::op_unknown
                                            : situation::op_known);
  } else if (std::holds_alternative<ops::history_reply>(reply)) {
    seen.hit(situation::history_told);
  } else {
    seen.hit(situation::refusals_told);
  }
}

// -- who leads ------------------------------------------------------------------------------------

void operator_::move_leadership() {
  std::vector<node_id> rows;
  for (const auto& [id, row] : world_.log().state().nodes().rows())
    rows.push_back(id);
  const auto leader = world_.leader();
  if (rows.empty() || !leader)
    return done();
  transfer_.from = world_.at(*leader).node->identity().id;
  transfer_.to = handovers_.chance(50) ? rows[handovers_.below(rows.size())] : node_id{};
  transfer_.dry_run = handovers_.chance(15);
  attempt_handover();
}

void operator_::attempt_handover() {
  attempt(
    transfer_, seconds(2),
    [this](const driver::reply_body& said) { moved(std::get<ops::transfer_reply>(said)); },
    [this] {
      ask_another();
      done();
    });
}

void operator_::moved(const ops::transfer_reply& reply) {
  const auto code = reply.refusal.code;
  if (code == errc::none) {
    require(static_cast<bool>(reply.leader), "whoever moves leadership hears who has it");
    require(!transfer_.to || reply.leader == transfer_.to, "leadership goes to whom it is to go",
            reply.leader.value);
    require(transfer_.to || reply.leader != transfer_.from, "leadership moves", reply.leader.value);
    world_.situations().hit(situation::leadership_moved);
    return done();
  }
  require(!reply.leader, "a refusal names no leader", to_string(reply.refusal));
  require(code != errc::outcome_unknown, "whoever asks for a handover hears of its end",
          to_string(reply.refusal));
  if (code == errc::no_successor)
    world_.situations().hit(situation::leadership_not_moved);
  follow(reply.refusal);
  // The leader that gave it up shows the way to the new one, who says that it is so.
  if (code == errc::not_leader && handovers_.chance(80))
    return after(ms(40), [this] { attempt_handover(); });
  done();
}

// -- founding -------------------------------------------------------------------------------------------------------

void founder::begin(std::size_t node) {
  membership::provision_request what;
  what.cluster_name = "sim";
  what.policy = policy_;
  world_.time().after(world_.net().latency(draw_), [this, node, what] {
    // Asked anew after it was answered, it has to say "already so".
    world_.ask(node, what, [this, again = founded_](const driver::reply_body& said) {
      answered(std::get<ops::provision_reply>(said), again);
    });
  });
  if (!founded_)
    after(ms(300), [this, node] { begin(node); });
}

void founder::answered(const ops::provision_reply& reply, bool again) {
  if (reply.refusal.code == errc::storage_failed || reply.refusal.code == errc::outcome_unknown)
    return; // It is asked again, once its disk is well.
  require(reply.refusal.code == errc::none, "the first node founds the cluster",
          to_string(reply.refusal));
  require(!founded_ || reply.cluster == cluster_, "a cluster is founded once");
  require(!again || !reply.changed, "a second provisioning changes nothing");
  if (again)
    world_.situations().hit(situation::provisioned_twice);
  founded_ = true;
  cluster_ = reply.cluster;
}

} // namespace quorate::sim
