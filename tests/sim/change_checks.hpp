// A change of membership, when its leader proposes it: by the order of consensus, by what its
// leader has heard of the nodes, and by the policy's patience.
//
// Thread safety: none. Complexity: O(peers) a leader's tick, O(voters) a change.
#pragma once

#include "messages/membership.hpp"
#include "messages/node.hpp"
#include "messages/raft.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/process.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace quorate::sim {

class change_checks {
public:
  /// `live_window_ms`: the silence until which a controller takes a node for live.
  explicit change_checks(std::uint64_t live_window_ms) : live_window_ms_(live_window_ms) {
    // nop
  }

  /// Before its clock ticks.
  void ticked(const process& p);
  /// Before a message is heard.
  void received(const process& p, const node_mail& mail);
  /// After every call of its driver.
  void observe(const process& p, micros now);

private:
  /// The longest silence of a peer that ended lately.
  struct gap {
    bool contacted = false;
    std::uint64_t ticks = 0; ///< Of silence, at the last tick.
    micros heard_at = 0;
    micros longest = 0;
    micros ended_at = 0;
    std::uint64_t answered_at = 0; ///< In ticks.
    std::uint64_t asked_at = 0;    ///< When it last asked whether it is still in. In ticks.
    std::uint64_t asked_gap = 0;   ///< The longest time without it that ended lately. In ticks.
    std::uint64_t asked_gap_ended_at = 0;
    std::uint64_t fed_at = 0; ///< When it was last known to have something of the log. In ticks.
  };

  struct memory {
    std::uint64_t life = 0;
    quorate::term leads_in{};
    micros leads_since = 0;
    std::uint64_t ticks = 0;
    micros ticked_at = 0;
    micros stood_still_until = 0; ///< By a pause of the process.
    bool ticked = false;
    config_version newest{}; ///< Of the configs that were checked.
    std::map<node_id, gap> gaps;
    std::map<raft::replica, std::uint64_t> boots; ///< The newest that was heard of each,
    std::map<raft::replica, std::uint64_t> gone;  ///< and that of its goodbye.
  };

  memory& of(const process& p);
  static bool is_gone(const memory& m, const raft::replica& who);
  void remember_silence(const process& p, memory& m, micros now) const;
  void proposed(const process& p, const memory& m, const raft::entry& x, micros now) const;
  void check_order(const process& p, const raft::entry& x) const;
  void check_voters(const process& p, const memory& m, const membership::delta& change,
                    const raft::configuration& before) const;
  void check_identity(const process& p, const memory& m, const membership::delta& change,
                      micros now) const;
  std::uint64_t silent_ms(const process& p, const memory& m, node_id id, micros now) const;
  void check_patience(const process& p, const memory& m, const membership::delta& change,
                      const raft::configuration& before, micros now) const;
  std::uint64_t slack_ms(const process& p) const;

  std::uint64_t live_window_ms_;
  std::vector<memory> memories_;
};

} // namespace quorate::sim
