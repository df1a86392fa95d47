// The public membership client: intents in, the controller's answers out.
#include "quorate/membership_client.hpp"

#include "actors/facade.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace quorate {

namespace {

/// Submits one call; the future gets what `convert` makes of its answer.
template <class T, class Convert>
std::future<result<T>> ask(actors::line& line, client_side::call what, Convert convert) {
  actors::answer_promise<T> promise;
  auto future = promise.future();
  line.submit(std::move(what), [promise = std::move(promise), convert](client_side::answer x) {
    if (auto* failed = std::get_if<error>(&x))
      promise(std::move(*failed));
    else
      promise(convert(std::move(x)));
  });
  return future;
}

result<membership_change> to_change(client_side::answer from) {
  auto* reply = std::get_if<membership::reconfigure_reply>(&from);
  if (reply == nullptr)
    return unexpected_answer();
  if (reply->refusal.code != errc::none)
    return std::move(reply->refusal);
  return membership_change{reply->changed, reply->version};
}

result<nodes_view> to_view(client_side::answer from) {
  auto* reply = std::get_if<ops::nodes_reply>(&from);
  if (reply == nullptr)
    return unexpected_answer();
  if (reply->refusal.code != errc::none)
    return std::move(reply->refusal);
  return std::move(reply->nodes);
}

result<leadership_change> move_leadership(membership_client::state& from, node_id to,
                                          bool dry_run) {
  // Whoever leads now is to lead no longer: so a retry that comes after it moved moves nothing.
  auto before = ask_for_nodes(from.line()).get();
  if (!before)
    return before.error();
  const auto led = before->leader;
  return ask<leadership_change>(from.line(), ops::transfer_request{led, to, dry_run},
                                [led](client_side::answer x) -> result<leadership_change> {
                                  auto* reply = std::get_if<ops::transfer_reply>(&x);
                                  if (reply == nullptr)
                                    return unexpected_answer();
                                  if (reply->refusal.code != errc::none)
                                    return std::move(reply->refusal);
                                  return leadership_change{reply->leader != led, reply->leader};
                                })
    .get();
}

/// The part of a reply of this kind that a user wants.
template <class Reply, class T>
result<T> to_answer(client_side::answer from, T Reply::*part) {
  auto* told = std::get_if<ops::question_reply>(&from);
  auto* reply = told != nullptr ? std::get_if<Reply>(told) : nullptr;
  if (reply == nullptr)
    return unexpected_answer();
  if (reply->refusal.code != errc::none)
    return std::move(reply->refusal);
  return std::move(reply->*part);
}

membership::replaced_fate to_message(replaced_becomes fate) {
  switch (fate) {
  case replaced_becomes::auto_join:
    return membership::replaced_fate::auto_join;
  case replaced_becomes::removed:
    return membership::replaced_fate::removed;
  case replaced_becomes::standby:
    break;
  }
  return membership::replaced_fate::standby;
}

result<membership_change> want(membership_client::state& from, membership::intent what, op_id op) {
  membership::reconfigure_request request;
  request.op = op ? op : from.draw_op();
  request.want = std::move(what);
  op = request.op;
  auto done = ask<membership_change>(from.line(), std::move(request), to_change).get();
  if (done)
    done->op = op;
  return done;
}

/// Negative ones are out of range, too.
membership::pause_intent pause_for(std::chrono::milliseconds lasts, std::string by) {
  return {static_cast<std::uint64_t>(std::max<std::int64_t>(lasts.count(), 0)), std::move(by)};
}

result<intent_preview> would(membership_client::state& from, membership::intent what) {
  ops::dry_run_request request;
  request.what.op = from.draw_op();
  request.what.want = std::move(what);
  return ask<intent_preview>(from.line(), ops::question{std::move(request)},
                             [](client_side::answer x) {
                               return to_answer(std::move(x), &ops::dry_run_reply::preview);
                             })
    .get();
}

} // namespace

membership_client::membership_client(std::shared_ptr<state> from) : state_(std::move(from)) {
  // nop
}

result<membership_change> membership_client::park(node_id node, bool force, op_id op) {
  return want(*state_, membership::park_intent{node, force}, op);
}

result<membership_change> membership_client::activate(node_id node, op_id op) {
  return want(*state_, membership::activate_intent{node}, op);
}

result<membership_change> membership_client::remove(node_id node, bool force, op_id op) {
  return want(*state_, membership::remove_intent{node, force}, op);
}

result<membership_change> membership_client::replace(node_id old_member, node_id new_member,
                                                     replaced_becomes fate, op_id op) {
  return want(*state_, membership::replace_intent{old_member, new_member, to_message(fate)}, op);
}

