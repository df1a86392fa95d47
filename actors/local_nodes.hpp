// The nodes of a process: their names, disks and handles.
#pragma once

#include "quorate/client.hpp"
#include "quorate/leader_task.hpp"
#include "quorate/local_cluster.hpp"
#include "quorate/membership_client.hpp"
#include "quorate/options.hpp"
#include "actors/line.hpp"
#include "actors/system.hpp"
#include "runtime/base/random.hpp"

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace quorate::actors {

/// Starts, kills and restarts nodes, and opens lines to their cluster. Nothing here waits, so
/// `local_cluster` uses it with threads and the tests without.
///
/// Thread safety: all methods may be called from any thread, except the destructor. Errors: those
/// of `local_cluster`.
class local_nodes {
public:
  local_nodes(local_cluster_options options, system_options::scheduling how);

  // -- nodes --------------------------------------------------------------------------------------------------

  result<std::string> start(local_node_options options);
  result<void> kill(const std::string& name);
  /// `done` is called when the node has ended and may be restarted: with success, or with what
  /// `local_cluster::stop` says.
  void stop(const std::string& name, std::function<void(result<void>)> done);
  result<void> restart(const std::string& name);

  /// `unknown_node`: there is none of that name, running or not.
  result<std::shared_ptr<leader_task::state>> run_on_leader(const std::string& name,
                                                            leader_callbacks work);

  /// In the order of their start.
  std::vector<std::string> running() const;

  /// The names that have data, in the order in which nodes are named. Errors: `storage_unreadable`.
  result<std::vector<std::string>> on_disk() const;

  /// None: no such node runs.
  caf::actor handle(const std::string& name) const;

  /// What `provision` asks of a node.
  membership::provision_request founding() const;

  // -- clients ------------------------------------------------------------------------------------------------

  std::shared_ptr<line> open_line();
  quorate::client client();
  quorate::membership_client membership();

  const local_cluster_options& options() const noexcept {
    return options_;
  }
  actors::system& system() noexcept {
    return system_;
  }

private:
  struct local_node {
    disk storage;
    std::size_t lane = 0; ///< Whose turn it is to serve this disk.
    caf::actor handle;    ///< None: killed.
    bool parked = false;
    std::vector<caf::actor_addr> tasks; ///< Of its leader; also those that have ended.
  };

  std::string free_name() const;
  result<disk> make_disk(const std::string& name) const;
  void launch(const std::string& name, local_node& x);
  bool ended(const std::string& name, const caf::actor_addr& which);
  std::vector<std::string> some_running() const;
  std::vector<std::string> seeds_of(const std::string& name) const;

  const local_cluster_options options_;
  mutable std::mutex mutex_; ///< Of what follows, the system apart.
  base::random rng_;
  std::map<std::string, local_node> nodes_;
  std::vector<std::string> order_; ///< Of those that run, by their start.
  actors::system system_;
};

} // namespace quorate::actors
