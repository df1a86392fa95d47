// The public node: one `node_actor`, its network, and calls that wait.
#include "quorate/node.hpp"

#include "actors/data_directory.hpp"
#include "actors/facade.hpp"
#include "actors/host.hpp"
#include "actors/roll_call_actor.hpp"
#include "actors/seed.hpp"
#include "actors/settings.hpp"
#include "actors/sockets.hpp"
#include "actors/system.hpp"
#include "runtime/storage/memory_store.hpp"
#include "runtime/wire/greeting.hpp"

#include <caf/all.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace quorate {

namespace {

/// File descriptors that aren't for connections: of the storage, of the service, of this process's
/// own connections to others.
constexpr std::size_t files_kept = 256;

/// As many as wanted, but no more than the process may have files.
std::size_t connections_max(std::size_t wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
    return wanted;
  const auto all = static_cast<std::size_t>(files.rlim_cur);
  return std::min(wanted, all > 2 * files_kept ? all - files_kept : all / 2);
}

/// `address` with that port, if it has none of its own.
std::string with_port(const std::string& address, std::uint16_t port) {
  const auto colon = address.rfind(':');
  return address.substr(colon) == ":0" ? address.substr(0, colon + 1) + std::to_string(port)
                                       : address;
}

result<actors::disk> disk_for(const node_options& options) {
  if (options.storage != nullptr)
    return actors::disk{options.storage};
  if (!options.data_dir.empty())
    return actors::disk_at(options.data_dir, options.disk_reserve_bytes);
  return actors::disk{std::make_shared<storage::memory_store>()};
}

wire::hello hello_of(const node_options& options, const std::string& address) {
  wire::hello x;
  x.versions = membership::this_build;
  x.cluster_name = options.cluster_name;
  x.role = wire::peer_role::node;
  x.name = options.name;
  x.address = address;
  x.limits = wire::own_limits();
  return x;
}

/// Null: plain. A node whose certificate is somebody else's would be refused by everybody.
result<std::shared_ptr<actors::tls_files>> tls_of(const node_options& options) {
  if (!options.tls.wanted())
    return std::shared_ptr<actors::tls_files>{};
  auto files = actors::tls_files::open(options.tls);
  if (!files)
    return files;
  const tls::identity self{options.cluster_name, wire::peer_role::node, options.name};
  if (const auto& named = (*files)->current()->self(); named != self)
    return make_error(errc::tls_unusable, "certificate_file: " + options.tls.certificate_file
                                            + " is that of " + tls::to_uri(named) + ", and this is "
                                            + tls::to_uri(self) + '.');
  return files;
}

std::shared_ptr<const actors::network_settings> network_of(const node_options& options,
                                                           const std::string& address,
                                                           std::shared_ptr<actors::own_hello> self,
                                                           std::shared_ptr<actors::tls_files> tls) {
  actors::network_settings x;
  x.tls = std::move(tls);
  x.self = std::move(self);
  x.addresses = options.seeds;
  if (std::find(x.addresses.begin(), x.addresses.end(), address) == x.addresses.end())
    x.addresses.insert(x.addresses.begin(), address);
  x.handshake_ms = static_cast<std::uint64_t>(options.handshake_timeout.count());
  x.heartbeat_ms = static_cast<std::uint64_t>(options.link_heartbeat.count());
  x.timeout_ms = static_cast<std::uint64_t>(options.link_timeout.count());
  x.connections_max = connections_max(options.connections_max);
  x.seed = actors::draw_seed();
  return std::make_shared<const actors::network_settings>(std::move(x));
}

actors::system_options system_options_of(const node_options& from,
                                         std::shared_ptr<const actors::network_settings> network) {
  actors::system_options to;
  to.worker_threads = from.worker_threads;
  to.ticker = {from.tick};
  to.storage_threads = from.data_dir.empty() && from.storage == nullptr ? 0 : 1;
  to.network = std::move(network);
  return to;
}

error has_ended() {
  return make_error(errc::shutting_down, "The node has ended.");
}

} // namespace

class node::state {
public:
  state(node_options options, std::string address, std::shared_ptr<actors::own_hello> self,
        std::shared_ptr<actors::tls_files> tls, caf::actor_system* host)
    : options_(std::move(options)),
      address_(std::move(address)),
      network_(network_of(options_, address_, std::move(self), std::move(tls))),
      rng_(actors::draw_seed()),
      system_(system_options_of(options_, network_), host) {
    // nop
  }

  void start(actors::disk storage, int socket) {
    actors::node_setup setup;
    setup.options = actors::driver_options(options_);
    setup.options.name = options_.name;
    setup.options.address = address_;
    for (const auto& seed : options_.seeds)
      if (seed != address_) // Whoever is founded asks its seeds first, and would wait for itself.
        setup.options.seeds.push_back(seed);
    setup.options.parked = options_.parked;
    setup.controller = actors::controller_settings(options_);
    setup.storage = std::move(storage);
    setup.seed = next_seed();
    setup.network = network_;
    node_ = system_.start_node(std::move(setup));
    system_.listen(socket, node_);
  }

  /// The answer of the node to one request, or why there is none.
  template <class Reply, class Request>
  result<Reply> ask(Request what) {
    const auto to = handle();
    if (!to)
      return has_ended();
    result<Reply> out = has_ended();
    caf::scoped_actor self{system_.caf()};
    self->request(to, options_.deadline, std::move(what))
      .receive([&](Reply& reply) { out = std::move(reply); },
               [&](const caf::error& why) {
                 if (why == caf::sec::request_timeout)
                   out = make_error(errc::deadline_exceeded);
               });
    return out;
  }

