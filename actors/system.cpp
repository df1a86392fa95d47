#include "actors/system.hpp"

#include "actors/acceptor_actor.hpp"
#include "actors/clients_actor.hpp"
#include "actors/hub_actor.hpp"
#include "actors/in_loop.hpp"
#include "actors/leader_task.hpp"
#include "actors/membership_subscription.hpp"
#include "actors/storage_actor.hpp"
#include "actors/subscription_actor.hpp"

#include <caf/all.hpp>
#include <caf/io/middleman.hpp>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

namespace quorate::actors {

namespace {

std::size_t worker_threads(const system_options& options) {
  return options.worker_threads != 0 ? options.worker_threads
                                     : std::max(1U, std::thread::hardware_concurrency());
}

/// One is as fast as the leader on few processors (docs/adr/0009); with many, it would be the
/// bottleneck. Beside connections, all would share the one thread of those.
std::size_t clients_actors(caf::actor_system& in, bool has_network) {
  constexpr std::size_t threads_for_one = 4;
  if (has_network)
    return 1;
  return std::max<std::size_t>(1, in.scheduler().num_workers() / threads_for_one);
}

/// CAF reads no file and no arguments here: everything is set.
caf::actor_system_config& configure(caf::actor_system_config& config,
                                    const system_options& options) {
  const bool by_hand = options.how == system_options::scheduling::by_hand;
  const auto threads = worker_threads(options);
  config.set("scheduler.policy", by_hand ? caf::atom("testing") : caf::atom("sharing"));
  config.set("scheduler.max-threads", threads);
  if (by_hand)
    config.set("logger.inline-output", true);
  if (options.network != nullptr)
    config.load<caf::io::middleman>();
  return config;
}

/// Forgets what has ended, whenever that may be half of it.
template <class T, class Gone>
void remember(std::vector<T>& all, T one, Gone gone) {
  if (all.size() == all.capacity())
    all.erase(std::remove_if(all.begin(), all.end(), gone), all.end());
  all.push_back(std::move(one));
}

bool has_ended(const caf::actor_addr& x) {
  return !caf::actor_cast<caf::actor>(x);
}

std::vector<caf::actor> spawn_storages(caf::actor_system& system, std::size_t threads) {
  if (threads == 0)
    return {system.spawn<storage_actor>()};
  std::vector<caf::actor> out;
  for (std::size_t i = 0; i < threads; ++i)
    out.push_back(system.spawn<storage_actor, caf::detached>());
  return out;
}

/// The multiplexer closes sockets at the end of a turn. (Of an actor system of our own, they are
/// closed when that goes.) A turn begins with what was posted in the one before.
void await_closed_sockets(caf::io::network::multiplexer& loop) {
  auto closed = std::make_shared<std::promise<void>>();
  auto future = closed->get_future();
  loop.post([&loop, closed] { loop.post([closed] { closed->set_value(); }); });
  future.wait();
}

} // namespace

system::own_system::own_system(const system_options& options) : system(configure(config, options)) {
  // nop
}

/// Beside the connections, if there are any.
template <class Actor, class... Ts>
caf::actor system::spawn_where_it_works(Ts&&... xs) {
  if (network_ == nullptr)
    return system_.spawn<Actor>(std::forward<Ts>(xs)...);
  caf::actor_config config{&system_.middleman().backend()};
  return system_.spawn_class<in_loop<Actor>, caf::no_spawn_options>(config,
                                                                    std::forward<Ts>(xs)...);
}

system::system(const system_options& options, caf::actor_system* host)
  : own_(host == nullptr ? std::make_unique<own_system>(options) : nullptr),
    system_(host == nullptr ? own_->system : *host),
    network_(options.network) {
  process_.start = system_.clock().now();
  process_.alive = alive_;
  storages_ = spawn_storages(system_, options.storage_threads);
  process_.hub = system_.spawn<hub_actor>(network_, process_.start, alive_);
  process_.ticker = system_.spawn<ticker_actor>(options.ticker, process_.start);
  process_.subscription = system_.spawn<subscription_actor>(process_.start);
  for (std::size_t i = 0; i < clients_actors(system_, network_ != nullptr); ++i)
    clients_.push_back(spawn_where_it_works<clients_actor>(process_));
  for (const auto& servant : {process_.hub, process_.ticker, process_.subscription})
    alive_.add(servant);
  for (const auto& servant : clients_)
    alive_.add(servant);
  for (const auto& servant : storages_)
    alive_.add(servant);
}

system::~system() {
  stop();
  alive_.wait();
  if (own_ != nullptr)
    system_.await_all_actors_done();
  else if (network_ != nullptr)
    await_closed_sockets(system_.middleman().backend());
}

caf::actor system::start_node(node_setup setup) {
  const std::lock_guard guard{mutex_};
  if (stopped_)
    return {};
  auto shared = process_;
  shared.storage = storages_[setup.storage_lane % storages_.size()];
  auto node = spawn_where_it_works<node_actor>(std::move(shared), std::move(setup));
  alive_.add(node);
  remember(nodes_, caf::actor_cast<caf::actor_addr>(node), has_ended);
  return node;
}

void system::listen(int socket, const caf::actor& node) {
  const std::lock_guard guard{mutex_};
  if (stopped_ || !node) {
    ::close(socket);
    return;
  }
  caf::actor_config config{&system_.middleman().backend()};
  acceptor_ = system_.spawn_class<acceptor_actor, caf::no_spawn_options>(config, process_, network_,
                                                                         node, socket);
  alive_.add(acceptor_);
}

caf::actor system::way_to(const std::string& address) {
  caf::actor hub;
  {
    const std::lock_guard guard{mutex_};
    hub = process_.hub;
  }
  caf::actor found;
  if (!hub)
    return found;
  caf::scoped_actor self{system_};
  self->request(hub, caf::infinite, actors::way_to{address})
    .receive([&](caf::actor& x) { found = std::move(x); }, [](const caf::error&) {});
  return found;
}

void system::kill(const caf::actor& node) {
  caf::anon_send_exit(node, caf::exit_reason::kill);
}

std::shared_ptr<line> system::open_line(client_side::caller_options options, std::uint64_t seed) {
  const std::lock_guard guard{mutex_};
  if (stopped_)
    return std::make_shared<line>(caf::actor{}, line_id{});
  const line_id id{++lines_opened_};
  const auto& clients = clients_[id.value % clients_.size()];
  caf::anon_send(clients, actors::open_line{id, std::move(options), seed});
  auto opened = std::make_shared<line>(clients, id);
  remember(lines_, opened, [](const std::shared_ptr<line>& x) { return x->closed(); });
  return opened;
}

void system::subscribe(std::function<void(const transition&)> on_transition) {
  const std::lock_guard guard{mutex_};
  if (!stopped_)
    caf::anon_send(process_.subscription, actors::subscribe{std::move(on_transition)});
}

std::shared_ptr<membership_subscription::state> system::subscribe(
  std::function<void(const membership_event&)> on_event, subscription_options how) {
  auto user = std::make_shared<membership_subscription::state>(std::move(on_event));
  const std::lock_guard guard{mutex_};
  if (stopped_)
    return user;
  auto listener = system_.spawn<listener_actor>(process_.subscription, how, user);
  alive_.add(listener);
  user->attach(std::move(listener));
  return user;
}

std::pair<caf::actor, std::shared_ptr<leader_task::state>> system::start_task(
  leader_callbacks user) {
  auto state = std::make_shared<leader_task::state>(std::move(user));
  const std::lock_guard guard{mutex_};
  if (stopped_)
    return {caf::actor{}, std::move(state)};
  auto task = system_.spawn<leader_task_actor>(state);
  alive_.add(task);
  state->attach(task);
  remember(tasks_, caf::actor_cast<caf::actor_addr>(task), has_ended);
  return {std::move(task), std::move(state)};
}

void system::subscribe_refusals(
  std::function<void(const refusal_record&, std::uint64_t)> on_refusal) {
  const std::lock_guard guard{mutex_};
  if (!stopped_)
    caf::anon_send(process_.subscription, actors::subscribe_refusals{std::move(on_refusal)});
}

void system::call_roll(roll_call what) {
  const std::lock_guard guard{mutex_};
  alive_.add(system_.spawn<roll_call_actor>(std::move(what)));
}

void system::stop() {
  const std::lock_guard guard{mutex_};
  if (std::exchange(stopped_, true))
    return;
  for (const auto& opened : lines_)
    opened->close();
  // Not by an exit message: CAF doesn't promise that it comes after calls that are to be answered.
  for (const auto& clients : std::exchange(clients_, {}))
    caf::anon_send(clients, dismissed{});
  for (auto& weak : nodes_)
    if (auto node = caf::actor_cast<caf::actor>(weak))
      caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
  for (const auto& weak : tasks_)
    if (auto task = caf::actor_cast<caf::actor>(weak))
      caf::anon_send(task, dismissed{});
  if (acceptor_)
    caf::anon_send_exit(std::exchange(acceptor_, nullptr), caf::exit_reason::kill);
  for (const auto& servant : {process_.ticker, process_.subscription, process_.hub})
    caf::anon_send_exit(servant, caf::exit_reason::user_shutdown);
  for (const auto& servant : std::exchange(storages_, {}))
    caf::anon_send_exit(servant, caf::exit_reason::user_shutdown);
  process_ = process{};
}

} // namespace quorate::actors
