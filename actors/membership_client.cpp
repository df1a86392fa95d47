// The public membership client: intents in, the controller's answers out.
#include "quorate/membership_client.hpp"

#include "actors/facade.hpp"

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

result<membership_change> want(membership_client::state& from, membership::intent what) {
  membership::reconfigure_request request;
  request.op = from.draw_op();
  request.want = std::move(what);
  return ask<membership_change>(from.line(), std::move(request), to_change).get();
}

} // namespace

membership_client::membership_client(std::shared_ptr<state> from) : state_(std::move(from)) {
  // nop
}

result<membership_change> membership_client::park(node_id node, bool force) {
  return want(*state_, membership::park_intent{node, force});
}

result<membership_change> membership_client::activate(node_id node) {
  return want(*state_, membership::activate_intent{node});
}

result<membership_change> membership_client::remove(node_id node, bool force) {
  return want(*state_, membership::remove_intent{node, force});
}

result<membership_change> membership_client::replace(node_id old_member, node_id new_member,
                                                     replaced_becomes fate) {
  return want(*state_, membership::replace_intent{old_member, new_member, to_message(fate)});
}

result<membership_change> membership_client::reconfigure(std::vector<node_id> members, bool force) {
  return want(*state_, membership::reconfigure_intent{std::move(members), force});
}

result<membership_change> membership_client::set_target(std::uint32_t target_members,
                                                        bool allow_even) {
  return want(*state_, membership::set_target_intent{target_members, allow_even});
}

result<nodes_view> membership_client::nodes() {
  return ask_for_nodes(state_->line()).get();
}

std::future<result<nodes_view>> ask_for_nodes(actors::line& to) {
  return ask<nodes_view>(to, ops::nodes_request{}, to_view);
}

} // namespace quorate
