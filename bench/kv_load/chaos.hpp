// Makes trouble while the load runs: kills and restarts nodes, parks and activates members.
#pragma once

#include "quorate/local_cluster.hpp"
#include "runtime/base/random.hpp"
#include "bench/kv_load/chaos_counts.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace quorate::bench {

/// Nodes beside the members, so that one is there to take the place of one that is parked or dead.
inline constexpr std::uint32_t chaos_spares = 2;

/// Two threads, because an intent may wait for a leader while the next one is to be killed. What is
/// done next is drawn from the seed; what that meets isn't.
///
/// Thread safety: all methods from one thread. The cluster has to outlive it.
class chaos {
public:
  /// `members`: how many the cluster wants; fewer than half of that are dead at a time.
  chaos(local_cluster& cluster, std::size_t members, base::random rng);
  chaos(const chaos&) = delete;
  chaos& operator=(const chaos&) = delete;
  ~chaos();

  /// Ends it: restarts who is dead, activates who is parked. Returns what was counted until the
  /// call; the tidying up isn't. May wait as long as an intent may take.
  chaos_counts stop();

private:
  struct shared_counts {
    std::mutex access;
    chaos_counts counts;
  };

  /// False if it was stopped meanwhile.
  bool pause(std::chrono::milliseconds least, std::chrono::milliseconds most, base::random& rng);
  bool stopped();
  template <class F>
  void count(F change);

  void kill_and_restart();
  void kill_one();
  void restart_one();
  void park_and_activate();
  void change_one(membership_client& operators);
  void end();

  local_cluster& cluster_;
  const std::size_t dead_max_;
  base::random killer_rng_;
  base::random operator_rng_;
  std::shared_ptr<shared_counts> shared_; ///< The subscription ends with the cluster only.
  std::deque<std::string> dead_;          ///< The killer's, longest dead first.
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  std::thread killer_;
  std::thread operator_;
};

} // namespace quorate::bench
