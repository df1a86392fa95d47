// Waits for many nodes at once until they have joined.
#pragma once

#include "quorate/result.hpp"
#include "actors/signals.hpp"

#include <caf/event_based_actor.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace quorate::actors {

struct roll_call {
  std::vector<std::pair<std::string, caf::actor>> nodes; ///< With their names; at least one.
  std::chrono::milliseconds at_most{};
  /// Called once, on a thread of the actor system: with the first error there is, or none.
  std::function<void(result<void>)> done;
};

/// Asks each node, hears that it has joined (or why it won't), and ends with the last answer, the
/// first error or the deadline. Nothing is polled: a node answers when it is so.
class roll_call_actor final : public caf::event_based_actor {
public:
  roll_call_actor(caf::actor_config& config, roll_call what);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  void ask(const std::string& name, const caf::actor& node);
  void finish(const result<void>& how);

  roll_call what_;
  std::size_t missing_;
};

} // namespace quorate::actors
