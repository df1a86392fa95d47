#include "runtime/membership/nodes_config.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/membership/guards.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quorate::membership {

namespace {

/// The part of the digest that isn't rows. Small: outgoing is a handful.
struct extras {
  config_version version{};
  node_id next_id{};
  cluster_identity identity;
  membership_policy policy;
  std::vector<raft::replica> outgoing;
  automation_pause pause;
};

template <class Inspector>
inspected<Inspector, extras> inspect(Inspector& f, extras& x) {
  return f.object(x).fields(f.field("version", x.version), f.field("next_id", x.next_id),
                            f.field("identity", x.identity), f.field("policy", x.policy),
                            f.field("outgoing", x.outgoing), f.field("pause", x.pause));
}

std::uint64_t extras_hash(config_version version, node_id next_id, const cluster_identity& identity,
                          const membership_policy& policy,
                          const std::vector<raft::replica>& outgoing,
                          const automation_pause& pause) {
  return base::hash_of(extras{version, next_id, identity, policy, outgoing, pause});
}

template <class T>
void push_bounded(std::deque<T>& ring, T value, std::size_t size_max) {
  ring.push_back(std::move(value));
  while (ring.size() > size_max)
    ring.pop_front();
}

bool is_leaving(const std::vector<raft::replica>& outgoing, node_id id) {
  return std::any_of(outgoing.begin(), outgoing.end(),
                     [id](const raft::replica& x) { return x.id == id; });
}

/// The configuration of the given sets, without a lease. Storage ids come from the rows, new rows
/// first.
raft::configuration derive(config_version version, const std::set<node_id>& members,
                           const std::set<node_id>& learners,
                           const std::vector<raft::replica>& outgoing,
                           const std::map<node_id, node_record>& rows,
                           const std::vector<node_record>& changed) {
  auto replica_of = [&](node_id id) {
    for (const auto& row : changed)
      if (row.id == id)
        return raft::replica{id, row.storage};
    auto found = rows.find(id);
    QUORATE_CHECK(found != rows.end(), "node", id.value);
    return raft::replica{id, found->second.storage};
  };
  raft::configuration config;
  config.version = version;
  config.outgoing = outgoing;
  for (auto id : members)
    config.voters.push_back(replica_of(id));
  for (auto id : learners)
    config.learners.push_back(replica_of(id));
  return config;
}

} // namespace

position position_of(const node_record& row) noexcept {
  switch (row.state) {
  case node_state::member:
    return position::member_voter;
  case node_state::standby:
    return position::standby_outsider;
  case node_state::auto_join:
    return row.learner ? position::auto_join_learner : position::auto_join_outsider;
  }
  return position::unknown;
}

// -- observers ------------------------------------------------------------------------------------

const node_record* nodes_config::find(node_id id) const {
  auto found = rows_.find(id);
  return found != rows_.end() ? &found->second : nullptr;
}

const node_record* nodes_config::find_name(std::string_view name) const {
  auto found = names_.find(name);
  return found != names_.end() ? find(found->second) : nullptr;
}

const node_record* nodes_config::find_storage(const storage_id& storage) const {
  auto found = storages_.find(storage);
  return found != storages_.end() ? find(found->second) : nullptr;
}

const transition* nodes_config::find_op(const op_id& op) const {
  if (!op)
    return nullptr;
  auto found = std::find_if(history_.rbegin(), history_.rend(),
                            [&op](const transition& x) { return x.op == op; });
  return found != history_.rend() ? &*found : nullptr;
}

position nodes_config::position_of(node_id id) const {
  if (version_ == config_version{})
    return position::no_cluster;
  const auto* row = find(id);
  if (row == nullptr) {
    if (is_leaving(outgoing_, id))
      return position::removed_leaving;
    return id && id < next_id_ ? position::removed : position::unknown;
  }
  if (row->state != node_state::member && is_leaving(outgoing_, id))
    return row->state == node_state::standby ? position::standby_leaving
                                             : position::auto_join_leaving;
  return membership::position_of(*row);
}

node_role nodes_config::role_of(node_id id) const {
  switch (position_of(id)) {
  case position::member_voter:
    return node_role::voter;
  case position::auto_join_learner:
    return node_role::learner;
  case position::auto_join_leaving:
  case position::standby_leaving:
  case position::removed_leaving:
    return node_role::leaving;
  default:
    return node_role::outsider;
  }
}

std::uint16_t nodes_config::feature_level() const {
  return feature_level_with(members_, learners_, {});
}

