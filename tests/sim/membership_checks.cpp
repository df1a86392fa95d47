#include "tests/sim/membership_checks.hpp"

#include "runtime/base/codec.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

bool names(const membership::operation& op, node_id id) {
  return std::find(op.named.begin(), op.named.end(), id) != op.named.end();
}

bool asked_by_operator(const membership::delta& change, node_id id) {
  return change.op.by == initiator::operator_ && names(change.op, id);
}

} // namespace

void membership_checks::applied(const membership::nodes_config& before,
                                const membership::nodes_config& after,
                                const membership::delta& change, const raft::entry& in) {
  check_shape(before, after, change);
  for (const auto& row : change.changed)
    check_row(before.find(row.id), row, change);
  check_removals(before, change);
  if (change.op.event == lifecycle_event::re_register)
    check_return(before, change);
  if (change.op.event == lifecycle_event::update)
    check_update(before, change);
  check_counts(before, after, change);
  check_policy(before, after, change);
  knobs_.applied(before, after, change, in);
  if (change.op.event == lifecycle_event::set_policy)
    forget_evictions(before.policy(), after.log_time_ms());
  if (change.op.op) {
    bases_.try_emplace(change.op.op, change.base);
    require(++ops_[change.op.op] == 1, "an op id takes effect once", "version",
            after.version().value);
    require(forbidden_.count(change.op.op) == 0, "an intent that was refused never happens",
            "version", after.version().value, to_string(change.op.event));
  }
  count(before, after, change, in);
}

void membership_checks::check_shape(const membership::nodes_config& before,
                                    const membership::nodes_config& after,
                                    const membership::delta& change) const {
  require(after.version().value == before.version().value + 1 && change.base == before.version(),
          "versions rise by one", "before", before.version().value, "after", after.version().value);
  require(!before.joint() || (change.op.event == lifecycle_event::leave && !after.joint()),
          "one transition is in flight at a time", "version", after.version().value);
  after.check_all();
  // No second list: voters are the members, learners those with the flag.
  std::set<node_id> voters;
  std::set<node_id> learners;
  for (const auto& x : change.config.voters)
    voters.insert(x.id);
  for (const auto& x : change.config.learners)
    learners.insert(x.id);
  for (const auto& [id, row] : after.rows()) {
    require((row.state == node_state::member) == (voters.count(id) != 0),
            "voters are exactly the members", "id", id.value, "version", after.version().value);
    require(row.learner == (learners.count(id) != 0), "learners are exactly the flagged", "id",
            id.value);
    require(!row.learner || row.state == node_state::auto_join, "a learner is auto_join", "id",
            id.value);
  }
  require(!voters.empty(), "there is always a member", "version", after.version().value);
  require(after.feature_level() >= before.feature_level(), "the feature level never falls",
          "version", after.version().value);
  const auto event = change.op.event;
  require((event != lifecycle_event::re_register && event != lifecycle_event::update)
            || after.feature_level() >= 2,
          "what is new begins with the feature level", to_string(event), "version",
          after.version().value);
}

void membership_checks::check_row(const node_record* before, const node_record& after,
                                  const membership::delta& change) {
  require(removed_.count(after.id) == 0, "a removed id never comes back", "id", after.id.value);
  auto [known, fresh] = identities_.try_emplace(after.id, after.name, after.storage);
  require(fresh || (known->second == std::pair{after.name, after.storage}),
          "an id means one name and one storage", "id", after.id.value);
  require((before == nullptr)
            == (change.op.event == lifecycle_event::register_node
                || change.op.event == lifecycle_event::provision
                || (change.op.event == lifecycle_event::re_register && !after.lost)),
          "rows begin with a registration", "id", after.id.value);
  const bool parked_before = before != nullptr && before->state == node_state::standby;
  if (after.state == node_state::standby && !parked_before) {
    const bool asked = asked_by_operator(change, after.id) && may_be_parked_.count(after.id) != 0;
    const bool registered = before == nullptr
                            && (registers_parked_.count(after.name) != 0
                                || change.op.event == lifecycle_event::re_register);
    require(asked || registered, "only an operator who names it parks a node", "id", after.id.value,
            "event", to_string(change.op.event));
  }
  if (parked_before && after.state != node_state::standby)
    require(asked_by_operator(change, after.id) && may_be_activated_.count(after.id) != 0,
            "only an operator's activate makes a parked node join", "id", after.id.value, "event",
            to_string(change.op.event));
}

