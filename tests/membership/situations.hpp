// Clusters in the situations that the tests of membership start from, and what their leader sees.
#pragma once

#include "messages/membership.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/observations.hpp"
#include "runtime/membership/plan.hpp"

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

namespace quorate::membership::situations {

using numbers = std::initializer_list<std::uint32_t>;

/// Of every cluster here, unless a test says otherwise.
inline constexpr fingerprint home{1, 2};
inline constexpr const char* home_name = "home";

constexpr storage_id disk(std::uint32_t node) {
  return storage_id{7, node};
}

/// A cluster written down row by row, without the transitions that would lead to it. At version 40,
/// so that there are older versions; node 1 leads.
class written_cluster {
public:
  written_cluster();

  written_cluster& members(numbers ids);
  written_cluster& learners(numbers ids);
  written_cluster& outsiders(numbers ids);
  written_cluster& parked(numbers ids);
  /// These go in a joint change that has been entered; none of them has a row yet unless it is
  /// written as one of the above.
  written_cluster& outgoing(numbers ids);
  /// The ids below it that have no row were removed.
  written_cluster& next_id(std::uint32_t id);
  written_cluster& target(std::uint32_t members, std::uint32_t spares = 1);
  written_cluster& feature_level(std::uint16_t of_all);
  /// The policy replaced a member just now.
  written_cluster& evicted_one();
  /// From log time 0 on.
  written_cluster& paused(std::uint64_t for_ms);

  membership_policy& policy() {
    return table_.policy;
  }
  node_record& row(std::uint32_t id);
  const nodes_table& table() const {
    return table_;
  }
  nodes_config config() const;

private:
  written_cluster& add(numbers ids, node_state state, bool learner);

  nodes_table table_;
};

/// Policy, proposals and requests in short.
register_request request_of(std::uint32_t node, bool parked = false);
proposal wanted(lifecycle_event event, initiator by, numbers subjects, numbers incoming = {});
std::vector<node_id> ids(numbers from);

/// What a leader has seen.
struct sight {
  std::uint32_t leader = 1;
  std::uint64_t for_ms = 400'000;   ///< Longer than every wait in the default policy.
  std::set<std::uint32_t> dead;     ///< Never heard of in this leadership.
  std::set<std::uint32_t> behind;   ///< Heard of, and not caught up, and without progress.
  std::set<std::uint32_t> outdated; ///< Outsiders whose view is of version 1.
};
observations see(const nodes_config& config, const sight& what = {});

/// One report to a leader: it hears of every node that isn't excepted.
nodes_seen report(const nodes_config& config, const sight& what, std::uint64_t now_ms);

/// All that a row says, for comparing.
std::string text_of(const node_record& row);

/// The ids of the nodes whose rows differ: changed, gone or new.
std::set<node_id> differing_rows(const nodes_config& before, const nodes_config& after);

} // namespace quorate::membership::situations
