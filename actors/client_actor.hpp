// The shell of a `client_side::caller`: one user's session, and an operator's hands.
#pragma once

#include "actors/process.hpp"
#include "actors/signals.hpp"
#include "runtime/client/caller.hpp"

#include <caf/event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace quorate::actors {

struct client_setup {
  client_side::caller_options options;
  std::uint64_t seed = 0;
};

/// Hears `client_call` of users, nodes' answers, and the hub; says requests to nodes, and calls
/// back. It works in batches like a node: a `flush` to itself comes after the calls and answers
/// that waited.
///
/// `hang_up` answers what is under way (`shutting_down`, or `outcome_unknown` for a write that was
/// sent) and ends it.
class client_actor final : public caf::event_based_actor {
public:
  client_actor(caf::actor_config& config, process shared, client_setup setup);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  void hear(client_call& call);
  void later();
  void act();
  void ask(client_side::outgoing_request& request);
  void set_alarm();

  process process_;
  client_side::caller caller_;
  std::uint64_t next_call_ = 1;
  std::unordered_map<client_side::call_id, std::function<void(client_side::answer)>> callbacks_;
  std::unordered_map<std::string, caf::actor> peers_;
  bool acts_later_ = false;
  std::optional<std::uint64_t> alarm_ms_; ///< The earliest one that is set.
};

} // namespace quorate::actors
