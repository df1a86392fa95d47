#include "actors/client_actor.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <type_traits>
#include <utility>
#include <variant>

namespace quorate::actors {

namespace {

template <class Request>
struct reply_to;

template <>
struct reply_to<kv::request> {
  using type = kv::reply;
};

template <>
struct reply_to<membership::reconfigure_request> {
  using type = membership::reconfigure_reply;
};

template <>
struct reply_to<ops::nodes_request> {
  using type = ops::nodes_reply;
};

} // namespace

client_actor::client_actor(caf::actor_config& config, process shared, client_setup setup)
  : caf::event_based_actor(config),
    process_(std::move(shared)),
    caller_(std::move(setup.options), base::random{setup.seed}) {
  // nop
}

const char* client_actor::name() const {
  return "client";
}

caf::behavior client_actor::make_behavior() {
  send(process_.hub, client_up{});
  return {
    // -- users
    [this](client_call& call) { hear(call); },
    [this](hang_up) {
      caller_.stop(errc::shutting_down);
      act();
      quit();
    },
    // -- the hub
    [this](nodes_changed& news) { caller_.nodes_changed(std::move(news.addresses)); },
    [this](peer_found& peer) { peers_[std::move(peer.address)] = std::move(peer.node); },
    [this](const peer_closed& peer) {
      peers_.erase(peer.address);
      caller_.node_gone(peer.address, process_.now_ms(clock()));
      later();
    },
    // -- itself
    [this](alarm x) {
      if (alarm_ms_ == x.at_ms)
        alarm_ms_.reset();
      caller_.tick(process_.now_ms(clock()));
      later();
    },
    [this](flush) { act(); },
  };
}

void client_actor::hear(client_call& call) {
  const client_side::call_id id{next_call_++};
  callbacks_.emplace(id, std::move(call.done));
  caller_.submit(id, std::move(call.what), process_.now_ms(clock()));
  later();
}

void client_actor::later() {
  if (!std::exchange(acts_later_, true))
    send(this, flush{});
}

void client_actor::act() {
  acts_later_ = false;
  auto todo = caller_.take_effects();
  for (auto& request : todo.requests)
    ask(request);
  for (auto& call : todo.finished) {
    const auto waiting = callbacks_.find(call.id);
    const auto callback = std::move(waiting->second);
    callbacks_.erase(waiting);
    callback(std::move(call.content));
  }
  set_alarm();
}

/// A request without an answer is repeated by the caller, so CAF needn't watch the time.
void client_actor::ask(client_side::outgoing_request& request) {
  std::visit(
    [&](auto& content) {
      using reply = typename reply_to<std::decay_t<decltype(content)>>::type;
      const auto attempt = request.attempt;
      const auto on_reply = [this, attempt](reply& x) {
        caller_.received(attempt, std::move(x), process_.now_ms(clock()));
        later();
      };
      const auto on_error = [this, attempt](const caf::error&) { // It ended, or was never there.
        caller_.received(attempt, make_error(errc::no_leader), process_.now_ms(clock()));
        later();
      };
      if (const auto known = peers_.find(request.to); known != peers_.end())
        this->request(known->second, caf::infinite, std::move(content)).then(on_reply, on_error);
      else
        this->request(process_.hub, caf::infinite, routed_request{request.to, std::move(content)})
          .then(on_reply, on_error);
    },
    request.content);
}

void client_actor::set_alarm() {
  const auto due_ms = caller_.next_due_ms();
  if (!due_ms || (alarm_ms_ && *alarm_ms_ <= *due_ms))
    return;
  const auto now_ms = process_.now_ms(clock());
  alarm_ms_ = due_ms;
  delayed_send(this, std::chrono::milliseconds{*due_ms > now_ms ? *due_ms - now_ms : 0},
               alarm{*due_ms});
}

void client_actor::on_exit() {
  caller_.stop(errc::shutting_down);
  for (auto& call : caller_.take_effects().finished)
    callbacks_.at(call.id)(std::move(call.content));
  callbacks_.clear();
  peers_.clear();
  send(process_.hub, client_down{});
  process_ = process{};
}

} // namespace quorate::actors
