// One clock hand for all nodes of the process.
#pragma once

#include "actors/signals.hpp"

#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>

#include <chrono>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>

namespace quorate::actors {

struct ticker_options {
  std::chrono::milliseconds tick{10}; ///< How often the ticker beats.
};

/// Hears `want_ticks` and `no_more_ticks`, says `tick`. One timer, however many nodes there are,
/// and nothing for those whose time hasn't come: a beat costs O(nodes with a log), and O(log nodes)
/// for each other one that is due.
class ticker_actor final : public caf::event_based_actor {
public:
  ticker_actor(caf::actor_config& config, ticker_options options,
               caf::actor_clock::time_point start);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  struct sleeper {
    caf::actor node;
    std::uint64_t at_ms = 0;
  };

  void beat();
  void forget(caf::actor_id node);

  ticker_options options_;
  caf::actor_clock::time_point start_;
  std::unordered_map<caf::actor_id, caf::actor> awake_; ///< Want every tick.
  std::unordered_map<caf::actor_id, sleeper> sleepers_;
  std::set<std::pair<std::uint64_t, caf::actor_id>> due_; ///< The sleepers by their time.
};

} // namespace quorate::actors