result<membership_change> membership_client::reconfigure(std::vector<node_id> members, bool force,
                                                         op_id op) {
  return want(*state_, membership::reconfigure_intent{std::move(members), force}, op);
}

result<membership_change> membership_client::set_target(std::uint32_t target_members,
                                                        bool allow_even, op_id op) {
  return want(*state_, membership::set_target_intent{target_members, allow_even}, op);
}

result<membership_change> membership_client::set_policy(const policy_change& change, op_id op) {
  return want(*state_, membership::set_policy_intent{change}, op);
}

result<membership_change> membership_client::pause(std::chrono::milliseconds lasts, std::string by,
                                                   op_id op) {
  return want(*state_, pause_for(lasts, std::move(by)), op);
}

result<membership_change> membership_client::resume(op_id op) {
  return want(*state_, membership::resume_intent{}, op);
}

result<leadership_change> membership_client::transfer_leadership(node_id to) {
  return move_leadership(*state_, to, false);
}

op_id membership_client::draw_op() {
  return state_->draw_op();
}

result<nodes_view> membership_client::nodes() {
  return ask_for_nodes(state_->line()).get();
}

// -- questions ------------------------------------------------------------------------------------

result<explanation> membership_client::explain(node_id node) {
  return async_explain(node).get();
}

std::future<result<explanation>> membership_client::async_explain(node_id node) {
  return ask<explanation>(
    state_->line(), ops::question{ops::explain_request{node}},
    [](client_side::answer x) { return to_answer(std::move(x), &ops::explain_reply::about); });
}

result<membership_plan> membership_client::plan() {
  return async_plan().get();
}

std::future<result<membership_plan>> membership_client::async_plan() {
  return ask<membership_plan>(
    state_->line(), ops::question{ops::plan_request{}},
    [](client_side::answer x) { return to_answer(std::move(x), &ops::plan_reply::plan); });
}

result<op_report> membership_client::op(op_id which) {
  return ask<op_report>(
           state_->line(), ops::question{ops::op_request{which}},
           [](client_side::answer x) { return to_answer(std::move(x), &ops::op_reply::report); })
    .get();
}

result<std::vector<transition>> membership_client::history(const history_filter& wanted) {
  return ask<std::vector<transition>>(state_->line(), ops::question{ops::history_request{wanted}},
                                      [](client_side::answer x) {
                                        return to_answer(std::move(x),
                                                         &ops::history_reply::transitions);
                                      })
    .get();
}

result<refusal_log> membership_client::refusals() {
  return ask<refusal_log>(state_->line(), ops::question{ops::refusals_request{}},
                          [](client_side::answer x) {
                            return to_answer(std::move(x), &ops::refusals_reply::refusals);
                          })
    .get();
}

membership_dry_run membership_client::dry_run() {
  return membership_dry_run{state_};
}

membership_dry_run::membership_dry_run(std::shared_ptr<membership_client::state> from)
  : state_(std::move(from)) {
  // nop
}

result<intent_preview> membership_dry_run::park(node_id node, bool force) {
  return would(*state_, membership::park_intent{node, force});
}

result<intent_preview> membership_dry_run::activate(node_id node) {
  return would(*state_, membership::activate_intent{node});
}

result<intent_preview> membership_dry_run::remove(node_id node, bool force) {
  return would(*state_, membership::remove_intent{node, force});
}

result<intent_preview> membership_dry_run::replace(node_id old_member, node_id new_member,
                                                   replaced_becomes fate) {
  return would(*state_, membership::replace_intent{old_member, new_member, to_message(fate)});
}

result<intent_preview> membership_dry_run::reconfigure(std::vector<node_id> members, bool force) {
  return would(*state_, membership::reconfigure_intent{std::move(members), force});
}

result<intent_preview> membership_dry_run::set_target(std::uint32_t target_members,
                                                      bool allow_even) {
  return would(*state_, membership::set_target_intent{target_members, allow_even});
}

result<intent_preview> membership_dry_run::set_policy(const policy_change& change) {
  return would(*state_, membership::set_policy_intent{change});
}

result<intent_preview> membership_dry_run::pause(std::chrono::milliseconds lasts, std::string by) {
  return would(*state_, pause_for(lasts, std::move(by)));
}

result<intent_preview> membership_dry_run::resume() {
  return would(*state_, membership::resume_intent{});
}

result<leadership_change> membership_dry_run::transfer_leadership(node_id to) {
  return move_leadership(*state_, to, true);
}

std::future<result<nodes_view>> ask_for_nodes(actors::line& to) {
  return ask<nodes_view>(to, ops::nodes_request{}, to_view);
}

} // namespace quorate
