// Nodes with real sockets in one process of the tests.
#pragma once

#include "quorate/node.hpp"
#include "quorate/remote_cluster.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace quorate::network {

/// Timers of milliseconds, a port of its own.
node_options options_of(const std::string& name);

/// The same timers for everybody who connects to such nodes.
remote_options remote_to(std::vector<std::string> addresses);

/// The policy of a cluster that changes as fast as it can.
membership_policy quick_policy();

/// That many nodes, the first of them founded, all joined; aborts the test if that doesn't happen.
std::vector<node> joined_nodes(std::size_t count);

/// Calls `holds` until it is true; false after a minute.
template <class Condition>
bool eventually(Condition holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{1};
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

} // namespace quorate::network