  result<void> stop() {
    const auto to = handle();
    if (!to)
      return has_ended();
    actors::answer_promise<void> promise;
    auto future = promise.future();
    // What is said to a node that has ended is dropped, and with it the promise.
    caf::anon_send(to, actors::stop_node{[done = std::exchange(promise, {})] { done({}); }});
    const bool in_time = future.wait_for(options_.deadline) == std::future_status::ready;
    if (!in_time)
      system_.kill(to);
    const std::lock_guard guard{mutex_};
    node_ = nullptr;
    return in_time
             ? future.get()
             : make_error(errc::deadline_exceeded, "The node was killed: it didn't end in time.");
  }

  std::shared_ptr<actors::line> open_line() {
    auto options = actors::caller_options(options_);
    options.nodes = options_.seeds;
    options.nodes.insert(options.nodes.begin(), address_);
    return system_.open_line(std::move(options), next_seed());
  }

  std::uint64_t next_seed() {
    const std::lock_guard guard{mutex_};
    return rng_.next();
  }

  caf::actor handle() {
    const std::lock_guard guard{mutex_};
    return node_;
  }

  const node_options& options() const noexcept {
    return options_;
  }
  const std::string& address() const noexcept {
    return address_;
  }
  /// Null: plain.
  actors::tls_files* tls() const noexcept {
    return network_->tls.get();
  }
  actors::system& system() noexcept {
    return system_;
  }

private:
  const node_options options_;
  const std::string address_;
  const std::shared_ptr<const actors::network_settings> network_;
  std::mutex mutex_; ///< Of what follows, the system apart.
  base::random rng_;
  caf::actor node_; ///< None: it was stopped.
  actors::system system_;
};

// -- the public class -----------------------------------------------------------------------------

result<node> node::start(node_options options) {
  return start_in(nullptr, std::move(options));
}

result<node> node::start(node_options options, caf::actor_system& host) {
  if (auto fit = actors::can_host(host); !fit)
    return fit.error();
  return start_in(&host, std::move(options));
}

result<node> node::start_in(caf::actor_system* host, node_options options) {
  if (auto valid = options.validate(); !valid)
    return valid.error();
  auto tls = tls_of(options);
  if (!tls)
    return tls.error();
  auto storage = disk_for(options);
  if (!storage)
    return storage.error();
  const auto socket = actors::listen_at(options.listen);
  if (!socket)
    return socket.error();
  const auto address = with_port(options.advertise.empty() ? options.listen : options.advertise,
                                 actors::port_of(*socket));
  auto hello = std::make_shared<actors::own_hello>(hello_of(options, address));
  node made{
    std::make_unique<state>(std::move(options), address, std::move(hello), std::move(*tls), host)};
  made.state_->start(std::move(*storage), *socket);
  return made;
}

node::node(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

node::node(node&&) noexcept = default;
node& node::operator=(node&&) noexcept = default;
node::~node() = default;

const std::string& node::name() const noexcept {
  return state_->options().name;
}

const std::string& node::address() const noexcept {
  return state_->address();
}

std::optional<std::int64_t> node::certificate_expires_s() const {
  auto* files = state_->tls();
  return files != nullptr ? std::optional{files->current()->expires_s()} : std::nullopt;
}

error node::certificate_failure() const {
  auto* files = state_->tls();
  return files != nullptr ? files->failure() : error{};
}

result<membership_change> node::provision(const membership_policy& policy) {
  auto reply = state_->ask<ops::provision_reply>(
    membership::provision_request{state_->options().cluster_name, policy});
  if (!reply)
    return reply.error();
  if (reply->refusal.code != errc::none)
    return reply->refusal;
  return membership_change{reply->changed, config_version{1}};
}

result<void> node::stop() {
  return state_->stop();
}

result<node_status> node::status() {
  return state_->ask<node_status>(ops::status_request{});
}

result<void> node::wait_until_joined(std::chrono::milliseconds at_most) {
  auto handle = state_->handle();
  if (!handle)
    return has_ended();
  actors::answer_promise<void> promise;
  auto future = promise.future();
  actors::roll_call what;
  what.nodes.emplace_back(name(), std::move(handle));
  what.at_most = at_most;
  what.done = std::move(promise);
  state_->system().call_roll(std::move(what));
  return future.get();
}

quorate::client node::client() {
  return quorate::client{std::make_shared<quorate::client::state>(state_->open_line())};
}

quorate::membership_client node::membership() {
  return quorate::membership_client{
    std::make_shared<quorate::membership_client::state>(state_->open_line(), state_->next_seed())};
}

membership_subscription node::subscribe(std::function<void(const membership_event&)> on_event,
                                        subscription_options options) {
  return membership_subscription{state_->system().subscribe(std::move(on_event), options)};
}

void node::subscribe_refusals(
  std::function<void(const refusal_record&, std::uint64_t)> on_refusal) {
  state_->system().subscribe_refusals(std::move(on_refusal));
}

result<leader_task> node::run_on_leader(leader_callbacks work) {
  const auto handle = state_->handle();
  if (!handle)
    return has_ended();
  auto [task, user] = state_->system().start_task(std::move(work));
  if (!task)
    return has_ended();
  caf::send_as(task, handle, actors::attach_task{});
  return leader_task{std::move(user)};
}

} // namespace quorate
