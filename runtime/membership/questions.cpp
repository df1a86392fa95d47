// What the controller answers those who only ask.
#include "runtime/membership/controller.hpp"
#include "runtime/membership/explain.hpp"

#include <utility>
#include <variant>

namespace quorate::membership {

void controller::on(const question_received& x, outputs& out) {
  auto reply = active_ ? std::visit([this](const auto& what) { return answer_to(what); }, x.what)
                       : turn_down(x.what, make_error(errc::not_leader));
  out.push_back(question_answered{x.token, std::move(reply)});
}

/// What comes before anything new; empty: nothing.
std::string controller::under_way() const {
  if (in_flight_)
    return std::string{to_string(in_flight_->change.op.event)} + " is in flight, to version "
           + std::to_string(in_flight_->change.version().value);
  if (hand_over_until_ms_)
    return "leadership is being handed over";
  return {};
}

ops::question_reply controller::answer_to(const ops::explain_request& what) const {
  auto told = explain(config_, seen_, what.node, under_way());
  if (!told)
    return ops::explain_reply{told.error(), {}};
  return ops::explain_reply{{}, std::move(told).value()};
}

/// Why the intent at this place of the queue isn't proposed.
std::string controller::waits_for(std::size_t place) const {
  if (place != 0)
    return "the intents before it";
  if (auto first = under_way(); !first.empty())
    return first;
  if (config_.joint())
    return "a joint change is left first";
  if (judge_intent(config_, seen_, intents_[place].request).held)
    return ignorance_text(config_, seen_);
  return "the next tick";
}

ops::question_reply controller::answer_to(const ops::plan_request&) const {
  auto plan = next_steps(config_, seen_);
  if (in_flight_)
    plan.in_flight = preview(config_, in_flight_->change, {});
  plan.registrations_waiting = registrations_.size();
  for (std::size_t i = 0; i < intents_.size(); ++i)
    plan.intents.push_back(
      {event_of(intents_[i].request.want), intents_[i].request.op, waits_for(i)});
  if (auto first = under_way(); !first.empty())
    plan.summary = std::move(first) + "; then: " + plan.summary;
  return ops::plan_reply{{}, std::move(plan)};
}

ops::question_reply controller::answer_to(const ops::dry_run_request& what) const {
  auto told = dry_run(config_, seen_, what.what);
  if (!told)
    return ops::dry_run_reply{told.error(), {}};
  auto preview = std::move(told).value();
  auto first = under_way();
  if (first.empty() && !intents_.empty())
    first = "the intents before it";
  // Judged by the config as it is, but it may be another one when its turn comes.
  if (!first.empty())
    preview.waits_for = preview.waits_for.empty()
                          ? std::move(first)
                          : std::move(first) + "; then: " + preview.waits_for;
  return ops::dry_run_reply{{}, std::move(preview)};
}

/// What is under way comes first: a joint change is in the history before it is left.
ops::question_reply controller::answer_to(const ops::op_request& what) const {
  op_report out;
  out.op = what.op;
  if (!what.op)
    return ops::op_reply{make_error(errc::invalid_argument, "an op id isn't zero."), {}};
  const auto pend = [&out](lifecycle_event event, std::string waits_for) {
    out.state = op_state::pending;
    out.event = event;
    out.sentence = std::move(waits_for);
  };
  if (in_flight_ && in_flight_->change.op.op == what.op) {
    pend(in_flight_->change.op.event, under_way());
    return ops::op_reply{{}, std::move(out)};
  }
  if (const auto* done = config_.find_op(what.op)) {
    out.state = op_state::done;
    out.event = done->event;
    out.version = done->version;
    out.log_time_ms = done->log_time_ms;
    out.sentence = done->why;
    return ops::op_reply{{}, std::move(out)};
  }
  for (std::size_t i = 0; i < intents_.size(); ++i)
    if (intents_[i].request.op == what.op) {
      pend(event_of(intents_[i].request.want), waits_for(i));
      return ops::op_reply{{}, std::move(out)};
    }
  if (const auto* refused = refusals_.find(what.op)) {
    out.state = op_state::refused;
    out.event = refused->event;
    out.log_time_ms = refused->log_time_ms;
    out.code = refused->code;
    out.sentence = refused->sentence;
  }
  return ops::op_reply{{}, std::move(out)};
}

ops::question_reply controller::answer_to(const ops::history_request& what) const {
  return ops::history_reply{{}, select(config_, what.wanted)};
}

ops::question_reply controller::answer_to(const ops::refusals_request&) const {
  return ops::refusals_reply{{}, refusals_.log()};
}

} // namespace quorate::membership
