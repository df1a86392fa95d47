// Users of the production client (runtime/client): puts of values that nobody else puts, and what
// their answers claim, compared with the log.
//
// Thread safety: none.
#pragma once

#include "messages/kv.hpp"
#include "runtime/base/random.hpp"
#include "runtime/client/caller.hpp"
#include "tests/sim/clients.hpp"
#include "tests/sim/world.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace quorate::sim {

class user {
public:
  user(world& in, base::random draw, workload& shared, std::string name);

  void begin();
  /// It waits for its answers, and asks nothing new.
  void stop() {
    stopped_ = true;
  }

private:
  struct asked {
    std::string key;
    std::string value; ///< Empty: a read.
    revision at_least{};
    std::uint64_t deadline_ms = 0;
  };

  void next();
  void wake();
  void work();
  void send(const client_side::outgoing_request& request);
  void finished(const client_side::finished_call& call);
  void put_finished(const asked& what, const client_side::answer& answer);
  void read_finished(const asked& what, const client_side::answer& answer);
  std::uint64_t now_ms() const {
    return world_.now() / 1'000;
  }

  world& world_;
  base::random draw_;
  workload& shared_;
  std::string name_;
  client_side::caller_options options_;
  client_side::caller caller_;
  std::uint64_t next_call_ = 1;
  std::uint64_t wake_at_ms_ = ~std::uint64_t{0};
  std::map<client_side::call_id, asked> calls_;
  bool stopped_ = false;
};

} // namespace quorate::sim
