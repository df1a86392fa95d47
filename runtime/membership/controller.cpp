#include "runtime/membership/controller.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/guards.hpp"
#include "runtime/membership/policy.hpp"

#include <algorithm>
#include <utility>

namespace quorate::membership {

namespace {

/// Looking for a node to admit reads all rows, with every tick as long as there is none. So where
/// there are thousands, the policy looks more seldom: every 100 ms with 10,000 nodes.
constexpr std::uint64_t policy_rows_per_ms_max = 100;

/// Whether the same change may be taken a little later. Any other refusal is an answer.
bool passes(errc refusal) {
  return refusal == errc::transition_in_flight || refusal == errc::transfer_in_progress
         || refusal == errc::not_leader || refusal == errc::base_differs
         || refusal == errc::overloaded;
}

} // namespace

controller::controller(controller_settings options) : options_(options) {
  // nop
}

void controller::handle(const controller_input& input, outputs& out) {
  std::visit([&](const auto& x) { on(x, out); }, input);
}

// -- leadership -----------------------------------------------------------------------------------

void controller::on(const leadership_gained& x, outputs& out) {
  QUORATE_CHECK(x.nodes != nullptr && x.self);
  auto loaded = nodes_config::load(*x.nodes);
  QUORATE_CHECK(loaded, "version", x.nodes->version.value);
  config_ = std::move(loaded).value();
  seen_.begin(x.self, x.now_ms, options_.live_window_ms, x.log_time_ms);
  active_ = true;
  term_ = x.leader_term;
  policy_due_ms_ = 0;
  news_.clear();
  in_flight_.reset();
  hand_over_until_ms_.reset();
  hand_over_failed_ = false;
  refusals_ = {};
  advance(out);
}

void controller::on(const leadership_lost& x, outputs& out) {
  active_ = false;
  auto gone = make_error(errc::not_leader);
  gone.leader = x.leader;
  gone.leader_address = x.leader_address;
  if (in_flight_) {
    // It was proposed and may still be committed by the next leader, so this is no failure: a retry
    // with the same op id finds out.
    if (in_flight_->intent) {
      auto unknown = gone;
      if (!base::mutated(base::mutant::lost_intent_called_refused))
        unknown.code = errc::outcome_unknown;
      unknown.message = std::string{sentence(errc::outcome_unknown)};
      answer(*in_flight_->intent, {std::move(unknown), false, {}}, out);
    }
    for (auto& waiting : in_flight_->registrations)
      turn_away(waiting.reply_to, gone, out);
  }
  for (const auto& waiting : intents_)
    answer(waiting.token, {gone, false, {}}, out);
  for (const auto& waiting : registrations_)
    turn_away(waiting.reply_to, gone, out);
  intents_.clear();
  registrations_.clear();
  news_.clear();
  in_flight_.reset();
  hand_over_until_ms_.reset();
  hand_over_failed_ = false;
}

// -- what happens ---------------------------------------------------------------------------------

void controller::on(const delta_applied& x, outputs& out) {
  if (!active_)
    return;
  QUORATE_CHECK(x.change != nullptr);
  const auto moves = config_.moves_of(*x.change);
  auto applied = config_.apply(*x.change);
  QUORATE_CHECK(applied, to_string(applied.error()));
  seen_.advance(x.now_ms);
  seen_.stamp(config_.log_time_ms());
  for (const auto& m : moves) {
    if (m.to == position::removed)
      seen_.forget(m.id);
    else if (m.from == position::unknown)
      seen_.appeared(m.id);
    else if (m.from != m.to)
      seen_.restart(m.id);
  }
  news_fresh_ = !news_.empty();
  // Enter and leave are one transition: it is in flight until it is left.
  if (!config_.joint())
    answer_pending(out);
  advance(out);
}

void controller::on(const change_proposed& x, outputs& out) {
  if (!active_ || !in_flight_ || x.refusal.code == errc::none)
    return;
  auto returned = std::move(*in_flight_);
  in_flight_.reset();
  const auto& op = returned.change.op;
  const auto node = op.named.empty() ? node_id{} : op.named.front();
  refuse({op.event, x.refusal, op.by, op.op, node, {}, 0}, out);
  if (!passes(x.refusal.code)) {
    if (returned.intent)
      answer(*returned.intent, {x.refusal, false, config_.version()}, out);
    for (const auto& waiting : returned.registrations)
      turn_away(waiting.reply_to, x.refusal, out);
    return;
  }
  // Refused before it was in the log: it waits in front of all others, until the next tick.
  if (returned.intent)
    intents_.push_front({*returned.intent, std::move(returned.request)});
  for (auto it = returned.registrations.rbegin(); it != returned.registrations.rend(); ++it)
    registrations_.push_front(std::move(*it));
}

void controller::on(const nodes_seen& x, outputs&) {
  if (active_)
    seen_.add(x);
}

void controller::on(const intent_received& x, outputs& out) {
  if (!active_)
    return answer(x.token, {make_error(errc::not_leader), false, {}}, out);
  if (intents_.size() >= limits::intents_waiting_max)
    return answer(x.token, {make_error(errc::overloaded), false, {}}, out);
  intents_.push_back({x.token, x.request});
  advance(out);
}

void controller::on(const controller_tick& x, outputs& out) {
  if (!active_)
    return;
  seen_.advance(x.now_ms);
  seen_.stamp(x.log_time_ms);
  if (hand_over_until_ms_ && seen_.now_ms() >= *hand_over_until_ms_) {
    hand_over_until_ms_.reset();
    hand_over_failed_ = true;
    if (!intents_.empty())
      refuse(intents_.front().request,
             make_error(errc::no_successor, "nobody took over in time; the change goes on."), out);
  }
  advance(out);
}

// -- one transition at a time ---------------------------------------------------------------------

void controller::advance(outputs& out) {
  // A joint change left behind by another leader is left by the driver; until then nothing else
  // changes.
  while (active_ && !in_flight_ && !hand_over_until_ms_ && !config_.joint())
    if (!try_intent(out) && !try_registrations(out) && !try_news(out) && !try_policy(out))
      return;
}

bool controller::try_intent(outputs& out) {
  if (intents_.empty())
    return false;
  auto verdict = judge_intent(config_, seen_, intents_.front().request);
  if (verdict.held)
    return false;
  if (!verdict.reply && !hand_over_failed_ && hand_over_first(verdict.change, out))
    return true; // Goes on when leadership is lost, or when nobody took it.
  auto waiting = std::move(intents_.front());
  intents_.pop_front();
  hand_over_failed_ = false;
  if (!verdict.reply) {
    std::optional<request_token> asker = waiting.token;
    if (base::mutated(base::mutant::intent_answered_early)) {
      answer(*asker, {{}, true, verdict.change.version()}, out);
      asker.reset();
    }
    propose({std::move(verdict.change), asker, std::move(waiting.request), {}}, out);
    return true;
  }
  if (verdict.reply->refusal.code != errc::none)
    refuse(waiting.request, verdict.reply->refusal, out);
  answer(waiting.token, std::move(*verdict.reply), out);
  return true;
}

bool controller::try_policy(outputs& out) {
  if (seen_.now_ms() < policy_due_ms_)
    return false;
  const auto want = next_transition(config_, seen_);
  if (!want) {
    policy_due_ms_ = seen_.now_ms() + config_.rows().size() / policy_rows_per_ms_max;
    return false;
  }
  auto planned = make_plan(config_, *want, seen_);
  if (!planned) {
    refuse({want->event, planned.error(), want->by, {}, want->subjects.front(), {}, 0}, out);
    return false;
  }
  QUORATE_CHECK(!planned->already, "event", static_cast<int>(want->event));
  propose({std::move(planned->change), {}, {}, {}}, out);
  return true;
}

bool controller::hand_over_first(const delta& change, outputs& out) {
  const auto to = successor(config_, seen_, change);
  if (!to)
    return false; // It stays; or nobody who votes now does, and it takes itself out
                  // (thesis, 4.2.2).
  hand_over_until_ms_ = seen_.now_ms() + options_.hand_over_ms;
  out.push_back(hand_over{to, term_});
  return true;
}

void controller::propose(pending what, outputs& out) {
  QUORATE_CHECK(!in_flight_);
  out.push_back(propose_change{std::make_shared<const delta>(what.change), term_});
  in_flight_ = std::move(what);
}

void controller::answer_pending(outputs& out) {
  if (!in_flight_)
    return;
  const auto done = std::move(*in_flight_);
  in_flight_.reset();
  // Of one leadership only its controller's change and the leave behind it are applied.
  const auto expected = done.change.version().value + (done.change.outgoing.empty() ? 0 : 1);
  QUORATE_CHECK(config_.version().value == expected, "version", config_.version().value, "expected",
                expected);
  if (done.intent)
    answer(*done.intent, {{}, true, config_.version()}, out);
  for (const auto& waiting : done.registrations) {
    const auto* row = config_.find_storage(waiting.request.storage);
    QUORATE_CHECK(row != nullptr, "name", waiting.request.name);
    welcome(waiting.reply_to, *row, out);
  }
}

void controller::answer(request_token token, reconfigure_reply reply, outputs& out) {
  out.push_back(intent_answered{token, std::move(reply)});
}

void controller::refuse(refused what, outputs& out) {
  what.log_time_ms = log_time_ms(config_, seen_);
  refusals_.add(record_of(what));
  out.push_back(std::move(what));
}

void controller::refuse(const reconfigure_request& what, const error& why, outputs& out) {
  const auto want = to_proposal(what, config_, seen_);
  const auto node = want.subjects.empty() ? node_id{} : want.subjects.front();
  refuse({want.event, why, want.by, want.op, node, {}, 0}, out);
}

} // namespace quorate::membership
