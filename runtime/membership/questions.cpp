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

ops::question_reply controller::answer_to(const ops::plan_request&) const {
  auto plan = next_steps(config_, seen_);
  if (in_flight_)
    plan.in_flight = preview(config_, in_flight_->change, {});
  plan.registrations_waiting = registrations_.size();
  for (const auto& waiting : intents_) {
    std::string waits_for = under_way();
    if (!plan.intents.empty())
      waits_for = "the intents before it";
    else if (waits_for.empty() && config_.joint())
      waits_for = "a joint change is left first";
    else if (waits_for.empty() && judge_intent(config_, seen_, waiting.request).held)
      waits_for = ignorance_text(config_, seen_);
    else if (waits_for.empty())
      waits_for = "the next tick";
    plan.intents.push_back(
      {event_of(waiting.request.want), waiting.request.op, std::move(waits_for)});
  }
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

} // namespace quorate::membership
