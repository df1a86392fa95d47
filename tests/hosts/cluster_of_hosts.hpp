// A cluster of processes on hosts of their own, under load, and what must hold at its end.
#pragma once

#include "quorate/remote_cluster.hpp"
#include "tests/hosts/ground.hpp"
#include "tests/network/files.hpp"
#include "tests/processes/child_process.hpp"
#include "tests/processes/lives.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::hosts {

using clock = std::chrono::steady_clock;

/// How long a scenario's faults last: QUORATE_HOSTS_SECONDS, 20 if unset, a share of it as
/// QUORATE_SEEDS_PERCENT says, but at least 4.
std::chrono::seconds fault_seconds();

/// Host i runs node `n<i+1>`, at its port 7400, with TLS. The first is founded.
///
/// Thread safety: none.
class cluster_of_hosts {
public:
  cluster_of_hosts(std::size_t hosts, std::size_t started, membership_policy policy);
  ~cluster_of_hosts();

  cluster_of_hosts(const cluster_of_hosts&) = delete;
  cluster_of_hosts& operator=(const cluster_of_hosts&) = delete;

  // -- processes ----------------------------------------------------------------------------------

  void start(std::size_t host);
  void signal(std::size_t host, int number);
  /// By SIGKILL; it is gone when this returns.
  void kill(std::size_t host);
  /// By SIGTERM, in order.
  void stop(std::size_t host);
  void wipe_disk(std::size_t host);
  bool runs(std::size_t host) const noexcept {
    return nodes_[host] != nullptr;
  }

  ground& network() noexcept {
    return ground_;
  }
  std::size_t size() const noexcept {
    return nodes_.size();
  }

  // -- the cluster --------------------------------------------------------------------------------

  static std::string address(std::size_t host);
  std::string addresses() const;
  remote_cluster& remote() noexcept {
    return *remote_;
  }
  quorate::membership_client membership() {
    return remote_->membership();
  }
  /// None: nobody leads at the moment.
  std::optional<std::size_t> leader();
  std::optional<nodes_view> table();
  /// The row of that host's node; none if there is none.
  std::optional<node_row> row(std::size_t host);
  /// For whoever reads of a failure: every node, and what the controller waits for.
  std::string picture();
  /// Waits until there are so many members and no change is under way.
  bool has_members(std::size_t count);
  /// Waits until that node has no part in consensus.
  bool is_gone(node_id id);

  // -- load ---------------------------------------------------------------------------------------

  void begin_load();
  /// Listens to the load for so long.
  void hear_for(std::chrono::milliseconds duration);
  /// Heals the network, continues and starts all nodes, and waits until writes succeed.
  void restore();
  /// The load ends; all members come to one index with one hash; what the clients saw is
  /// linearizable, each counted write took effect once.
  void end_load_and_check();

  std::uint64_t operations() const noexcept {
    return heard_->operations();
  }

private:
  bool eventually(const std::function<bool()>& holds);
  std::unique_ptr<processes::child_process> load(int life, int clients) const;
  void hear_to_its_end(processes::child_process& child);
  void look_at_replicas();

  ground ground_;
  network::certificate_files files_;
  std::filesystem::path where_;
  std::vector<std::unique_ptr<processes::child_process>> nodes_; ///< By host; null: none runs.
  std::optional<remote_cluster> remote_;
  std::unique_ptr<processes::child_process> load_;
  std::ofstream history_;
  std::optional<processes::lives> heard_;
  std::uint64_t seed_;
};

} // namespace quorate::hosts
