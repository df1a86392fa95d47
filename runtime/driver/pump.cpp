// What the core has ready, done in its order; and what a leader does beside it.
#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/admission.hpp"
#include "runtime/membership/plan.hpp"
#include "runtime/membership/registrations.hpp"

#include <algorithm>
#include <utility>

namespace quorate::driver {

void driver::pump() {
  continue_snapshot();
  while (replica_ != nullptr && replica_->core.has_ready() && halted_.code == errc::none) {
    auto r = replica_->core.take_ready();
    handle(r);
    follow_leadership();
    leave_joint();
    take_snapshot();
  }
  if (halted_.code != errc::none)
    give_up();
}

void driver::handle(raft::ready& r) {
  if (r.install != nullptr)
    install(*r.install);
  for (const auto& e : r.committed)
    apply(e);
  if (r.write) {
    QUORATE_CHECK(r.write->sequence > last_sequence_, "sequence", r.write->sequence.value);
    last_sequence_ = r.write->sequence;
    effects_.writes.push_back(std::move(*r.write));
  }
  for (auto& m : r.messages)
    send_raft(std::move(m));
  for (const auto& read : r.reads) {
    auto waiting = replica_->unconfirmed.find(read.token);
    QUORATE_CHECK(waiting != replica_->unconfirmed.end(), "token", read.token.value);
    replica_->confirmed.emplace(read.index, std::move(waiting->second));
    replica_->unconfirmed.erase(waiting);
  }
  for (auto token : r.failed_reads) {
    auto waiting = replica_->unconfirmed.find(token);
    QUORATE_CHECK(waiting != replica_->unconfirmed.end(), "token", token.value);
    fail(waiting->second, not_leader());
    replica_->unconfirmed.erase(waiting);
  }
  answer_reads();
}

// -- the machine ----------------------------------------------------------------------------------

void driver::install(const raft::snapshot& image) {
  auto loaded = machine::machine::load(image.image.view(), image.last);
  if (!loaded)
    return halt(loaded.error());
  replica_->state = std::move(loaded).value();
  replica_->snapshot_at = image.last.index;
  replica_->snapshot_bytes = image.image.size();
  replica_->log_bytes = 0;
  view_ = membership::make_view(replica_->state.nodes(), marker_.id, view_.leader);
  check_standing();
  // What was proposed here below the snapshot was decided elsewhere: nobody here knows how.
  for (auto it = replica_->writes.begin();
       it != replica_->writes.end() && it->first <= image.last.index;
       it = replica_->writes.erase(it))
    answer(it->second.token, kv::reply{make_error(errc::outcome_unknown)});
}

void driver::apply(const raft::entry& e) {
  if (halted_.code != errc::none)
    return;
  replica_->log_bytes += raft::cost_of(e);
  auto what = replica_->state.apply(e);
  if (auto* change = std::get_if<machine::config_changed>(&what))
    applied_change(*change);
  auto waiting = replica_->writes.find(e.index);
  if (waiting == replica_->writes.end())
    return;
  const auto pending = waiting->second;
  replica_->writes.erase(waiting);
  // Where another leader's entry stands, this one never will.
  if (pending.entry_term != e.entry_term && !base::mutated(base::mutant::answers_by_index_alone))
    answer(pending.token, kv::reply{not_leader()});
  else if (auto* opened = std::get_if<kv::session_opened>(&what))
    answer(pending.token, kv::reply{*opened});
  else if (auto* written = std::get_if<kv::write_result>(&what))
    answer(pending.token, kv::reply{std::move(*written)});
  else
    QUORATE_CHECK(false, "index", e.index.value);
}

void driver::applied_change(const machine::config_changed& change) {
  const auto& nodes = replica_->state.nodes();
  counters_.count(change.done.event);
  effects_.transitions.push_back(change.done);
  if (nodes.version() >= view_.version) {
    view_ = membership::make_view(nodes, marker_.id, view_.leader);
    joining_.on_view(view_);
  }
  if (leading_)
    effects_.controller.push_back(membership::delta_applied{change.change, awake_ms_});
  check_standing();
  rooms_.keep_only(replica_->core.active_config());
  if (change.done.event == lifecycle_event::update)
    for (auto id : change.done.nodes)
      addresses_.erase(id); // Its row knows better now.
  for (const auto& m : change.moves)
    if (m.id == marker_.id && m.from != m.to)
      joining_.hurry(now_ms_); // If it is out, it asks at once whether it may go.
}

void driver::take_snapshot() {
  auto& state = replica_->state;
  const auto applied = state.applied().index;
  if (state.image_under_way()
      || applied.value < replica_->snapshot_at.value + options_.snapshot_entries
      || replica_->log_bytes < options_.snapshot_log_ratio * replica_->snapshot_bytes)
    return;
  replica_->snapshot_at = applied;
  replica_->log_bytes = 0;
  state.begin_image();
}

/// A little of it with each turn of the node, so that no caller waits for the whole.
void driver::continue_snapshot() {
  if (replica_ == nullptr || !replica_->state.image_under_way())
    return;
  auto done = replica_->state.continue_image(options_.snapshot_step_bytes);
  if (!done)
    return;
  shared_bytes image{std::move(done->second)};
  replica_->snapshot_bytes = image.size();
  counters_.count_encoded(image.size());
  const std::uint64_t early = base::mutated(base::mutant::snapshot_labelled_early) ? 1 : 0;
  replica_->core.compact(log_index{done->first.value - early}, std::move(image));
}

void driver::answer_reads() {
  auto& waiting = replica_->confirmed;
  const auto applied = replica_->state.applied().index;
  while (
    !waiting.empty()
    && (waiting.begin()->first <= applied || base::mutated(base::mutant::read_before_applied))) {
    const auto read = std::move(waiting.begin()->second);
    waiting.erase(waiting.begin());
    serve(read);
  }
}

// -- leadership -----------------------------------------------------------------------------------

/// The controller is active from the moment its leader has applied an entry of its own term until
/// it steps down.
void driver::follow_leadership() {
  const auto now = replica_->core.current();
  if (view_.leader != now.leader && now.role != raft::role_kind::leader)
    fail_confirmed(); // A follower's reads may wait for entries that nobody sends it any more.
  view_.leader = now.leader;
  const bool leads = now.role == raft::role_kind::leader
                     && (replica_->state.applied().entry_term == now.current_term
                         || base::mutated(base::mutant::change_before_own_term));
  if (leading_ && (!leads || leading_term_ != now.current_term)) {
    leading_ = false;
    outsiders_heard_.clear();
    effects_.controller.push_back(
      membership::leadership_lost{now.leader, now.leader ? address_of(now.leader) : ""});
  }
  // (An answer by index alone needs callers that outlive the leadership.)
  const bool forgets = base::mutated(base::mutant::callers_forgotten)
                       || base::mutated(base::mutant::answers_by_index_alone);
  if (now.role != raft::role_kind::leader && !forgets)
    fail_callers(base::mutated(base::mutant::unknown_called_refused) ? errc::no_leader
                                                                     : errc::outcome_unknown,
                 errc::none);
  if (now.role == raft::role_kind::leader && leading_term_ != now.current_term) {
    leading_term_ = now.current_term;
    leading_since_ms_ = now_ms_;
    leading_log_time_ms_ = replica_->state.log_time_ms();
  }
  if (leads && !leading_) {
    leading_ = true;
    observed_ms_ = now_ms_;
    announced_ms_ = now_ms_;
    outsider_spoke_ms_.clear();
    // What earlier leaders stamped is applied only now.
    leading_log_time_ms_ = log_time_ms();
    leading_since_ms_ = now_ms_;
    auto table = std::make_shared<const membership::nodes_table>(replica_->state.nodes().table());
    effects_.controller.push_back(membership::leadership_gained{
      leading_term_, marker_.id, std::move(table), awake_ms_, log_time_ms()});
  }
}

/// Goes on from the newest stamp that this leader knows, at the pace of its own clock.
std::uint64_t driver::log_time_ms() const {
  if (base::mutated(base::mutant::stamps_own_clock))
    return now_ms_;
  return std::max(replica_->state.log_time_ms(),
                  leading_log_time_ms_ + (now_ms_ - leading_since_ms_));
}

/// Whoever leads leaves a committed joint change, whoever entered it.
void driver::leave_joint() {
  if (!leading_ || !replica_->state.nodes().joint())
    return;
  const auto now = replica_->core.current();
  const bool settled = now.joint && now.active_config == replica_->state.nodes().version();
  if ((!settled && !base::mutated(base::mutant::second_change_in_flight)) || now.transferring)
    return;
  // A refusal is retried with the next observation: leadership is being lost or handed over.
  static_cast<void>(propose_change(membership::make_leave(replica_->state.nodes())));
}

result<raft::log_position> driver::propose_change(membership::delta change) {
  change.log_time_ms = log_time_ms();
  shared_bytes payload{base::encode(change)};
  counters_.count_encoded(payload.size());
  return replica_->core.propose_membership(std::move(change.config), std::move(payload));
}

void driver::observe() {
  if (now_ms_ - observed_ms_ < options_.observe_ms)
    return;
  observed_ms_ = now_ms_;
  membership::nodes_seen seen;
  seen.now_ms = awake_ms_;
  seen.last = replica_->core.current().last.index;
  seen.gone = gone_nodes();
  for (const auto& peer : replica_->core.peers())
    if (gone_.count(peer.peer.storage) == 0)
      seen.replicas.push_back({peer.peer.id, peer.match,
                               peer.ticks_since_contact * options_.tick_ms, peer.contacted,
                               peer.caught_up, peer.snapshot_bytes});
  for (const auto& [id, outsider] : outsiders_heard_)
    seen.outsiders.push_back(outsider);
  outsiders_heard_.clear();
  seen.heartbeat_ms = heartbeat_ms();
  effects_.controller.push_back(std::move(seen));
  const auto* own = replica_->state.nodes().find(marker_.id);
  if (own != nullptr && membership::differs(*own, news()))
    effects_.controller.push_back(news());
  effects_.controller.push_back(membership::controller_tick{awake_ms_, log_time_ms()});
  leave_joint();
}

} // namespace quorate::driver
