#include "actors/clients_actor.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <utility>

namespace quorate::actors {

clients_actor::clients_actor(caf::actor_config& config, process shared)
  : caf::event_based_actor(config),
    process_(std::move(shared)) {
  // nop
}

const char* clients_actor::name() const {
  return "clients";
}

// -- what it hears --------------------------------------------------------------------------------

caf::behavior clients_actor::make_behavior() {
  send(process_.hub, client_up{});
  return {
    // -- users
    [this](open_line& x) { open(x); },
    [this](client_call& call) { hear(call); },
    [this](const hang_up& x) { close(x.line); },
    [this](dismissed) { quit(); },
    // -- nodes
    [this](client_replies& replies) { hear(replies); },
    // -- the hub
    [this](nodes_changed& news) {
      addresses_ = std::move(news.addresses);
      for (auto& [which, x] : users_)
        x.caller.nodes_changed(addresses_);
    },
    [this](peer_found& peer) { peers_[std::move(peer.address)] = std::move(peer.node); },
    [this](const peer_closed& peer) { lose(peer.address); },
    // -- itself
    [this](alarm x) {
      if (alarm_ms_ == x.at_ms)
        alarm_ms_.reset();
      wake();
    },
    [this](flush) { act(); },
  };
}

void clients_actor::open(open_line& x) {
  auto& added = users_
                  .emplace(x.line,
                           user{client_side::caller{std::move(x.options), base::random{x.seed}},
                                1,
                                {},
                                0,
                                false})
                  .first->second;
  if (!addresses_.empty())
    added.caller.nodes_changed(addresses_);
}

void clients_actor::close(line_id which) {
  const auto found = users_.find(which);
  if (found == users_.end())
    return;
  auto& x = found->second;
  x.caller.stop(errc::shutting_down);
  finish(x, x.caller.take_effects().finished);
  due_.erase({x.due_ms, which});
  users_.erase(which);
}

void clients_actor::hear(client_call& call) {
  const auto found = users_.find(call.line);
  if (found == users_.end())
    return call.done(make_error(errc::shutting_down));
  auto& x = found->second;
  const client_side::call_id id{x.next_call++};
  x.callbacks.emplace(id, std::move(call.done));
  x.caller.submit(id, std::move(call.what), now_ms());
  touch(call.line, x);
}

void clients_actor::hear(client_replies& replies) {
  const auto now = now_ms();
  for (auto& reply : replies.all) {
    const auto found = users_.find(reply.line);
    if (found == users_.end())
      continue; // It has hung up.
    found->second.caller.received(reply.attempt, std::move(reply.content), now);
    touch(reply.line, found->second);
  }
}

void clients_actor::lose(const std::string& address) {
  peers_.erase(address);
  const auto now = now_ms();
  for (auto& [which, x] : users_) {
    x.caller.node_gone(address, now);
    touch(which, x);
  }
}

void clients_actor::wake() {
  const auto now = now_ms();
  for (auto next = due_.begin(); next != due_.end() && next->first <= now; ++next) {
    auto& x = users_.at(next->second);
    x.caller.tick(now);
    touch(next->second, x);
  }
  later(); // Sets the next alarm, if nothing was due yet.
}

// -- what it says ---------------------------------------------------------------------------------

void clients_actor::touch(line_id which, user& x) {
  if (!std::exchange(x.touched, true))
    touched_.push_back(which);
  later();
}

void clients_actor::later() {
  if (!std::exchange(acts_later_, true))
    send(this, flush{});
}

void clients_actor::act() {
  acts_later_ = false;
  for (auto which : std::exchange(touched_, {}))
    if (const auto found = users_.find(which); found != users_.end())
      act_for(which, found->second);
  post();
  set_alarm();
}

void clients_actor::act_for(line_id which, user& x) {
  x.touched = false;
  auto todo = x.caller.take_effects();
  for (auto& request : todo.requests) {
    auto& batch = outbox_[request.to];
    batch.all.push_back({which, request.attempt, std::move(request.content)});
  }
  schedule(which, x);
  finish(x, std::move(todo.finished));
}

void clients_actor::finish(user& x, std::vector<client_side::finished_call> calls) {
  for (auto& call : calls) {
    const auto waiting = x.callbacks.find(call.id);
    const auto callback = std::move(waiting->second);
    x.callbacks.erase(waiting);
    callback(std::move(call.content));
  }
}

/// A request without an answer is repeated by its caller, so CAF needn't watch the time.
void clients_actor::post() {
  for (auto& [to, batch] : outbox_) {
    if (batch.all.empty())
      continue;
    const auto known = peers_.find(to);
    if (known == peers_.end())
      batch.to = to;
    send(known != peers_.end() ? known->second : process_.hub, std::exchange(batch, {}));
  }
}

void clients_actor::schedule(line_id which, user& x) {
  const auto due_ms = x.caller.next_due_ms().value_or(0);
  if (due_ms == x.due_ms)
    return;
  if (x.due_ms != 0)
    due_.erase({x.due_ms, which});
  if (due_ms != 0)
    due_.emplace(due_ms, which);
  x.due_ms = due_ms;
}

void clients_actor::set_alarm() {
  if (due_.empty())
    return;
  const auto due_ms = due_.begin()->first;
  if (alarm_ms_ && *alarm_ms_ <= due_ms)
    return;
  const auto now = now_ms();
  alarm_ms_ = due_ms;
  delayed_send(this, std::chrono::milliseconds{due_ms > now ? due_ms - now : 0}, alarm{due_ms});
}

void clients_actor::on_exit() {
  while (!users_.empty())
    close(users_.begin()->first);
  peers_.clear();
  send(process_.hub, client_down{});
  process_ = process{};
}

} // namespace quorate::actors