std::uint16_t nodes_config::feature_level_with(const std::set<node_id>& members,
                                               const std::set<node_id>& learners,
                                               const std::vector<node_record>& changed) const {
  if (members.empty())
    return 1;
  std::uint16_t lowest = UINT16_MAX;
  const auto level = [&](node_id id) {
    for (const auto& row : changed)
      if (row.id == id)
        return row.versions.feature_level;
    const auto* row = find(id);
    return row != nullptr ? row->versions.feature_level : lowest;
  };
  for (const auto* ids : {&members, &learners})
    for (auto id : *ids)
      lowest = std::min(lowest, level(id));
  return std::max<std::uint16_t>(lowest, 1);
}

raft::configuration nodes_config::configuration() const {
  auto config = derive(version_, members_, learners_, outgoing_, rows_, {});
  config.lease_ms = policy_.lease_ms;
  return config;
}

std::uint64_t nodes_config::extras_digest() const {
  return extras_hash(version_, next_id_, identity_, policy_, outgoing_, pause_);
}

/// At most one voter may differ in a simple change; any other is joint (Ongaro's thesis, 4.3).
std::vector<raft::replica> nodes_config::outgoing_after(
  const std::set<node_id>& members_after) const {
  std::vector<node_id> differing;
  std::set_symmetric_difference(members_.begin(), members_.end(), members_after.begin(),
                                members_after.end(), std::back_inserter(differing));
  if (differing.size() <= 1)
    return {};
  return configuration().voters;
}

// -- change ---------------------------------------------------------------------------------------

delta nodes_config::complete(delta draft) const {
  draft.base = version_;
  draft.base_digest = current_digest();
  if (!draft.next_id)
    draft.next_id = next_id_;
  std::set<node_id> members;
  std::set<node_id> learners;
  resulting_sets(*this, moves_of(draft), members, learners);
  draft.feature_level = std::max(feature_level(),
                                 feature_level_with(members, learners, draft.changed));
  draft.config = derive(draft.version(), members, learners, draft.outgoing, rows_, draft.changed);
  draft.config.lease_ms = draft.policy.value_or(policy_).lease_ms;
  auto sum = rows_digest_;
  for (const auto& row : draft.changed) {
    if (const auto* before = find(row.id))
      sum -= base::hash_of(*before);
    sum += base::hash_of(row);
  }
  for (auto id : draft.removed)
    sum -= base::hash_of(*find(id));
  draft.result = digest{
    sum
    + extras_hash(draft.version(), draft.next_id, draft.identity.value_or(identity_),
                  draft.policy.value_or(policy_), draft.outgoing, draft.pause.value_or(pause_))};
  return draft;
}

std::vector<move> nodes_config::moves_of(const delta& change) const {
  std::vector<move> moves;
  for (const auto& row : change.changed)
    moves.push_back({row.id, position_of(row.id), membership::position_of(row)});
  for (auto id : change.removed)
    moves.push_back({id, position_of(id), position::removed});
  if (joint() && change.outgoing.empty())
    for (const auto& voter : outgoing_)
      if (members_.count(voter.id) == 0) {
        const auto* row = find(voter.id);
        moves.push_back({voter.id, position_of(voter.id),
                         row != nullptr ? membership::position_of(*row) : position::removed});
      }
  const bool of_all = change.policy || change.pause;
  if (of_all && change.op.event != lifecycle_event::provision)
    moves.push_back({node_id{}, position::whole_cluster, position::whole_cluster});
  return moves;
}

result<transition> nodes_config::apply(const delta& change, table_view table) {
  if (change.format != 1)
    return make_error(errc::malformed, "the membership entry has format "
                                         + std::to_string(change.format)
                                         + ", and this build knows format 1");
  if (change.base != version_ || change.base_digest != current_digest())
    return make_error(errc::base_differs,
                      "the change was computed from version " + std::to_string(change.base.value)
                        + ", and this config is at " + std::to_string(version_.value));
  for (auto id : change.removed)
    if (find(id) == nullptr)
      return make_error(errc::unknown_node, to_string(id) + " has no row to remove");
  const auto moves = moves_of(change);
  auto context = context_of(*this, moves, change.op);
  context.new_rows = &change.changed;
  context.new_policy = change.policy ? &*change.policy : nullptr;
  context.new_pause = change.pause ? &*change.pause : nullptr;
  if (auto legal = check_moves(context, table); !legal)
    return legal.error();
  if (change.op.event != lifecycle_event::leave
      && change.outgoing != outgoing_after(context.members_after))
    return make_error(errc::malformed, "the entry's outgoing half isn't the present voters");
  auto expected = derive(change.version(), context.members_after, context.learners_after,
                         change.outgoing, rows_, change.changed);
  expected.lease_ms = change.policy.value_or(policy_).lease_ms;
  if (expected != change.config)
    return make_error(errc::malformed, "rows and configuration of the entry disagree");

  if (auto honest = check_losses(change); !honest)
    return honest.error();

  auto done = describe(change, moves);
  const bool other_members = context.members_after != members_
                             || std::any_of(change.changed.begin(), change.changed.end(),
                                            [](const node_record& row) {
                                              return row.state == node_state::member;
                                            });
  for (const auto& row : change.changed)
    put_row(row);
  for (auto id : change.removed)
    drop_row(id, change.op.why);
  outgoing_ = change.outgoing;
  next_id_ = std::max(next_id_, change.next_id);
  if (change.identity)
    identity_ = *change.identity;
  if (change.policy)
    policy_ = *change.policy;
  if (change.pause)
    pause_ = *change.pause;
  version_ = change.version();
  if (other_members)
    members_since_ = version_;
  log_time_ms_ = std::max(log_time_ms_, change.log_time_ms);
  remember(done);
  check_moves_applied(change, moves);
  return done;
}

