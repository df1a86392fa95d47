// The lifecycle's promises (docs/architecture.md), checked on every committed change by rules
// written apart from the transition table.
//
// Thread safety: none.
#pragma once

#include "messages/membership.hpp"
#include "messages/raft.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/knobs.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quorate::sim {

class membership_checks {
public:
  explicit membership_checks(coverage& situations) : situations_(situations), knobs_(situations) {
    // nop
  }

  /// What an operator of the simulation asked for, whether or not it comes to pass: nobody else may
  /// move a node there.
  void may_be_parked(node_id id) {
    may_be_parked_.insert(id);
  }
  void may_be_removed(node_id id) {
    may_be_removed_.insert(id);
  }
  void may_be_activated(node_id id) {
    may_be_activated_.insert(id);
  }
  void registers_parked(const std::string& name) {
    registers_parked_.insert(name);
  }

  void applied(const membership::nodes_config& before, const membership::nodes_config& after,
               const membership::delta& change, const raft::entry& in);

  /// An intent was refused for certain: it never takes effect from now on.
  void forbid(const op_id& op);
  /// The version that an op id's change was computed from. Version 0: it didn't take effect.
  config_version base_of(const op_id& op) const;
  /// How often an op id took effect.
  std::uint64_t times(const op_id& op) const;
  bool removed(node_id id) const {
    return removed_.count(id) != 0;
  }

private:
  void check_shape(const membership::nodes_config& before, const membership::nodes_config& after,
                   const membership::delta& change) const;
  void check_row(const node_record* before, const node_record& after,
                 const membership::delta& change);
  void check_removals(const membership::nodes_config& before, const membership::delta& change);
  void check_return(const membership::nodes_config& before, const membership::delta& change);
  void check_update(const membership::nodes_config& before, const membership::delta& change) const;
  void check_counts(const membership::nodes_config& before, const membership::nodes_config& after,
                    const membership::delta& change) const;
  void check_policy(const membership::nodes_config& before, const membership::nodes_config& after,
                    const membership::delta& change);
  void count(const membership::nodes_config& before, const membership::nodes_config& after,
             const membership::delta& change, const raft::entry& in);
  void count_parking(const membership::nodes_config& before, const membership::delta& change);

  void forget_evictions(const membership_policy& before, std::uint64_t now_ms);

  coverage& situations_;
  knob_checks knobs_;
  std::set<node_id> may_be_parked_;
  std::set<node_id> may_be_removed_;
  std::set<node_id> may_be_activated_;
  std::set<std::string> registers_parked_;
  std::map<op_id, std::uint64_t> ops_;
  std::map<op_id, config_version> bases_;
  std::vector<std::uint64_t> evictions_; ///< By the policy, in log time.
  std::set<op_id> forbidden_;
  std::map<node_id, std::pair<std::string, storage_id>> identities_;
  std::set<node_id> removed_;
  std::set<node_id> was_parked_member_;
  quorate::term joint_entered_in_{};
};

} // namespace quorate::sim