void membership_checks::check_removals(const membership::nodes_config& before,
                                       const membership::delta& change) {
  for (auto id : change.removed) {
    const auto* was = before.find(id);
    require(was != nullptr, "a removed node had a row", "id", id.value);
    const bool lost = was->lost || change.op.event == lifecycle_event::re_register;
    require(lost || (asked_by_operator(change, id) && may_be_removed_.count(id) != 0),
            "only an operator who names it removes a node", "id", id.value);
    removed_.insert(id);
  }
  // Who isn't named stays as it is; but a reconfiguration makes members that it leaves out
  // auto_join.
  for (const auto& row : change.changed) {
    const auto* was = before.find(row.id);
    if (was == nullptr || names(change.op, row.id))
      continue;
    require(change.op.event == lifecycle_event::reconfigure && was->state == node_state::member
              && row.state == node_state::auto_join,
            "a transition changes the nodes that it names", "id", row.id.value, "event",
            to_string(change.op.event));
  }
}

/// A name goes over from one row to one new one, with what an operator has wanted of it.
void membership_checks::check_return(const membership::nodes_config& before,
                                     const membership::delta& change) {
  const node_record* fresh = nullptr;
  const node_record* lost = nullptr;
  for (const auto& row : change.changed)
    (before.find(row.id) == nullptr ? fresh : lost) = &row;
  const std::size_t rows = lost != nullptr ? 2 : 1;
  require(fresh != nullptr && change.changed.size() == rows
            && change.changed.size() + change.removed.size() == 2,
          "one node comes back at a time", "version", change.version().value);
  const auto* old = before.find_name(fresh->name);
  require(old != nullptr && old->storage != fresh->storage, "a name is taken over from a row",
          fresh->name);
  const bool member = old->state == node_state::member;
  require(member == (lost != nullptr) && (member ? lost->id : change.removed.front()) == old->id,
          "a member's row is lost, any other goes", "id", old->id.value);
  require(lost == nullptr || (lost->lost && lost->state == node_state::member),
          "a lost row still counts as a dead voter", "id", old->id.value);
  require((fresh->state == node_state::standby) == (old->state == node_state::standby),
          "who was parked stays parked under a new id", "id", fresh->id.value);
  situations_.hit(member ? situation::member_came_back_under_a_new_id
                         : situation::outsider_came_back_under_a_new_id);
}

/// A node's word changes where it is and what it runs, and nothing else.
void membership_checks::check_update(const membership::nodes_config& before,
                                     const membership::delta& change) const {
  for (auto row : change.changed) {
    const auto* was = before.find(row.id);
    require(was != nullptr && names(change.op, row.id), "an update is about known nodes", "id",
            row.id.value);
    require(row.boot.counter >= was->boot.counter, "a row isn't turned back to an earlier life",
            "id", row.id.value);
    row.address = was->address;
    row.versions = was->versions;
    row.boot = was->boot;
    require(base::encode(row) == base::encode(*was), "an update moves nobody", "id", row.id.value);
  }
  situations_.hit(situation::row_updated);
}

void membership_checks::check_counts(const membership::nodes_config& before,
                                     const membership::nodes_config& after,
                                     const membership::delta& change) const {
  if (change.op.by == initiator::operator_ || before.members().empty())
    return;
  const auto fewest = change.op.event == lifecycle_event::release
                        ? std::size_t{after.policy().target_members}
                        : before.members().size();
  require(after.members().size() >= fewest, "automation never lowers the number of members",
          "event", to_string(change.op.event), "before", before.members().size(), "after",
          after.members().size());
}

