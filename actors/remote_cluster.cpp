// The public cluster in other processes: connections, and calls that wait.
#include "quorate/remote_cluster.hpp"

#include "actors/facade.hpp"
#include "actors/seed.hpp"
#include "actors/settings.hpp"
#include "actors/system.hpp"
#include "runtime/wire/greeting.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

namespace quorate {

namespace {

/// Null: plain.
result<std::shared_ptr<actors::tls_files>> tls_of(const remote_options& options) {
  if (!options.tls.wanted())
    return std::shared_ptr<actors::tls_files>{};
  auto files = actors::tls_files::open(options.tls);
  if (!files)
    return files;
  const auto& self = (*files)->current()->self();
  const auto bad = [&](const std::string& what) {
    return make_error(errc::tls_unusable, "certificate_file: " + options.tls.certificate_file
                                            + " is that of " + tls::to_uri(self) + "; " + what
                                            + '.');
  };
  if (self.role == wire::peer_role::node)
    return bad("to connect from outside, take that of a client or an operator");
  if (!options.name.empty() && options.name != self.name)
    return bad("the name given is " + options.name);
  if (!options.cluster_name.empty() && options.cluster_name != self.cluster_name)
    return bad("the cluster given is " + options.cluster_name);
  return files;
}

/// Without TLS nobody can tell who somebody is, and everybody may do everything.
wire::hello hello_of(const remote_options& options, actors::tls_files* tls) {
  wire::hello x;
  x.versions = membership::this_build;
  x.cluster_name = options.cluster_name;
  x.role = wire::peer_role::operator_;
  x.name = options.name.empty() ? "unnamed" : options.name;
  x.limits = wire::own_limits();
  if (tls != nullptr) {
    const auto& self = tls->current()->self();
    x.cluster_name = self.cluster_name;
    x.role = self.role;
    x.name = self.name;
  }
  return x;
}

std::shared_ptr<const actors::network_settings> network_of(const remote_options& options,
                                                           std::shared_ptr<actors::tls_files> tls) {
  actors::network_settings x;
  x.self = std::make_shared<actors::own_hello>(hello_of(options, tls.get()));
  x.tls = std::move(tls);
  x.addresses = options.addresses;
  x.handshake_ms = static_cast<std::uint64_t>(options.handshake_timeout.count());
  x.heartbeat_ms = static_cast<std::uint64_t>(options.link_heartbeat.count());
  x.timeout_ms = static_cast<std::uint64_t>(options.link_timeout.count());
  x.seed = actors::draw_seed();
  return std::make_shared<const actors::network_settings>(std::move(x));
}

actors::system_options system_options_of(const remote_options& from,
                                         std::shared_ptr<actors::tls_files> tls) {
  actors::system_options to;
  to.worker_threads = from.worker_threads;
  to.network = network_of(from, std::move(tls));
  return to;
}

} // namespace

class remote_cluster::state {
public:
  state(remote_options options, std::shared_ptr<actors::tls_files> tls)
    : options_(std::move(options)),
      rng_(actors::draw_seed()),
      system_(system_options_of(options_, std::move(tls))) {
    // nop
  }

  /// What one node answers, or why there is no answer.
  template <class Reply, class Request>
  result<Reply> ask(const std::string& address, Request what, std::chrono::milliseconds at_most) {
    const auto to = system_.way_to(address);
    if (!to)
      return make_error(errc::shutting_down);
    result<Reply> out = make_error(errc::shutting_down);
    caf::scoped_actor self{system_.caf()};
    self->request(to, at_most, actors::node_call{std::move(what)})
      .receive(
        [&](actors::node_call_reply& reply) {
          if (auto* found = std::get_if<Reply>(&reply.answer))
            out = std::move(*found);
          else if (auto* refused = std::get_if<error>(&reply.answer))
            out = std::move(*refused);
          else
            out = unexpected_answer();
        },
        [&](const caf::error& why) {
          if (why == caf::sec::request_timeout)
            out = make_error(errc::deadline_exceeded, address + " didn't answer in time.");
        });
    return out;
  }

  std::shared_ptr<actors::line> open_line() {
    return system_.open_line(actors::caller_options(options_), next_seed());
  }

  std::uint64_t next_seed() {
    const std::lock_guard guard{mutex_};
    return rng_.next();
  }

  const remote_options& options() const noexcept {
    return options_;
  }

private:
  const remote_options options_;
  std::mutex mutex_; ///< Of the random choices.
  base::random rng_;
  actors::system system_;
};

result<remote_cluster> remote_cluster::connect(remote_options options) {
  if (auto valid = options.validate(); !valid)
    return valid.error();
  auto tls = tls_of(options);
  if (!tls)
    return tls.error();
  return remote_cluster{std::make_unique<state>(std::move(options), std::move(*tls))};
}

remote_cluster::remote_cluster(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

remote_cluster::remote_cluster(remote_cluster&&) noexcept = default;
remote_cluster& remote_cluster::operator=(remote_cluster&&) noexcept = default;
remote_cluster::~remote_cluster() = default;

quorate::client remote_cluster::client() {
  return quorate::client{std::make_shared<quorate::client::state>(state_->open_line())};
}

quorate::membership_client remote_cluster::membership() {
  return quorate::membership_client{
    std::make_shared<quorate::membership_client::state>(state_->open_line(), state_->next_seed())};
}

result<node_status> remote_cluster::status(const std::string& address,
                                           std::chrono::milliseconds at_most) {
  const auto deadline = state_->options().deadline;
  at_most = at_most.count() > 0 ? std::min(at_most, deadline) : deadline;
  if (!address.empty())
    return state_->ask<node_status>(address, ops::status_request{}, at_most);
  result<node_status> last = make_error(errc::unreachable);
  for (const auto& each : state_->options().addresses)
    if (last = state_->ask<node_status>(each, ops::status_request{}, at_most); last)
      return last;
  return last;
}

result<membership_change> remote_cluster::provision(const std::string& address,
                                                    const membership_policy& policy) {
  auto reply = state_->ask<ops::provision_reply>(
    address, membership::provision_request{state_->options().cluster_name, policy},
    state_->options().deadline);
  if (!reply)
    return reply.error();
  if (reply->refusal.code != errc::none)
    return reply->refusal;
  return membership_change{reply->changed, config_version{1}};
}

} // namespace quorate