void nodes_config::put_row(const node_record& row) {
  QUORATE_CHECK(row.id, "name", row.name);
  if (const auto* before = find(row.id)) {
    QUORATE_CHECK(before->storage == row.storage && before->name == row.name, "node", row.id.value);
    rows_digest_ -= base::hash_of(*before);
  }
  rows_digest_ += base::hash_of(row);
  rows_[row.id] = row;
  if (!row.lost)
    names_[row.name] = row.id;
  else
    forget_name(row);
  storages_[row.storage] = row.id;
  members_.erase(row.id);
  learners_.erase(row.id);
  if (row.state == node_state::member)
    members_.insert(row.id);
  if (row.learner)
    learners_.insert(row.id);
}

/// Unless another row has taken it over.
void nodes_config::forget_name(const node_record& row) {
  if (auto held = names_.find(row.name); held != names_.end() && held->second == row.id)
    names_.erase(held);
}

/// A disk is lost by proof of a new one alone, and for good.
result<void> nodes_config::check_losses(const delta& change) const {
  for (const auto& row : change.changed) {
    const auto* before = find(row.id);
    const bool was_lost = before != nullptr && before->lost;
    const bool by_proof = change.op.event == lifecycle_event::re_register && before != nullptr
                          && before->state == node_state::member;
    if (row.lost != was_lost && !(row.lost && by_proof))
      return make_error(errc::malformed, to_string(row.id) + " can't be lost by "
                                           + std::string{to_string(change.op.event)});
  }
  return {};
}

void nodes_config::drop_row(node_id id, const std::string& why) {
  auto found = rows_.find(id);
  QUORATE_CHECK(found != rows_.end(), "node", id.value);
  const auto& row = found->second;
  rows_digest_ -= base::hash_of(row);
  push_bounded(tombstones_, tombstone{id, row.name, why}, limits::tombstones_max);
  forget_name(row);
  storages_.erase(row.storage);
  members_.erase(id);
  learners_.erase(id);
  rows_.erase(found);
}

transition nodes_config::describe(const delta& change, const std::vector<move>& moves) const {
  transition done;
  done.version = change.version();
  done.event = change.op.event;
  done.by = change.op.by;
  done.why = change.op.why;
  done.op = change.op.op;
  done.log_time_ms = change.log_time_ms;
  for (const auto& m : moves)
    if (m.id)
      done.nodes.push_back(m.id);
  // A change that moves nobody (a target, the end of a joint change that only took nodes in) names
  // none.
  const bool moves_a_node = !moves.empty() && moves.front().id;
  done.node = moves_a_node ? moves.front().id : node_id{};
  done.from = moves_a_node ? to_string(moves.front().from) : "-";
  done.to = moves_a_node ? to_string(moves.front().to) : "-";
  return done;
}

void nodes_config::remember(const transition& done) {
  const bool of_many = done.event == lifecycle_event::register_node
                       || done.event == lifecycle_event::update;
  if (of_many)
    push_bounded(registrations_, done, limits::registration_history_max);
  else
    push_bounded(history_, done, limits::history_max);
  if (done.event == lifecycle_event::replace && done.by == initiator::policy)
    evictions_.push_back(log_time_ms_);
  while (!evictions_.empty() && evictions_.front() + policy_.eviction_window_ms < log_time_ms_)
    evictions_.pop_front();
}

void nodes_config::check_moves_applied(const delta& change, const std::vector<move>& moves) const {
  QUORATE_CHECK(current_digest() == change.result, "version", version_.value);
  QUORATE_CHECK(!members_.empty(), "version", version_.value);
  for (const auto& m : moves) {
    if (const auto* row = find(m.id)) {
      QUORATE_CHECK((row->state == node_state::member) == (members_.count(m.id) == 1), "node",
                    m.id.value);
      QUORATE_CHECK(!row->learner || row->state == node_state::auto_join, "node", m.id.value);
      QUORATE_CHECK(row->id < next_id_, "node", m.id.value);
    }
  }
}

} // namespace quorate::membership