/// What the policy's numbers allow.
void membership_checks::check_policy(const membership::nodes_config& before,
                                     const membership::nodes_config& after,
                                     const membership::delta& change) {
  const auto& policy = after.policy();
  const auto event = change.op.event;
  const auto members = after.members().size();
  if (event == lifecycle_event::admit)
    require(members + after.learners().size() <= policy.target_members + policy.warm_spares,
            "nobody is admitted where there is no room", "members", members, "learners",
            after.learners().size());
  if (event == lifecycle_event::promote)
    require(members <= policy.target_members, "nobody is promoted beyond the target", "members",
            members);
  if ((event == lifecycle_event::park || event == lifecycle_event::remove) && !change.op.forced)
    require(members >= before.members().size() || members >= policy.effective_min_members(),
            "members fall below the minimum by force only", "members", members);
  if (event != lifecycle_event::replace || change.op.by != initiator::policy)
    return;
  // A little less than the window: leaders disagree on what time it is.
  const auto window = policy.eviction_window_ms * 3 / 4;
  const auto now = after.log_time_ms();
  const auto lately = std::count_if(evictions_.begin(), evictions_.end(),
                                    [&](std::uint64_t at) { return at + window > now; });
  require(lately < policy.eviction_budget, "the policy replaces no more than its budget", "lately",
          lately, "budget", policy.eviction_budget, "window", policy.eviction_window_ms, "now", now,
          "last", evictions_.empty() ? 0 : evictions_.back());
  evictions_.push_back(now);
}

/// Where a window is made wider, what has left the narrow one is forgotten already.
void membership_checks::forget_evictions(const membership_policy& before, std::uint64_t now_ms) {
  const auto window = before.eviction_window_ms * 3 / 4;
  evictions_.erase(std::remove_if(evictions_.begin(), evictions_.end(),
                                  [&](std::uint64_t at) { return at + window <= now_ms; }),
                   evictions_.end());
}

config_version membership_checks::base_of(const op_id& op) const {
  auto found = bases_.find(op);
  return found != bases_.end() ? found->second : config_version{};
}

void membership_checks::forbid(const op_id& op) {
  require(times(op) == 0, "an intent that was refused hasn't happened");
  forbidden_.insert(op);
}

std::uint64_t membership_checks::times(const op_id& op) const {
  auto found = ops_.find(op);
  return found != ops_.end() ? found->second : 0;
}

// -- situations -----------------------------------------------------------------------------------------------------

void membership_checks::count(const membership::nodes_config& before,
                              const membership::nodes_config& after,
                              const membership::delta& change, const raft::entry& in) {
  const bool by_operator = change.op.by == initiator::operator_;
  if (!before.joint() && after.joint()) {
    situations_.hit(situation::joint_entered);
    joint_entered_in_ = in.entry_term;
  }
  if (before.joint() && !after.joint() && joint_entered_in_ != in.entry_term)
    situations_.hit(situation::joint_left_by_another_leader);
  if (after.feature_level() > before.feature_level() && before.version() != config_version{})
    situations_.hit(situation::feature_level_raised);
  for (auto id : change.removed)
    if (before.find(id)->lost)
      situations_.hit(situation::lost_member_replaced);
  switch (change.op.event) {
  case lifecycle_event::promote:
    situations_.hit(situation::promoted);
    if (change.changed.size() == 2)
      situations_.hit(situation::promoted_as_a_pair);
    break;
  case lifecycle_event::give_up:
    situations_.hit(situation::given_up);
    break;
  case lifecycle_event::release:
    situations_.hit(situation::released);
    break;
  case lifecycle_event::replace:
    situations_.hit(by_operator ? situation::replaced_by_operator : situation::replaced_by_policy);
    break;
  case lifecycle_event::remove:
    situations_.hit(situation::removed);
    break;
  case lifecycle_event::activate:
    situations_.hit(situation::activated_again);
    break;
  case lifecycle_event::park:
    count_parking(before, change);
    break;
  case lifecycle_event::reconfigure: {
    situations_.hit(situation::reconfigured);
    const bool waits = std::any_of(after.rows().begin(), after.rows().end(), [&](const auto& x) {
      const auto* was = before.find(x.first);
      return was != nullptr && was->state == node_state::auto_join
             && x.second.state == node_state::auto_join;
    });
    if (waits)
      situations_.hit(situation::reconfigured_before_a_node_joined);
    break;
  }
  default:
    break;
  }
}

void membership_checks::count_parking(const membership::nodes_config& before,
                                      const membership::delta& change) {
  bool member = false;
  bool substitute = false;
  for (const auto& row : change.changed) {
    const auto* was = before.find(row.id);
    member |= was != nullptr && was->state == node_state::member;
    substitute |= row.state == node_state::member;
  }
  if (member)
    situations_.hit(situation::park_of_a_member);
  if (substitute)
    situations_.hit(situation::park_with_substitute);
}

} // namespace quorate::sim
