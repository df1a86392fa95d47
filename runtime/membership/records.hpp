// What a leader can say of the past: committed transitions, and what it has refused itself.
//
// Thread safety: none.
#pragma once

#include "quorate/history.hpp"
#include "messages/controller.hpp"
#include "runtime/membership/nodes_config.hpp"

#include <vector>

namespace quorate::membership {

/// The newest refusals of one leadership, and how many there were. Memory: bounded by
/// `limits::refusals_kept_max`.
class refusal_ring {
public:
  /// The same as the newest, but for its time, is counted there. O(1).
  void add(refusal_record x);
  /// The newest of an op id; null: none is kept. O(records).
  const refusal_record* find(const op_id& op) const;
  const refusal_log& log() const noexcept {
    return log_;
  }

private:
  refusal_log log_;
};

/// As the embedder and the history see it.
refusal_record record_of(const refused& x);

/// Oldest first. O(history).
std::vector<transition> select(const nodes_config& config, const history_filter& wanted);

} // namespace quorate::membership
