// Tells subscribers of every transition of the cluster, once and in order, and of refusals.
#pragma once

#include "actors/signals.hpp"
#include "actors/transition_order.hpp"
#include "runtime/membership/event_feed.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace quorate::actors {

/// Hears `transitions_applied` and `refusals_told` of all nodes. Order and gaps:
/// `transition_order`. There are two kinds of subscribers:
///
/// - functions (`subscribe`, `subscribe_refusals`) are called at once, with what is delivered after
/// they subscribed. They
///   must not block or throw.
/// - actors (`subscribe_events`) get events as they take them, and a table in place of what they
///   are too slow for: `event_feed`. One that ends is forgotten.
///
/// A table is asked of a node that reported lately, so it is at least as new as what that reported.
/// Who doesn't answer is left, and the next one asked.
class subscription_actor final : public caf::event_based_actor {
public:
  subscription_actor(caf::actor_config& config, caf::actor_clock::time_point start);

  const char* name() const override;

  /// Nodes that are remembered to be asked for a table: more than have a log at a time.
  static constexpr std::size_t reporters_max = 32;
  /// How long a node may take for it, and until an old table is asked for again.
  static constexpr std::uint64_t table_wait_ms = 100;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  std::uint64_t now_ms() const;
  void deliver(std::vector<transition> ready);

  // -- actors
  void subscribe(const subscribe_events& x);
  void forget(caf::actor_id who);
  void hand_out();
  void ask_for_table();
  void remember_reporter();

  caf::actor_clock::time_point start_;
  transition_order order_;
  std::vector<std::function<void(const transition&)>> functions_;
  membership::event_feed feed_;
  std::map<membership::subscriber_id, caf::actor> subscribers_;
  std::deque<caf::actor_addr> reporters_; ///< The newest last.
  bool asking_ = false;
  std::vector<std::function<void(const refusal_record&, std::uint64_t)>> refusal_subscribers_;
  std::optional<std::uint64_t> alarm_ms_;
};

} // namespace quorate::actors
