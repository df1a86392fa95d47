#include "runtime/driver/driver.hpp"

#include "runtime/base/check.hpp"
#include "runtime/driver/bytes.hpp"
#include "runtime/membership/admission.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

namespace quorate::driver {

// -- events ---------------------------------------------------------------------------------------

void driver::tick(std::uint64_t now_ms) {
  QUORATE_CHECK(now_ms >= now_ms_, "now", now_ms, "before", now_ms_);
  constexpr std::uint64_t late_ticks_max = 2; // What is later wasn't waiting but sleep.
  awake_ms_ += std::min(now_ms - now_ms_, late_ticks_max * options_.tick_ms);
  now_ms_ = now_ms;
  if (!speaks())
    return;
  if (founding_ && !founding_->writing && now_ms_ >= founding_->decide_ms)
    founded();
  if (replica_ != nullptr)
    tick_core();
  ask_for_turn();
  if (leading_) {
    observe();
    announce();
    make_way();
  }
  tell_joined();
}

void driver::receive(node_mail mail) {
  if (!speaks() || !of_one_life(mail))
    return;
  std::visit([&](auto& m) { on(mail.from, m); }, mail.message);
  if (halted_.code != errc::none)
    give_up(); // Whatever it was that halted it.
  tell_joined();
}

void driver::persisted(const storage::persisted& done) {
  if (done.failure.code != errc::none) {
    halt(done.failure);
    return give_up();
  }
  counters_.count_sync(done.sync_us);
  storage_busy_ = done.busy;
  durable_sequence_ = std::max(durable_sequence_, done.sequence);
  if (founding_ && founding_->writing && durable_sequence_ >= founding_->sequence) {
    auto f = std::move(*founding_);
    founding_.reset();
    kept_state_ = f.state;
    raft::boot_state from;
    from.entries = {f.first};
    start_replica(std::move(from), machine::machine{});
    for (auto token : f.tokens)
      answer(token, ops::provision_reply{{}, true, marker_.cluster});
  } else if (replica_ != nullptr) {
    replica_->core.persisted(done.sequence);
  }
  if (replica_ == nullptr && speaks())
    ask_for_turn(); // It was only waiting to be allowed to speak.
  tell_joined();
}

void driver::peer_down(const std::string& address) {
  if (replica_ == nullptr)
    return;
  for (const auto& [id, where] : addresses_)
    if (where == address)
      replica_->core.peer_down(id);
  for (auto id : replica_->state.nodes().members())
    if (replica_->state.nodes().find(id)->address == address)
      replica_->core.peer_down(id);
}

// -- effects --------------------------------------------------------------------------------------

bool driver::has_effects() const noexcept {
  return !effects_.empty() || (stopping_ && !departed())
         || (speaks() && replica_ != nullptr
             && (replica_->core.has_ready() || replica_->state.image_under_way()));
}

effects driver::take_effects() {
  if (speaks())
    pump();
  continue_stop();
  settle_transfer();
  tell_joined();
  effects out;
  std::swap(out, effects_);
  for (const auto& batch : out.writes)
    counters_.count_stored(bytes_of(batch));
  return out;
}

std::uint64_t driver::next_due_ms() const noexcept {
  constexpr auto never = std::numeric_limits<std::uint64_t>::max();
  if (stopping_)
    return stopped() ? never : 0;
  if (!speaks())
    return never;
  if (replica_ != nullptr)
    return 0;
  if (founding_ && founding_->writing)
    return never;
  return std::max<std::uint64_t>(founding_ ? founding_->decide_ms : joining_.due_ms(), 1);
}

// -- observers ------------------------------------------------------------------------------------

const raft::core* driver::consensus() const noexcept {
  return replica_ != nullptr ? &replica_->core : nullptr;
}

const machine::machine* driver::state() const noexcept {
  return replica_ != nullptr ? &replica_->state : nullptr;
}

ops::node_status driver::status() const {
  ops::node_status out;
  out.id = marker_.id;
  out.name = options_.name;
  out.address = options_.address;
  out.cluster = marker_.cluster;
  out.cluster_name = marker_.id ? options_.cluster_name : "";
  out.position = "unprovisioned";
  out.leader = view_.leader;
  out.version = view_.version;
  out.halted = halted_;
  out.room = rooms_.own();
  out.counters = counters_.table();
  if (marker_.id)
    out.position = view_.own ? to_string(membership::position_of(*view_.own)) : "unknown";
  if (replica_ == nullptr)
    return out;
  const auto now = replica_->core.current();
  const auto& state = replica_->state;
  out.position = to_string(state.nodes().position_of(marker_.id));
  out.has_log = true;
  out.leads = leading_;
  out.leader = now.leader;
  out.current_term = now.current_term;
  out.commit = now.commit;
  out.applied = state.applied().index;
  out.first = now.first;
  out.snapshot = now.snapshot;
  out.snapshot_under_way = state.image_under_way() || storage_busy_;
  out.version = state.nodes().version();
  out.store = state.store().current();
  out.keys = state.store().size();
  out.state_hash = state.state_hash();
  const auto& counts = replica_->core.counts();
  out.counters.push_back({"elections_total", "", counts.elections});
  out.counters.push_back({"leaderships_total", "", counts.leaderships});
  out.counters.push_back({"proposals_total", "", counts.proposals});
  out.counters.push_back({"proposals_refused_total", "", counts.proposals_refused});
  out.counters.push_back({"messages_dropped_total", "", counts.messages_dropped});
  out.counters.push_back({"floor_refusals_total", "", counts.floor_refusals});
  out.counters.push_back({"snapshots_installed_total", "", counts.snapshots_installed});
  return out;
}

/// Only the leader's table is sure to be of this time; whoever asks another node is shown the way.
ops::nodes_reply driver::nodes() const {
  ops::nodes_reply out;
  if (!leading_) {
    out.refusal = not_leader();
    return out;
  }
  const auto& nodes = replica_->state.nodes();
  out.nodes = table();
  out.nodes.history.assign(nodes.history().begin(), nodes.history().end());
  return out;
}

nodes_view driver::table() const {
  nodes_view out;
  if (replica_ == nullptr)
    return out;
  const auto& nodes = replica_->state.nodes();
  out.version = nodes.version();
  out.leader = replica_->core.current().leader;
  out.cluster_name = nodes.identity().name;
  out.cluster = nodes.identity().cluster;
  out.policy = nodes.policy();
  out.joint = nodes.joint();
  out.pause = nodes.pause();
  out.log_time_ms = leading_ ? log_time_ms() : replica_->state.log_time_ms();
  for (const auto& [id, row] : nodes.rows())
    out.rows.push_back({row, nodes.role_of(id)});
  return out;
}

std::string driver::address_of(node_id id) const {
  if (auto heard = addresses_.find(id); heard != addresses_.end())
    return heard->second;
  if (replica_ != nullptr)
    if (const auto* row = replica_->state.nodes().find(id))
      return row->address;
  for (const auto& row : view_.members)
    if (row.id == id)
      return row.address;
  return {};
}

error driver::not_leader() const {
  if (!marker_.id)
    return make_error(errc::unprovisioned);
  auto out = make_error(errc::not_leader);
  out.leader = replica_ != nullptr ? replica_->core.current().leader : view_.leader;
  if (out.leader == marker_.id)
    out.leader = node_id{}; // It leads, but not yet for callers.
  if (!out.leader)
    return make_error(errc::no_leader);
  out.leader_address = address_of(out.leader);
  return out;
}

} // namespace quorate::driver
