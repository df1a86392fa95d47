// What runs in each process of the service: its work on the shards that it is given, and, where the
// leader is, the scheduler that gives them out.
#pragma once

#include "examples/work_queue/queue.hpp"

#include <quorate/quorate.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>

namespace work_queue {

/// Says that its node lives, and does the jobs of the shards that are the node's.
///
/// A job is done at least once, and counted once: whoever dies between the two leaves it to the
/// next.
class worker {
public:
  explicit worker(quorate::node& of);
  ~worker();

private:
  void run();
  void work_on(std::size_t which);

  const std::string name_;
  queue queue_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

/// Gives shards to members that live, evenly, while this process's node leads. Two may do so at the
/// same time for a moment, as with every leadership; the assignment keeps the token of the later
/// one, and is only ever changed as it was seen.
class scheduler {
public:
  explicit scheduler(quorate::node& of);
  ~scheduler();

private:
  /// What is known of a node: its last sign of life, and when that was first seen.
  struct life {
    std::string sign;
    std::chrono::steady_clock::time_point since;
  };

  void run();
  void schedule(std::uint64_t token);
  bool lives(const std::string& node);

  queue queue_;
  quorate::membership_client membership_;
  quorate::result<quorate::leader_task> leadership_;
  std::map<std::string, life> lives_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

} // namespace work_queue
