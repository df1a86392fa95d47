// The promises of consensus (Raft's five, and what async writes add), checked on the node that was
// touched and on what it sends, against the disks of all.
//
// Thread safety: none. Complexity: O(new entries + voters) an event.
#pragma once

#include "messages/node.hpp"
#include "runtime/driver/effects.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/process.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace quorate::sim {

class consensus_checks {
public:
  consensus_checks(ledger& log, coverage& situations) : log_(log), situations_(situations) {
    // nop
  }

  /// After every call of its driver.
  void observe(process& p, const std::vector<std::unique_ptr<process>>& all);
  /// Before it leaves.
  void sent(const process& p, const node_mail& mail);
  /// Before it is heard.
  void received(const process& p, const node_mail& mail);
  /// A leader answered from its own state.
  void answered_by_lease(const process& p, const driver::reply& said) const;
  /// Its disk has changed.
  void durable(const process& p);

private:
  using storage_term = std::pair<storage_id, quorate::term>;

  void observe_counts(process& p, const raft::core& core);
  void observe_role(process& p, const raft::core& core);
  bool lacks_room(const process& p, const raft::core& core) const;
  void observe_log(process& p, const raft::core& core);
  void observe_commit(process& p, const raft::core& core,
                      const std::vector<std::unique_ptr<process>>& all);
  void observe_applied(process& p, const raft::core& core);
  void check_on_quorum(const raft::core& core, raft::log_position at,
                       const std::vector<std::unique_ptr<process>>& all) const;
  bool has_votes(const raft::core& core) const;
  void leads(quorate::term t, const raft::replica& who);
  void votes(const storage_id& storage, quorate::term t, const raft::replica& candidate);
  void sent_by_core(const process& p, const raft::envelope& m);

  /// What stands at one index in one term, wherever it stands.
  struct created {
    shared_bytes payload;
    quorate::term term_before{};
    bool has_before = false;
  };

  ledger& log_;
  coverage& situations_;
  std::map<quorate::term, raft::replica> leaders_;
  std::map<storage_term, raft::replica> votes_;
  std::map<std::pair<log_index, quorate::term>, created> entries_;
  std::map<storage_id, quorate::term> terms_;
};

} // namespace quorate::sim
