#include "actors/node_actor.hpp"

#include "actors/controller_actor.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace quorate::actors {

namespace {

constexpr auto never = std::numeric_limits<std::uint64_t>::max();

} // namespace

node_actor::node_actor(caf::actor_config& config, process shared, node_setup setup)
  : caf::event_based_actor(config),
    process_(std::move(shared)),
    setup_(std::move(setup)),
    wants_tick_ms_(never) {
  // nop
}

const char* node_actor::name() const {
  return "node";
}

// -- what it hears --------------------------------------------------------------------------------------------

caf::behavior node_actor::make_behavior() {
  send(process_.storage, open_store{setup_.storage});
  set_default_handler(caf::skip); // Whoever asks before the storage is open, waits.
  return {
    [this](const store_opened& found) { start(found); },
  };
}

caf::behavior node_actor::running() {
  return {
    // -- time and disk
    [this](tick) { on_tick(); },
    [this](const storage::persisted& x) {
      driver_->persisted(x);
      later();
    },
    [this](const storage::room_changed& x) {
      driver_->room_changed(x.room);
      later();
    },
    // -- other nodes
    [this](node_mail& mail) {
      driver_->receive(std::move(mail));
      later();
    },
    [this](peer_found& peer) { peers_[std::move(peer.address)] = std::move(peer.node); },
    [this](const peer_closed& peer) {
      peers_.erase(peer.address);
      if (!peer.died)
        return; // Silence is for the core's own timers to judge.
      driver_->peer_down(peer.address);
      later();
    },
    // -- its controller
    [this](const controller_outputs& said) {
      for (const auto& output : said.outputs)
        driver_->from_controller(output);
      later();
    },
    // -- callers
    [this](client_requests& requests) { ask(requests); },
    [this](membership::provision_request& what) { return ask(std::move(what)); },
    [this](ops::joined_request what) { return ask(what); },
    [this](ops::status_request) { return status(); },
    [this](table_request) { return table_told{driver_->table()}; },
    // -- its end, and the tasks of its leader
    [this](stop_node& x) { stop(x); },
    [this](attach_task) { attach(caf::actor_cast<caf::actor>(current_sender())); },
    // -- itself
    [this](flush) { act(); },
  };
}

void node_actor::start(const store_opened& found) {
  auto content = found.content;
  content.damage = found.failure.code != errc::none ? found.failure : content.damage;
  ticked_ms_ = process_.now_ms(clock());
  auto started = driver::driver::start(setup_.options, content, base::random{setup_.seed},
                                       ticked_ms_);
  if (!started)
    return quit(caf::sec::runtime_error);
  driver_ = std::move(started).value();
  tell_network();
  send(process_.hub, node_up{setup_.options.address});
  set_down_handler([this](const caf::down_msg& x) {
    tasks_.erase(std::remove_if(tasks_.begin(), tasks_.end(),
                                [&](const caf::actor& task) { return task == x.source; }),
                 tasks_.end());
  });
  for (auto& task : std::exchange(setup_.tasks, {}))
    attach(std::move(task));
  set_default_handler(caf::print_and_drop);
  become(running());
  later();
}

/// Ticks that piled up while the processor was elsewhere count as one: a node that was held up must
/// not believe that the others were silent for so long. A tick that was asked for comes alone.
void node_actor::on_tick() {
  const auto now_ms = process_.now_ms(clock());
  if (wants_tick_ms_ != 0)
    wants_tick_ms_ = never;
  else if (now_ms - ticked_ms_ < setup_.options.tick_ms / 2)
    return;
  ticked_ms_ = now_ms;
  driver_->tick(now_ms);
  later();
}

// -- what it says ---------------------------------------------------------------------------------------------

void node_actor::later() {
  if (acts_later_)
    return;
  if (driver_->stopped() && !driver_->has_effects() && replies_.empty())
    return quit(caf::exit_reason::user_shutdown);
  if (!driver_->has_effects() && replies_.empty())
    return follow_role(); // Nothing to say, but it may want its next tick at another time.
  acts_later_ = true;
  send(this, flush{});
}

