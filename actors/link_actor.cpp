#include "actors/link_actor.hpp"

#include "actors/sockets.hpp"
#include "runtime/base/one_of.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace quorate::actors {

link_actor::link_actor(caf::actor_config& config, process shared,
                       std::shared_ptr<const network_settings> network, std::string address,
                       std::uint64_t seed)
  : connection_actor(config, std::move(shared), std::move(network)),
    address_(std::move(address)),
    rng_(seed),
    last_failure_(
      make_error(errc::unreachable, "The node of this process hasn't read its storage yet.")) {
  // nop
}

const char* link_actor::name() const {
  return "link";
}

caf::behavior link_actor::make_behavior() {
  return {
    // -- what is to be sent there
    [this](node_mail& mail) {
      if (is_open())
        return say(mail);
      if (!can_wait() || mail_waiting_ == mail_waiting_max)
        return;
      ++mail_waiting_;
      waiting_.emplace_back(std::move(mail));
    },
    [this](client_requests& requests) { ask(requests); },
    [this](node_call& what) { return ask(what); },
    // -- the way there
    [this](resolved_address& found) { resolved(found); },
    // -- itself
    [this](actors::flush x) { handle(x); },
    [this](alarm x) { handle(x); },
  };
}

// -- what is to be sent there ---------------------------------------------------------------------

/// What doesn't fit is lost: consensus finds out, and says it again.
void link_actor::say(const node_mail& mail) {
  used_ms_ = now_ms();
  static_cast<void>(link()->send(mail));
  flush_soon();
}

void link_actor::ask(client_requests& requests) {
  if (!is_open() && can_wait()) {
    waiting_.emplace_back(waiting_requests{current_sender(), std::move(requests)});
    return;
  }
  for (auto& x : requests.all)
    if (is_open())
      ask(current_sender(), x);
    else
      refuse(current_sender(), x, last_failure_);
  post_replies();
  flush_soon();
}

void link_actor::ask(const caf::strong_actor_ptr& client, client_request& x) {
  if (calls_.size() >= calls_max)
    return refuse(client, x, make_error(errc::overloaded));
  used_ms_ = now_ms();
  const wire::call_id id{next_call_++};
  const auto sent = std::visit(
    [&](auto& content) {
      using content_type = std::decay_t<decltype(content)>;
      return link()->send(wire::call<content_type>{id, std::move(content)});
    },
    x.content);
  if (sent)
    calls_.emplace(id, asker{client, x.line, x.attempt, {}});
  else
    refuse(client, x, sent.error());
}

caf::response_promise link_actor::ask(node_call& what) {
  auto promise = make_response_promise();
  if (is_open()) {
    ask(promise, what);
    flush_soon();
  } else if (can_wait()) {
    waiting_.emplace_back(waiting_call{promise, std::move(what)});
  } else {
    promise.deliver(node_call_reply{last_failure_});
  }
  return promise;
}

void link_actor::ask(const caf::response_promise& promise, const node_call& what) {
  used_ms_ = now_ms();
  const wire::call_id id{next_call_++};
  const auto sent = std::visit(
    [&](const auto& content) {
      return link()->send(wire::call<std::decay_t<decltype(content)>>{id, content});
    },
    what.what);
  asker who{nullptr, {}, 0, promise};
  if (sent && calls_.size() < calls_max)
    calls_.emplace(id, std::move(who));
  else
    who.promise.deliver(node_call_reply{sent ? make_error(errc::overloaded) : sent.error()});
}

/// A connection is under way, or was begun just now, and there is room for one more who waits.
bool link_actor::can_wait() {
  dial();
  return dialing_ && waiting_.size() < waiting_max;
}

void link_actor::refuse(const caf::strong_actor_ptr& client, const client_request& x,
                        const error& why) {
  outbox_of(client).all.push_back({x.line, x.attempt, why});
}

void link_actor::refuse_waiting(const error& why) {
  mail_waiting_ = 0;
  for (auto& x : std::exchange(waiting_, {})) {
    if (auto* requests = std::get_if<waiting_requests>(&x))
      for (const auto& one : requests->all.all)
        refuse(requests->client, one, why);
    else if (auto* call = std::get_if<waiting_call>(&x))
      call->promise.deliver(node_call_reply{why});
  }
  post_replies();
}

// -- the way there --------------------------------------------------------------------------------

void link_actor::dial() {
  if (dialing_ || holds() || now_ms() < not_before_ms_)
    return;
  if (!network_->self->is_known())
    return; // Whoever asks so early asks again.
  dialing_ = true;
  resolve(system(), address_, caf::actor_cast<caf::actor>(this), process_.alive);
}

void link_actor::resolved(resolved_address& found) {
  if (!dialing_ || holds())
    return;
  if (!found.found)
    return failed(make_error(errc::unreachable, found.found.error().message));
  candidates_ = std::move(*found.found);
  std::reverse(candidates_.begin(), candidates_.end());
  try_next();
}

void link_actor::try_next() {
  while (!candidates_.empty()) {
    const auto at = candidates_.back();
    candidates_.pop_back();
    auto socket = begin_connect(at);
    if (socket) {
      hold(*socket, true);
      return wake_at(now_ms() + network_->handshake_ms);
    }
    last_failure_ = socket.error();
  }
  failed(last_failure_);
}

