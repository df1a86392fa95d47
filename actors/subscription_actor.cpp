#include "actors/subscription_actor.hpp"

#include "actors/process.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace quorate::actors {

subscription_actor::subscription_actor(caf::actor_config& config,
                                       caf::actor_clock::time_point start)
  : caf::event_based_actor(config),
    start_(start) {
  // nop
}

const char* subscription_actor::name() const {
  return "subscription";
}

caf::behavior subscription_actor::make_behavior() {
  set_down_handler([this](const caf::down_msg& x) { forget(x.source.id()); });
  return {
    // -- nodes
    [this](transitions_applied& x) {
      remember_reporter();
      std::vector<transition> ready;
      for (auto& one : x.applied)
        order_.add(std::move(one), now_ms(), ready);
      deliver(std::move(ready));
    },
    // -- subscribers
    [this](actors::subscribe& x) { functions_.push_back(std::move(x.on_transition)); },
    [this](const subscribe_events& x) { subscribe(x); },
    [this](unsubscribe_events) { forget(current_sender()->id()); },
    [this](const events_taken& x) {
      feed_.taken(membership::subscriber_id{current_sender()->id()}, x.count);
      hand_out();
    },
    [this](const refusals_told& x) {
      for (const auto& one : x.news)
        for (const auto& tell : refusal_subscribers_)
          tell(one.what, one.left_out);
    },
    [this](subscribe_refusals& x) { refusal_subscribers_.push_back(std::move(x.on_refusal)); },
    // -- itself
    [this](alarm) {
      alarm_ms_.reset();
      std::vector<transition> ready;
      order_.tick(now_ms(), ready);
      deliver(std::move(ready));
    },
    [this](flush) {
      asking_ = false;
      hand_out();
    },
  };
}

void subscription_actor::deliver(std::vector<transition> ready) {
  for (auto& x : ready) {
    for (const auto& tell : functions_)
      tell(x);
    feed_.add(std::move(x));
  }
  hand_out();
  const auto due_ms = order_.next_due_ms();
  if (!due_ms || alarm_ms_)
    return;
  alarm_ms_ = due_ms;
  const auto now = now_ms();
  delayed_send(this, std::chrono::milliseconds{*due_ms > now ? *due_ms - now : 0}, alarm{});
}

// -- actors ---------------------------------------------------------------------------------------

void subscription_actor::subscribe(const subscribe_events& x) {
  const membership::subscriber_id who{current_sender()->id()};
  auto handle = caf::actor_cast<caf::actor>(current_sender());
  if (subscribers_.emplace(who, handle).second)
    monitor(handle);
  feed_.subscribe(who, x.how);
  hand_out();
}

void subscription_actor::forget(caf::actor_id who) {
  const membership::subscriber_id id{who};
  feed_.forget(id);
  const auto found = subscribers_.find(id);
  if (found == subscribers_.end())
    return;
  demonitor(found->second);
  subscribers_.erase(found);
}

void subscription_actor::hand_out() {
  std::map<membership::subscriber_id, membership_happened> batches;
  for (auto& x : feed_.take())
    batches[x.to].events.push_back(std::move(x.what));
  for (auto& [to, batch] : batches)
    send(subscribers_.at(to), std::move(batch));
  if (feed_.wants_table())
    ask_for_table();
}

/// One question at a time; the next after a while, whatever came of it. Nobody to ask: the next
/// node that reports will do.
void subscription_actor::ask_for_table() {
  if (asking_)
    return;
  caf::actor node;
  while (!node && !reporters_.empty())
    if (node = caf::actor_cast<caf::actor>(reporters_.back()); !node)
      reporters_.pop_back();
  if (!node)
    return;
  asking_ = true;
  const std::chrono::milliseconds wait{table_wait_ms};
  delayed_send(this, wait, flush{});
  request(node, wait, table_request{})
    .then(
      [this](table_told& x) {
        feed_.add(std::move(x.table));
        hand_out();
      },
      [this, who = node.address()](const caf::error&) {
        reporters_.erase(std::remove(reporters_.begin(), reporters_.end(), who), reporters_.end());
      });
}

void subscription_actor::remember_reporter() {
  const auto who = caf::actor_cast<caf::actor_addr>(current_sender());
  reporters_.erase(std::remove(reporters_.begin(), reporters_.end(), who), reporters_.end());
  reporters_.push_back(who);
  if (reporters_.size() > reporters_max)
    reporters_.pop_front();
}

std::uint64_t subscription_actor::now_ms() const {
  process time;
  time.start = start_;
  return time.now_ms(clock());
}

void subscription_actor::on_exit() {
  functions_.clear();
  subscribers_.clear();
  refusal_subscribers_.clear();
}

} // namespace quorate::actors
