// What a node and a cluster say in these tests.
#pragma once

#include "quorate/events.hpp"
#include "quorate/history.hpp"
#include "quorate/status.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace quorate::service {

/// A voter, as it is on a good day; n1 leads.
node_status good_status();

/// Three members, of which n3 is lost, a learner and a parked node; n1 leads.
nodes_view good_table();

transition promotion();

/// A refusal of an operator's `park`.
refusal_record refusal();

/// What nobody should be able to do by a name: another line, another key, a moved cursor.
std::string hostile_name();

/// Calls `holds` until it is true; false after ten seconds.
template <class Condition>
bool soon(Condition holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

} // namespace quorate::service
