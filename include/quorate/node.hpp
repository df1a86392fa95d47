// One node in this process: what a service that runs on several hosts embeds.
#pragma once

#include <quorate/client.hpp>
#include <quorate/events.hpp>
#include <quorate/export.hpp>
#include <quorate/history.hpp>
#include <quorate/leader_task.hpp>
#include <quorate/membership_client.hpp>
#include <quorate/node_options.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace caf {
class actor_system;
} // namespace caf

namespace quorate {

/// A node of a cluster whose other nodes are in other processes, and everything it needs: storage,
/// threads, a port. It registers and joins by itself, as soon as it reaches a cluster by its seeds
/// or is provisioned.
///
///   quorate::node_options options;
///   options.name = "n1";
///   options.listen = "10.0.0.1:7400";
///   options.seeds = {"10.0.0.1:7400", "10.0.0.2:7400", "10.0.0.3:7400"};
///   options.data_dir = "/var/lib/queue";
///   options.tls = {"ca.pem", "n1.pem", "n1.key"};
///   auto node = quorate::node::start(options);
///
/// Thread safety: all methods may be called from any thread, except the destructor and moves.
///
/// Destroying it ends the node as if its process had died; `stop` ends it in order. Clients made
/// from it then answer `shutting_down`. Both wait, so neither is for a callback or an actor.
class QUORATE_EXPORT node {
public:
  /// Opens the storage and listens; returns before anybody was reached. Errors: `invalid_argument`
  /// and what `validate` says; `tls_unusable` with the file and what is wrong with it;
  /// `address_unusable`. A node whose data is damaged, or in use by another process, starts
  /// halted: its status says why.
  static result<node> start(node_options options);
  /// In an actor system of the service's (quorate/caf.hpp), which outlives the node, and on its
  /// threads: `worker_threads` says nothing then. Errors: `invalid_argument` also if that system
  /// can't take nodes.
  static result<node> start(node_options options, caf::actor_system& host);

  node(node&&) noexcept;
  node& operator=(node&&) noexcept;
  ~node();

  /// Its name.
  const std::string& name() const noexcept;
  /// Where other nodes reach it: as advertised, with the real port.
  const std::string& address() const noexcept;

  /// When others begin to refuse its certificate, in seconds since 1970, UTC; none: connections are
  /// plain.
  std::optional<std::int64_t> certificate_expires_s() const;
  /// Why renewed files aren't used, if they aren't: the ones before are.
  error certificate_failure() const;

  /// Founds a cluster on this node. Idempotent. Errors: `peer_has_cluster` if a seed belongs to one
  /// already; the policy's own refusals.
  result<membership_change> provision(const membership_policy& policy = {});

  /// Ends the node in order: a leader hands over first, what it was about to write is on its disk,
  /// and it says goodbye. Takes an election timeout at most if nobody can take over, two if the
  /// disk doesn't answer. Errors: `deadline_exceeded`, and then it is killed; `shutting_down` if it
  /// ended before.
  result<void> stop();

  /// What the node says of itself. Errors: `deadline_exceeded`, `shutting_down`.
  result<node_status> status();

  /// Blocks until the node has joined: is registered, and knows so itself. Errors:
  /// `deadline_exceeded`, `shutting_down`, what made it halt.
  result<void> wait_until_joined(std::chrono::milliseconds at_most);

  /// Clients of the whole cluster, wherever its leader is; calls go to this node first, and from
  /// there by its connections.
  quorate::client client();
  quorate::membership_client membership();

  /// Calls `on_event` for every committed transition that this node learns of, as
  /// `local_cluster::subscribe` does. It sees them as soon as they are applied here, if it is a
  /// member or learner.
  membership_subscription subscribe(std::function<void(const membership_event&)> on_event,
                                    subscription_options options = {});

  /// Calls `on_refusal` for what this node's controller refuses while it leads, as
  /// `local_cluster::subscribe_refusals` does.
  void subscribe_refusals(
    std::function<void(const refusal_record&, std::uint64_t left_out)> on_refusal);

  /// Runs work here while this node leads.
  result<leader_task> run_on_leader(leader_callbacks work);

private:
  class QUORATE_LOCAL state;
  explicit node(std::unique_ptr<state> from);
  static result<node> start_in(caf::actor_system* host, node_options options);

  std::unique_ptr<state> state_;
};

} // namespace quorate
