// The shell of many `client_side::caller`s: the sessions of users, and the hands of operators.
#pragma once

#include "actors/process.hpp"
#include "actors/signals.hpp"
#include "runtime/client/caller.hpp"

#include <caf/event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace quorate::actors {

/// Hears users (`open_line`, `client_call`, `hang_up`), nodes' `client_replies`, and the hub; says
/// `client_requests` to nodes, and calls back.
///
/// One actor serves the lines of many users, because messages and wake-ups are what a small request
/// costs most (docs/adr/0009). It works in batches like a node: a `flush` to itself comes after all
/// that waited; then the requests of all lines to one node travel in one message.
///
/// `hang_up` answers what is under way on a line (`shutting_down`, or `outcome_unknown` for a write
/// that was sent) and ends it; `dismissed` ends the actor after what was said before.
class clients_actor : public caf::event_based_actor {
public:
  clients_actor(caf::actor_config& config, process shared);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  struct user {
    client_side::caller caller;
    std::uint64_t next_call = 1;
    std::unordered_map<client_side::call_id, std::function<void(client_side::answer)>> callbacks;
    std::uint64_t due_ms = 0; ///< As in `due_`; 0: nothing is due.
    bool touched = false;
  };

  void open(open_line& x);
  void close(line_id which);
  void hear(client_call& call);
  void hear(client_replies& replies);
  void lose(const std::string& address);

  void touch(line_id which, user& x);
  void wake();
  void later();
  void act();
  void act_for(line_id which, user& x);
  void finish(user& x, std::vector<client_side::finished_call> calls);
  void post();
  void schedule(line_id which, user& x);
  void set_alarm();

  std::uint64_t now_ms() const {
    return process_.now_ms(clock());
  }

  process process_;
  std::unordered_map<line_id, user> users_;
  std::vector<line_id> touched_; ///< Users whose caller may have something to say.
  std::vector<std::string> addresses_;
  std::map<std::string, client_requests> outbox_; ///< By address.
  std::unordered_map<std::string, caf::actor> peers_;
  std::set<std::pair<std::uint64_t, line_id>> due_;
  std::optional<std::uint64_t> alarm_ms_; ///< The earliest one that is set.
  bool acts_later_ = false;
};

} // namespace quorate::actors
