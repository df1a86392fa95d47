// A whole cluster in this process: for tests, demos, and services that need only one machine.
#pragma once

#include <quorate/client.hpp>
#include <quorate/events.hpp>
#include <quorate/export.hpp>
#include <quorate/history.hpp>
#include <quorate/leader_task.hpp>
#include <quorate/membership_client.hpp>
#include <quorate/options.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quorate {

/// How one node is started.
struct local_node_options {
  std::string name;    ///< Empty: the next of n1, n2, …
  bool parked = false; ///< Register as `standby`: it waits until an operator activates it.
};

/// n nodes in this process, each an actor with its own state and its own storage, talking by
/// messages. The storage is in memory, or with `local_cluster_options::data_dir` on disk. That of a
/// killed node survives, so that it can be restarted.
///
/// Thread safety: all methods may be called from any thread, except the destructor and moves.
///
/// Destroying it stops all nodes and gives back every thread; clients made from it then answer
/// `shutting_down`.
class QUORATE_EXPORT local_cluster {
public:
  /// Starts the nodes and, unless told otherwise, founds the cluster on the first one; returns
  /// before the others have joined. With a `data_dir` that has nodes in it, these are started, and
  /// as many more as `nodes` says. Errors: `invalid_argument` and what `validate` says;
  /// `storage_unreadable`.
  static result<local_cluster> start(local_cluster_options options = {});

  local_cluster(local_cluster&&) noexcept;
  local_cluster& operator=(local_cluster&&) noexcept;
  ~local_cluster();

  // -- nodes --------------------------------------------------------------------------------------

  /// Starts one more node, unprovisioned, with the running nodes as its seeds; returns its name. It
  /// registers and joins by itself. With a `data_dir` it goes on with what is there under its name.
  /// Errors: `name_taken`; `invalid_argument` for a name that is empty or too long.
  result<std::string> start_node(local_node_options options = {});

  /// Founds the cluster on that node. Errors: `peer_has_cluster`.
  result<membership_change> provision(const std::string& name);

  /// Ends the node as if its process had died: nothing is said, nothing handed over, unsynced
  /// writes are lost. Others see its connections close. Errors: `unknown_node`.
  result<void> kill(const std::string& name);

  /// Ends the node in order, and returns when it has ended. A leader hands over first; what the
  /// node was about to write is on its disk; and it says goodbye, so that nobody waits for a
  /// timeout to learn that it's gone. It stays what it is, and is replaced no sooner than a silent
  /// one: this is one half of a restart. Writes that are acknowledged are kept; those under way are
  /// retried by their clients.
  ///
  /// Takes an election timeout at most if nobody can take over, and two if the disk doesn't answer;
  /// a node that hasn't ended by the cluster's deadline is killed. Errors: `unknown_node`, also if
  /// it is killed meanwhile; `deadline_exceeded`.
  result<void> stop(const std::string& name);

  /// Starts a killed or stopped node again on what its storage kept. Errors: `unknown_node`,
  /// `invalid_argument` if it runs.
  result<void> restart(const std::string& name);

  /// Blocks until each of these nodes has joined: is registered, and knows so itself, with its id
  /// and its row of the nodes config. It need not be a member. Costs one message a node, so
  /// thousands can be waited for together. Errors: `unknown_node`, also if one ends meanwhile;
  /// `deadline_exceeded`; what made a node halt.
  result<void> wait_until_joined(const std::vector<std::string>& names,
                                 std::chrono::milliseconds at_most);

  /// What the node says of itself; waits for it at most the deadline. Errors: `unknown_node`,
  /// `deadline_exceeded`.
  result<node_status> status(const std::string& name);

  /// Names of the running nodes, in the order of their start.
  std::vector<std::string> running() const;

  // -- clients ------------------------------------------------------------------------------------

  /// A client with a session of its own.
  quorate::client client();

  quorate::membership_client membership();

  // -- events -------------------------------------------------------------------------------------

  /// Calls `on_transition` for every committed transition from now on, once each, in order, on a
  /// thread of the cluster; it must not block. The subscription ends with the cluster.
  void subscribe(std::function<void(const transition&)> on_transition);

  /// Calls `on_event` for every committed transition, once each, in order, whoever leads: from now
  /// on, or behind the table as it is. A slow subscriber holds nobody up and costs no memory: it
  /// gets the table in place of what it missed (`membership_event`). Calls don't overlap; they are
  /// made on a thread of the cluster, so whoever wants to wait for something should do so
  /// elsewhere. It must not throw. Until the cluster is founded there is no table, and nothing is
  /// called.
  membership_subscription subscribe(std::function<void(const membership_event&)> on_event,
                                    subscription_options options);

  /// Runs work on that node while it leads, through all its restarts. Errors: `unknown_node`.
  result<leader_task> run_on_leader(const std::string& name, leader_callbacks work);

  /// Calls `on_refusal` for what the leader's controller refuses from now on, on a thread of the
  /// cluster; it must not block. Ten times a second at most: its second argument says how many
  /// refusals were left out since the one before. All of them are counted in the node's status
  /// (`refusals_total`), and the newest can be asked for (`membership_client::refusals`).
  void subscribe_refusals(
    std::function<void(const refusal_record&, std::uint64_t left_out)> on_refusal);

  /// Blocks until the leader's table has exactly so many members and no joint change. Errors:
  /// `deadline_exceeded`.
  result<nodes_view> wait_for_members(std::size_t count, std::chrono::milliseconds at_most);

private:
  class QUORATE_LOCAL state;
  explicit local_cluster(std::unique_ptr<state> from);

  std::unique_ptr<state> state_;
};

} // namespace quorate
