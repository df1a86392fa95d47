// What holds between any two calls of a core. The cheap half is checked in every build; the deep
// half, with what may change from one call to the next, where QUORATE_CHECKED is defined: in all
// tests and the simulator.
//
// What only a whole cluster can break is the simulator's to check.
//
// Thread safety: none; owned by the core.
#pragma once

#include "messages/raft.hpp"
#include "messages/storage.hpp"

#include <cstdint>
#include <map>

namespace quorate::raft {

class core;

class invariants {
public:
  /// At the end of every public call that changes something.
  void check(const core& self);

private:
  void check_positions(const core& self) const;
  void check_deeply(const core& self);
  void check_changes(const core& self) const;
  void check_role(const core& self) const;
  void check_leader(const core& self) const;
  void check_peers(const core& self) const;
  void check_configurations(const core& self) const;
  void check_whole_log(const core& self) const;
  void remember(const core& self);

  // What the previous call left behind. Always here: layouts don't depend on how a file is
  // compiled.
  storage::hard_state state_;
  log_index commit_{};
  log_index applied_{};
  log_index image_{};
  log_index last_{};
  storage::write_sequence durable_{};
  std::size_t role_ = 0;
  struct known_match {
    std::uint64_t born = 0;
    log_index match{};
  };
  std::map<node_id, known_match> matches_; ///< Of the leader of `state_.current_term`.
  std::uint64_t calls_ = 0;
};

} // namespace quorate::raft
