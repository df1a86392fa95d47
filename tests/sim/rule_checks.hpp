// The rules of consensus that can be seen at one node: what it may do with a message, what it may
// say, and when it has to act. Broken, they may take long to become a broken promise.
//
// Thread safety: none. Complexity: O(processes) a message, O(peers) where a leader counts.
#pragma once

#include "messages/node.hpp"
#include "messages/raft.hpp"
#include "tests/sim/disks.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/process.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace quorate::sim {

class rule_checks {
public:
  rule_checks(const process_list& all, const ledger& log) : all_(all), log_(log) {
    // nop
  }

  /// Before its clock ticks.
  void ticked(const process& p, bool at_once);
  /// Before a message is heard.
  void received(const process& p, const node_mail& mail);
  /// After every call of its driver.
  void observe(const process& p);
  /// Before a message leaves.
  void sent(const process& p, const node_mail& mail);

private:
  using sender = std::pair<node_id, storage_id>;
  using asker = std::pair<std::string, std::uint64_t>; ///< Address and boot.

  /// What a message finds, to be compared with what it leaves behind.
  struct encounter {
    raft::envelope heard; ///< Without entries and images.
    std::string from;     ///< The sender's address.
    raft::status before;
    raft::replica voted_for;
    std::vector<raft::peer_status> peers; ///< If the message is an old one.
    log_index commit_max{};               ///< What the message allows to commit.
    bool old_life = false;
    bool below_floor = false;
    bool believes = false; ///< The receiver hears a leader.
  };

  struct memory {
    std::uint64_t life = 0;
    bool has_log = false;
    bool spoke = false; ///< In this life.
    bool ticked = false;
    std::uint64_t ticks = 0;
    std::uint64_t leader_heard_at = 0; ///< In ticks.
    std::uint64_t idle_since = 0;      ///< In ticks: nothing since has restarted its timer.
    raft::status last;
    std::uint64_t installed = 0;
    bool hearing = false;    ///< A message was given to it.
    bool in_message = false; ///< What it does now is about that message.
    encounter met;
    std::map<sender, std::uint64_t> boots;
    std::map<sender, std::uint64_t> boots_seen; ///< Also of what it may not have heard.
    /// Where it was heard first. A later life elsewhere has to wait, so of those nothing is said.
    std::map<sender, std::string> addresses;
    /// Who asked whether it is in, and which version was committed then; oldest first.
    std::map<asker, std::deque<config_version>> asked;
  };

  memory& of(const process& p);
  bool believes_in_a_leader(const process& p, const memory& m) const;
  void check_encounter(const process& p, memory& m, const raft::core& core) const;
  void check_old_life(const process& p, const memory& m, const raft::core& core) const;
  void check_floor(const process& p, const memory& m, const raft::core& core) const;
  void check_commit(const process& p, const memory& m, const raft::core& core) const;
  void check_match(const process& p, const raft::core& core) const;
  void check_timer(const process& p, memory& m, const raft::core& core) const;
  void check_campaign(const process& p, const raft::core& core) const;
  void sent_by_core(const process& p, memory& m, const raft::envelope& x) const;
  void sent_reply(const process& p, const memory& m, const raft::envelope& x) const;
  void received_envelope(const process& p, memory& m, const std::string& from,
                         const raft::envelope& x) const;

  const process_list& all_;
  const ledger& log_;
  std::vector<memory> memories_;
};

/// Whether a quorum of the active config answered this leader within an election timeout.
bool hears_quorum(const process& p);

} // namespace quorate::sim
