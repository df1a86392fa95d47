#include "runtime/membership/policy.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/guards.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace quorate::membership {

namespace {

proposal by_policy(lifecycle_event event, std::vector<node_id> subjects, std::string why) {
  proposal want;
  want.event = event;
  want.by = initiator::policy;
  want.subjects = std::move(subjects);
  want.why = std::move(why);
  return want;
}

/// Dead ones first, then the highest id, never the leader.
std::optional<proposal> release(const nodes_config& config, const observations& seen) {
  const auto members = config.members().size();
  const auto target = config.policy().target_members;
  if (members <= target)
    return std::nullopt;
  std::vector<node_id> order(config.members().rbegin(), config.members().rend());
  if (!base::mutated(base::mutant::leader_released))
    order.erase(std::remove(order.begin(), order.end(), seen.leader()), order.end());
  std::stable_partition(order.begin(), order.end(), [&](node_id id) { return seen.silent(id); });
  // Two at once where there are two too many: that skips the even count between.
  const auto count = std::min<std::size_t>({members - target, 2, order.size()});
  if (count == 0)
    return std::nullopt;
  order.resize(count);
  return by_policy(lifecycle_event::release, std::move(order), "more members than the target");
}

std::optional<proposal> replace(const nodes_config& config, const observations& seen,
                                const std::vector<node_id>& ready) {
  const auto& policy = config.policy();
  const bool settled = seen.settled_ms() >= policy.leader_settle_ms
                       || base::mutated(base::mutant::unsettled_leader_replaces);
  if (ready.empty() || policy.replace_after_ms == 0 || !settled || budget_left(config, seen) == 0)
    return std::nullopt;
  for (auto id : config.members()) {
    const bool lost = config.find(id)->lost;
    const bool waited = seen.silent_ms(id) >= policy.replace_after_ms
                        || base::mutated(base::mutant::silence_not_waited_for);
    if (!lost && (!seen.silent(id) || !waited))
      continue;
    auto want = by_policy(lifecycle_event::replace, {id},
                          lost ? "its disk is lost"
                               : "silent for " + std::to_string(seen.silent_ms(id)) + " ms");
    want.incoming = {ready.front()};
    want.fate = replaced_fate::auto_join;
    return want;
  }
  return std::nullopt;
}

/// One more member would make an odd count, or reach the target.
bool may_come_alone(const nodes_config& config) {
  const auto members = config.members().size() + 1;
  return members % 2 == 1 || members == config.policy().target_members;
}

/// Alone where that makes an odd count; else in a pair, for which a lone candidate waits a while.
std::optional<proposal> promote(const nodes_config& config, const observations& seen,
                                const std::vector<node_id>& ready) {
  const auto members = config.members().size();
  const auto target = config.policy().target_members;
  if (ready.empty() || (members >= target && !base::mutated(base::mutant::target_exceeded)))
    return std::nullopt;
  if (may_come_alone(config))
    return by_policy(lifecycle_event::promote, {ready.front()}, "caught up");
  if (ready.size() >= 2)
    return by_policy(lifecycle_event::promote, {ready[0], ready[1]}, "caught up, as a pair");
  if (!waits_for_a_second(config, seen, ready))
    return by_policy(lifecycle_event::promote, {ready.front()}, "caught up; no second in time");
  return std::nullopt;
}

std::optional<proposal> give_up(const nodes_config& config, const observations& seen) {
  const auto timeout_ms = config.policy().transition_timeout_ms;
  for (auto id : config.learners()) {
    const bool silent = seen.silent(id) && seen.silent_ms(id) >= timeout_ms;
    if (silent || seen.stuck_ms(id) >= timeout_ms)
      return by_policy(lifecycle_event::give_up, {id},
                       silent ? "unreachable" : "behind without progress");
  }
  return std::nullopt;
}

/// By its own record, never by what the node says of itself: a parked node with an old view would
/// come back.
bool asks_for_its_turn(const node_record& row, const observation& node) {
  return (position_of(row) == position::auto_join_outsider && !row.lost)
         || (base::mutated(base::mutant::trust_the_joiner) && row.state == node_state::standby
             && node.wants_join);
}

/// Fewest give-ups, then lowest id, among those that are stable and know their own record.
std::optional<proposal> admit(const nodes_config& config, const observations& seen) {
  const auto& policy = config.policy();
  if (config.members().size() + config.learners().size()
        >= policy.target_members + policy.warm_spares
      && !base::mutated(base::mutant::room_unchecked))
    return std::nullopt;
  const auto level = config.feature_level();
  const node_record* best = nullptr;
  for (const auto& [id, row] : config.rows()) {
    const auto* node = seen.find(id);
    if (node == nullptr || !asks_for_its_turn(row, *node))
      continue;
    const bool current = node->known >= row.since || base::mutated(base::mutant::trust_the_joiner);
    if (!current || !seen.heard_lately(id) || seen.healthy_ms(id) < policy.stabilization_ms
        || (row.versions.feature_level < level
            && !base::mutated(base::mutant::feature_level_unchecked)))
      continue;
    if (best == nullptr || row.give_ups < best->give_ups)
      best = &row;
  }
  if (best == nullptr)
    return std::nullopt;
  return by_policy(lifecycle_event::admit, {best->id}, "there is room");
}

} // namespace

std::vector<node_id> candidates(const nodes_config& config, const observations& seen) {
  std::vector<node_id> ready;
  for (auto id : config.learners())
    if (seen.caught_up(id))
      ready.push_back(id);
  std::stable_sort(ready.begin(), ready.end(), [&seen](node_id a, node_id b) {
    return seen.caught_up_ms(a) > seen.caught_up_ms(b);
  });
  return ready;
}

bool waits_for_a_second(const nodes_config& config, const observations& seen,
                        const std::vector<node_id>& ready) {
  return ready.size() == 1 && !may_come_alone(config)
         && seen.caught_up_ms(ready.front()) < config.policy().pairing_wait_ms;
}

std::optional<proposal> next_transition(const nodes_config& config, const observations& seen) {
  QUORATE_CHECK(!config.joint(), "version", config.version().value);
  if (paused_ms(config, seen) != 0)
    return std::nullopt;
  if (auto want = release(config, seen))
    return want;
  const auto ready = candidates(config, seen);
  if (auto want = replace(config, seen, ready))
    return want;
  if (auto want = promote(config, seen, ready))
    return want;
  if (auto want = give_up(config, seen))
    return want;
  return admit(config, seen);
}

} // namespace quorate::membership
