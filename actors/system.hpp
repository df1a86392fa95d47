// All actors of one process: starts them, knows them, ends them in order.
#pragma once

#include "quorate/events.hpp"
#include "quorate/leader_task.hpp"
#include "actors/line.hpp"
#include "actors/network.hpp"
#include "actors/node_actor.hpp"
#include "actors/process.hpp"
#include "actors/roll_call_actor.hpp"
#include "actors/ticker_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace quorate::actors {

struct system_options {
  enum class scheduling {
    threads, ///< CAF's `sharing`: measured to be idle when idle, and quick to wake.
    by_hand, ///< The test coordinator: single-threaded, with virtual time.
  };
  scheduling how = scheduling::threads;
  std::size_t worker_threads = 0; ///< 0: as many as there are processors.
  ticker_options ticker;
  /// Of their own, for stores that wait for a disk; none with `by_hand`. 0: they don't wait.
  std::size_t storage_threads = 0;
  /// To talk to other processes, with `threads` only. Null: there are none.
  std::shared_ptr<const network_settings> network;
};

/// Owns the actor system, or lives in a host's beside other actors. Order of construction:
/// configuration, actor system, servants (storage, hub, ticker, subscription, clients), then nodes
/// and lines as they come. Order of the end: lines are closed, which answers their calls,
/// everything else gets an exit message, all are awaited (only our own: a host's live on), then an
/// actor system of our own goes. CAF's own waiting at its end isn't relied on: an actor that holds
/// another's handle would make it wait for ever.
///
/// Nothing here waits for an actor, except the destructor and `way_to`.
///
/// Thread safety: all methods may be called from any thread, except the destructor.
class system {
public:
  /// `host`: null if the actor system is to be its own; otherwise it outlives this object, and
  /// `can_host` has been asked. What `options` says of scheduling is the host's business then.
  explicit system(const system_options& options, caf::actor_system* host = nullptr);
  ~system();

  system(const system&) = delete;
  system& operator=(const system&) = delete;

  caf::actor start_node(node_setup setup);

  /// Others may connect to that node by this socket, which listens and is taken over.
  void listen(int socket, const caf::actor& node);

  /// Whoever stands for that address: hears `node_call`. Blocks for a moment.
  caf::actor way_to(const std::string& address);

  /// The node ends as if its process had died. A node that is started on its disk afterwards waits
  /// until it has.
  void kill(const caf::actor& node);

  std::shared_ptr<line> open_line(client_side::caller_options options, std::uint64_t seed);

  void subscribe(std::function<void(const transition&)> on_transition);
  void subscribe_refusals(std::function<void(const refusal_record&, std::uint64_t)> on_refusal);

  /// Calls the user with events, as fast as the user takes them.
  std::shared_ptr<membership_subscription::state> subscribe(
    std::function<void(const membership_event&)> on_event, subscription_options how);

  /// Hears the news of the nodes that are started with it, or that it is attached to.
  std::pair<caf::actor, std::shared_ptr<leader_task::state>> start_task(leader_callbacks user);

  void call_roll(roll_call what);

  /// Everything is told to end. Idempotent. (By hand: then run the scheduler until nothing is left
  /// to do.)
  void stop();

  caf::actor_system& caf() noexcept {
    return system_;
  }

private:
  template <class Actor, class... Ts>
  caf::actor spawn_where_it_works(Ts&&... xs);

  struct own_system {
    explicit own_system(const system_options& options);

    caf::actor_system_config config;
    caf::actor_system system;
  };

  const std::unique_ptr<own_system> own_; ///< Null: in a host's.
  caf::actor_system& system_;
  const std::shared_ptr<const network_settings> network_;
  const live_actors alive_; ///< All that were spawned here, or by one of these.
  process process_;
  caf::actor acceptor_; ///< None: nobody can connect.
  std::mutex mutex_;
  bool stopped_ = false;
  std::vector<caf::actor_addr> nodes_; ///< Also of nodes that have ended, until there are too many.
  std::vector<caf::actor_addr> tasks_; ///< Likewise.
  std::vector<std::shared_ptr<line>> lines_; ///< Likewise.
  std::vector<caf::actor> clients_;          ///< Lines are dealt out to them in turn.
  std::vector<caf::actor> storages_;         ///< Disks likewise; at least one.
  std::uint64_t lines_opened_ = 0;
};

} // namespace quorate::actors