void node_actor::act() {
  acts_later_ = false;
  auto todo = driver_->take_effects();
  // The others' disks begin before its own does: theirs is the longer way.
  for (auto& mail : todo.mail)
    deliver(std::move(mail));
  if (!todo.writes.empty())
    send(process_.storage, write_store{setup_.storage.content.get(), std::move(todo.writes)});
  follow_role();
  if (!todo.controller.empty() && controller_)
    send(controller_, controller_inputs{std::move(todo.controller)});
  for (auto& reply : todo.replies) {
    if (reply.not_after_ms != 0)
      driver::expire(reply, process_.now_ms(clock()));
    answer(std::move(reply));
  }
  post_replies();
  if (!todo.transitions.empty())
    send(process_.subscription, transitions_applied{std::move(todo.transitions)});
  if (auto news = refusals_.pass(todo.refusals, process_.now_ms(clock())); !news.empty())
    send(process_.subscription, refusals_told{std::move(news)});
  tell_tasks();
  tell_network();
  if (driver_->stopped())
    quit(caf::exit_reason::user_shutdown);
}

/// To an address that is new, by way of the hub, which tells whose it is. Such mail may be
/// overtaken by the next.
void node_actor::deliver(node_mail mail) {
  const auto known = peers_.find(mail.to);
  send(known != peers_.end() ? known->second : process_.hub, std::move(mail));
}

/// A node with a log has a controller, and gets every tick; any other gets the next that it needs.
void node_actor::follow_role() {
  const bool has_log = driver_->consensus() != nullptr;
  if (const auto due_ms = driver_->next_due_ms(); due_ms != wants_tick_ms_) {
    wants_tick_ms_ = due_ms;
    send(process_.ticker, want_ticks{due_ms});
  }
  if (has_log && !controller_) {
    controller_ = spawn<controller_actor, caf::linked>(this, setup_.controller);
    process_.alive.add(controller_);
  } else if (!has_log && controller_) {
    unlink_from(controller_);
    send(controller_, dismissed{});
    controller_ = nullptr;
  }
}

// -- its end, and the tasks of its leader -----------------------------------------------------------------------

void node_actor::stop(stop_node& x) {
  stops_.push_back(std::move(x));
  driver_->stop();
  tell_tasks(); // Before anybody is asked to take over.
  later();
}

void node_actor::attach(caf::actor task) {
  monitor(task);
  send(task, leadership_news{told_tasks_});
  tasks_.push_back(std::move(task));
}

void node_actor::tell_tasks() {
  const auto now = driver_->leads_in();
  if (std::exchange(told_tasks_, now) == now)
    return;
  for (const auto& task : tasks_)
    send(task, leadership_news{now});
}

void node_actor::tell_network() {
  const auto now = driver_->identity().cluster;
  if (setup_.network == nullptr || told_network_ == now)
    return;
  told_network_ = now;
  setup_.network->self->is(driver_->identity().storage, driver_->boot(), now);
}

node_status node_actor::status() const {
  auto out = driver_->status();
  if (setup_.network != nullptr)
    for (auto& each : setup_.network->refused->counters())
      out.counters.push_back(std::move(each));
  return out;
}

void node_actor::on_exit() {
  for (auto& caller : callers_.take_all())
    if (caller.promise.pending())
      caller.promise.deliver(caf::make_error(caf::sec::request_receiver_down));
  for (const auto& task : std::exchange(tasks_, {}))
    send(task, leadership_news{});
  peers_.clear();
  controller_ = nullptr;
  // The hub hears it before the storage: whoever opens that next is not taken for this one.
  send(process_.ticker, no_more_ticks{});
  send(process_.hub, node_down{setup_.options.address});
  send(process_.storage, close_store{setup_.storage.content.get()});
  setup_.storage = disk{};
  process_ = process{};
  for (const auto& x : std::exchange(stops_, {}))
    if (x.done)
      x.done();
}

} // namespace quorate::actors
