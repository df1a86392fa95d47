// What a node does with those who ask: notes who they are, and sends their answers together.
#include "actors/node_actor.hpp"
#include "runtime/base/one_of.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace quorate::actors {

void node_actor::ask(client_requests& requests) {
  for (auto& x : requests.all) {
    if (std::holds_alternative<ops::nodes_request>(x.content)) {
      outbox_of(current_sender()).all.push_back({x.line, x.attempt, driver_->nodes()});
      continue;
    }
    const auto token = callers_.add({current_sender(), x.line, x.attempt, {}});
    std::visit(
      [&](auto& content) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(content)>, ops::nodes_request>)
          driver_->request(token, std::move(content));
      },
      x.content);
  }
  later();
}

caf::response_promise node_actor::ask(membership::provision_request what) {
  auto promise = make_response_promise();
  driver_->request(callers_.add({nullptr, {}, 0, promise}), std::move(what));
  later();
  return promise;
}

caf::response_promise node_actor::ask(ops::joined_request what) {
  auto promise = make_response_promise();
  driver_->request(callers_.add({nullptr, {}, 0, promise}), what);
  later();
  return promise;
}

void node_actor::answer(driver::reply reply) {
  auto caller = callers_.take(reply.token);
  std::visit(
    [&](auto& body) {
      using body_type = std::decay_t<decltype(body)>;
      if constexpr (base::is_one_of<body_type, ops::provision_reply, ops::joined_reply>)
        caller.promise.deliver(std::move(body));
      else
        outbox_of(caller.client).all.push_back({caller.line, caller.attempt, std::move(body)});
    },
    reply.body);
}

client_replies& node_actor::outbox_of(const caf::strong_actor_ptr& to) {
  const auto found = std::find_if(replies_.begin(), replies_.end(),
                                  [&](const auto& x) { return x.first == to; });
  if (found != replies_.end())
    return found->second;
  return replies_.emplace_back(to, client_replies{}).second;
}

void node_actor::post_replies() {
  for (auto& [to, batch] : replies_)
    send(caf::actor_cast<caf::actor>(to), std::move(batch));
  replies_.clear();
}

} // namespace quorate::actors
