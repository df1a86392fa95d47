// A node that takes no part in consensus, or doubts that it still does.
#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/registrations.hpp"
#include "runtime/raft/configurations.hpp"

#include <utility>

namespace quorate::driver {

namespace {

/// Election timeouts without a leader's word after which a replica asks whether it is still in.
constexpr std::uint64_t silent_timeouts_max = 3;

} // namespace

/// Its own log says that it is out, or no leader has spoken to it for a while.
bool driver::lost_touch() const {
  if (replica_ == nullptr || replica_->core.current().role == raft::role_kind::leader)
    return false;
  if (!raft::names(replica_->core.active_config(), self()) && replica_->core.current().last.index)
    return true;
  const auto timeout_ms = options_.consensus.election_ticks * options_.tick_ms;
  return now_ms_ - leader_heard_ms_ > silent_timeouts_max * timeout_ms;
}

/// Its row doesn't say where it is, or which build it runs: the leader is told until it does. (A
/// leader tells its controller.)
bool driver::has_news() const {
  if (replica_ == nullptr || replica_->core.current().role == raft::role_kind::leader)
    return false; // Each heartbeat of an outsider says it.
  const auto* row = replica_->state.nodes().find(marker_.id);
  return row != nullptr && membership::differs(*row, news());
}

membership::node_news driver::news() const {
  return {marker_.id, boot_, options_.address, options_.versions};
}

void driver::ask_for_turn() {
  const bool in_consensus = replica_ != nullptr && !lost_touch() && !has_news();
  if (in_consensus || founding_)
    return;
  auto target = joining_.due(now_ms_, static_cast<bool>(marker_.id));
  if (!target)
    return;
  if (!marker_.id) {
    membership::register_request m;
    m.cluster_name = options_.cluster_name;
    m.name = options_.name;
    m.address = options_.address;
    m.storage = marker_.storage;
    m.boot = boot_;
    m.versions = options_.versions;
    m.parked = options_.parked;
    return send(*target, std::move(m));
  }
  membership::join_request m;
  m.from = self();
  m.boot = boot_;
  m.cluster = marker_.cluster;
  m.address = options_.address;
  m.versions = options_.versions;
  m.known = view_.version;
  m.wants_join = !view_.own || view_.own->state != node_state::standby;
  m.has_log = replica_ != nullptr;
  send(*target, std::move(m));
}

/// Whether a leader may have taken this node in again since the answer was read: then it counts on
/// the log. In this life its messages would have told: a later config in the same term, or a later
/// term. In an earlier life, it would have left a later config in the log, in the answer's term or
/// a later one. A later config of an *earlier* term is dead: a leader that answers has applied an
/// entry of its own term, and so everything of earlier terms that there will ever be.
bool driver::outdated(const membership::join_reply& confirmed) const {
  const auto& core = replica_->core;
  const auto version = confirmed.current.version;
  if (base::mutated(base::mutant::outdated_answer_retires))
    return false;
  if (version < floor_.version || confirmed.leader_term < leader_term_heard_)
    return true;
  if (confirmed.leader_term == leader_term_heard_ && version < leader_config_heard_)
    return true;
  return version < core.active_config().version
         && core.current().last.entry_term >= confirmed.leader_term;
}

/// By the cluster's record, read with a quorum's word and asked for in this life, this node takes
/// no part.
void driver::retire(const membership::join_reply& confirmed) {
  QUORATE_CHECK(confirmed.confirmed && replica_ != nullptr);
  if (outdated(confirmed))
    return;
  pump(); // What was ready is still said.
  if (halted_.code != errc::none)
    return;
  const auto& core = replica_->core;
  fail_callers(errc::outcome_unknown, errc::no_leader);
  kept_state_ = core.hard_state();
  if (base::mutated(base::mutant::vote_dropped_with_log))
    kept_state_.voted_for = {};
  kept_state_.commit = log_index{};
  floor_ = {confirmed.current.version, confirmed.applied};
  replica_.reset();
  addresses_.clear();
  auto batch = next_write();
  batch.drop_log = floor_;
  batch.state = kept_state_;
  drop_sequence_ = batch.sequence;
  effects_.writes.push_back(std::move(batch));
  counters_.count_log_retired();
}

} // namespace quorate::driver
