// One clock hand for all nodes of the process.
#pragma once

#include "actors/signals.hpp"

#include <caf/event_based_actor.hpp>

#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace quorate::actors {

/// How often the ticker beats, and how many beats make one tick for a node that wants few.
struct ticker_options {
  std::chrono::milliseconds tick{10};
  std::uint32_t beats_per_slow_tick = 1;
};

/// Hears `want_ticks` and `no_more_ticks`, says `tick`. One timer, however many nodes there are.
/// Those that want few ticks take turns, so that thousands of them don't wake up together.
class ticker_actor final : public caf::event_based_actor {
public:
  ticker_actor(caf::actor_config& config, ticker_options options);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  using nodes = std::unordered_map<caf::actor_id, caf::actor>;

  void beat();
  void forget(caf::actor_id node);
  nodes& turn_of(std::uint64_t x) {
    return slow_[x % slow_.size()];
  }

  ticker_options options_;
  std::uint64_t beats_ = 0;
  nodes fast_;
  std::vector<nodes> slow_; ///< By turn.
};

} // namespace quorate::actors