void link_actor::on_connected() {
  greet(true);
}

void link_actor::on_open() {
  dialing_ = false;
  candidates_.clear();
  backoff_ms_ = backoff_ms_min;
  used_ms_ = now_ms();
  wake_at(used_ms_ + idle_ms);
  mail_waiting_ = 0;
  for (auto& x : std::exchange(waiting_, {})) {
    if (auto* mail = std::get_if<node_mail>(&x))
      say(*mail);
    else if (auto* requests = std::get_if<waiting_requests>(&x))
      for (auto& one : requests->all.all)
        ask(requests->client, one);
    else if (auto* call = std::get_if<waiting_call>(&x))
      ask(call->promise, call->what);
  }
}

void link_actor::on_end(wire::link_end how, const error& why) {
  if (dialing_ && !candidates_.empty() && how == wire::link_end::cut_off) {
    last_failure_ = why;
    return try_next();
  }
  if (dialing_)
    return failed(why);
  // Clients hear it from the hub, and ask again.
  for (auto& [id, who] : std::exchange(calls_, {}))
    if (who.promise.pending())
      who.promise.deliver(node_call_reply{make_error(
        errc::outcome_unknown, address_ + ": the connection ended before the answer came.")});
  const bool died = how == wire::link_end::cut_off
                    || (how == wire::link_end::closed && why.code == errc::shutting_down);
  send(process_.hub, link_down{address_, died});
  last_failure_ = why.code != errc::none ? why : make_error(errc::unreachable);
}

/// The next attempt is made when somebody wants something, and not before that time.
void link_actor::failed(const error& why) {
  dialing_ = false;
  candidates_.clear();
  drop();
  last_failure_ = why;
  last_failure_.message = address_ + ": " + why.message;
  not_before_ms_ = now_ms() + backoff_ms_ / 2 + rng_.below(backoff_ms_ / 2 + 1);
  backoff_ms_ = std::min(2 * backoff_ms_, backoff_ms_max);
  refuse_waiting(last_failure_);
}

void link_actor::on_alarm() {
  if (dialing_) {
    if (link() == nullptr) // Else the link watches the time itself.
      failed(make_error(errc::unreachable, "No connection came about in time."));
    return;
  }
  if (!is_open())
    return;
  if (!calls_.empty())
    used_ms_ = now_ms();
  if (now_ms() < used_ms_ + idle_ms)
    return wake_at(used_ms_ + idle_ms);
  link()->close(error{});
  flush_soon();
}

// -- what comes from there ------------------------------------------------------------------------

void link_actor::on_message(wire::message& x) {
  std::visit(
    [this](auto& what) {
      using type = std::decay_t<decltype(what)>;
      if constexpr (std::is_same_v<type, wire::call_refused>) {
        answer(what.id, client_side::reply_content{std::move(what.why)});
      } else if constexpr (base::is_one_of<
                             type, wire::call<kv::reply>, wire::call<membership::reconfigure_reply>,
                             wire::call<ops::question_reply>, wire::call<ops::nodes_reply>,
                             wire::call<ops::transfer_reply>>) {
        answer(what.id, client_side::reply_content{std::move(what.content)});
      } else if constexpr (base::is_one_of<type, wire::call<node_status>,
                                           wire::call<ops::provision_reply>,
                                           wire::call<ops::joined_reply>>) {
        answer(what.id, node_call_reply{std::move(what.content)});
      }
    },
    x);
}

link_actor::asker* link_actor::find(wire::call_id id) {
  const auto found = calls_.find(id);
  return found != calls_.end() ? &found->second : nullptr;
}

void link_actor::answer(wire::call_id id, client_side::reply_content content) {
  auto* who = find(id);
  if (who == nullptr)
    return;
  if (who->client) {
    outbox_of(who->client).all.push_back({who->line, who->attempt, std::move(content)});
  } else {
    auto* refusal = std::get_if<error>(&content);
    who->promise.deliver(node_call_reply{
      refusal != nullptr ? std::move(*refusal)
                         : make_error(errc::malformed, "The node answered something else.")});
  }
  calls_.erase(id);
}

void link_actor::answer(wire::call_id id, node_call_reply content) {
  auto* who = find(id);
  if (who == nullptr)
    return;
  if (who->client)
    outbox_of(who->client)
      .all.push_back({who->line, who->attempt,
                      make_error(errc::malformed, "The node answered something else.")});
  else
    who->promise.deliver(std::move(content));
  calls_.erase(id);
}

client_replies& link_actor::outbox_of(const caf::strong_actor_ptr& to) {
  const auto found = std::find_if(replies_.begin(), replies_.end(),
                                  [&](const auto& x) { return x.first == to; });
  if (found != replies_.end())
    return found->second;
  return replies_.emplace_back(to, client_replies{}).second;
}

void link_actor::on_messages_end() {
  post_replies();
}

void link_actor::post_replies() {
  for (auto& [to, batch] : replies_)
    send(caf::actor_cast<caf::actor>(to), std::move(batch));
  replies_.clear();
}

void link_actor::on_exit() {
  calls_.clear();
  waiting_.clear();
  connection_actor::on_exit();
}

} // namespace quorate::actors
