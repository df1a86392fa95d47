// What a node does with what other nodes say.
#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/admission.hpp"
#include "runtime/membership/registrations.hpp"
#include "runtime/raft/configurations.hpp"

#include <algorithm>
#include <utility>

namespace quorate::driver {

namespace {

/// A leader's word, which only goes to replicas.
bool from_a_leader(const raft::body& content) {
  return std::holds_alternative<raft::append>(content)
         || std::holds_alternative<raft::heartbeat>(content)
         || std::holds_alternative<raft::install_snapshot>(content);
}

/// What decides elections.
bool about_an_election(const raft::body& content) {
  return std::holds_alternative<raft::pre_vote>(content)
         || std::holds_alternative<raft::pre_vote_reply>(content)
         || std::holds_alternative<raft::vote>(content)
         || std::holds_alternative<raft::vote_reply>(content);
}

/// Peers whose address is remembered from their messages: those of a few configurations.
constexpr std::size_t addresses_max = 64;

} // namespace

void driver::send(const std::string& to, node_message message) {
  if (to.empty() || halted_.code != errc::none || departed())
    return; // It is silent, whatever its controller still has to say.
  counters_.count_mailed(message);
  effects_.mail.push_back({options_.address, to, std::move(message)});
}

void driver::send_raft(raft::envelope m) {
  const auto to = address_of(m.to.id);
  m.room = rooms_.own();
  send(to, std::move(m));
}

// -- consensus ------------------------------------------------------------------------------------

void driver::on(const std::string& from, raft::envelope& m) {
  if (!marker_.id || m.cluster != marker_.cluster || m.to != self()) {
    counters_.count_message_dropped();
    return;
  }
  if (replica_ == nullptr) {
    // A leader took this node in: its log begins here. Whatever is older than the floor doesn't
    // count, and a log that is being dropped is dropped first.
    if (!from_a_leader(m.content) || m.config <= floor_.version
        || drop_sequence_ > durable_sequence_)
      return;
    start_replica({}, machine::machine{});
  }
  if (about_an_election(m.content) && is_lost(m.from.id)) {
    counters_.count_message_dropped();
    return;
  }
  if (from_a_leader(m.content))
    heard_leader(m);
  rooms_.heard(replica_->core.active_config(), m.from, m.room);
  if (addresses_.size() < addresses_max || addresses_.count(m.from.id) != 0)
    addresses_[m.from.id] = from;
  replica_->core.step(std::move(m));
}

/// Its disk has been given up. It is fed until it has applied that, and halts; but it votes for
/// nobody any more.
bool driver::is_lost(node_id id) const {
  const auto* row = replica_->state.nodes().find(id);
  return row != nullptr && row->lost && !base::mutated(base::mutant::lost_storage_votes);
}

void driver::heard_leader(const raft::envelope& m) {
  leader_heard_ms_ = now_ms_;
  if (m.sender_term > leader_term_heard_) {
    leader_term_heard_ = m.sender_term;
    leader_config_heard_ = m.config;
  } else if (m.sender_term == leader_term_heard_) {
    leader_config_heard_ = std::max(leader_config_heard_, m.config);
  }
}

// -- registration ---------------------------------------------------------------------------------

void driver::on(const std::string& from, membership::register_request& m) {
  if (leading_) {
    effects_.controller.push_back(membership::registration_received{from, std::move(m)});
    return;
  }
  membership::register_reply reply;
  reply.refusal = not_leader();
  send(from, std::move(reply));
}

void driver::on(const std::string& from, membership::register_reply& m) {
  if (marker_.id || (founding_ && founding_->writing))
    return; // A second answer, to a retry.
  switch (m.refusal.code) {
  case errc::none:
    break;
  case errc::not_leader:
    return joining_.on_hint(m.refusal.leader_address, now_ms_);
  case errc::transition_in_flight: // It waits at the leader, and is answered without asking again.
    return joining_.on_answer(from, now_ms_, options_.join_backoff_ms_max);
  case errc::cluster_name_differs:
  case errc::foreign_cluster:
  case errc::protocol_unsupported:
    return halt(m.refusal); // Asking again wouldn't change it.
  default:
    counters_.count(m.refusal.code);
    return joining_.on_silence();
  }
  if (m.storage != marker_.storage)
    return; // It was given to a disk that stood here before, and would halt this one for good.
  joining_.on_answer(from, now_ms_, 0);
  marker_.id = m.id;
  marker_.cluster = m.cluster;
  view_.version = config_version{};
  remember_identity();
  joining_.hurry(now_ms_);
}

// -- heartbeats -----------------------------------------------------------------------------------

void driver::on(const std::string& from, membership::join_request& m) {
  // A voter may have moved that can't campaign, and so says nothing else to those who wait for it.
  if (replica_ != nullptr && m.cluster == marker_.cluster
      && (addresses_.count(m.from.id) != 0 || raft::names(replica_->core.active_config(), m.from)))
    addresses_[m.from.id] = from;
  if (!leading_) {
    membership::join_reply reply;
    reply.refusal = not_leader();
    reply.to = m.from.id;
    reply.boot = m.boot;
    return send(from, std::move(reply));
  }
  const auto& nodes = replica_->state.nodes();
  const auto* row = nodes.find(m.from.id);
  const auto every_ms = m.has_log ? options_.heartbeat_ms : heartbeat_ms();
  if (m.cluster == marker_.cluster && row != nullptr && row->storage == m.from.storage
      && !gone(m.from.storage, m.boot)) {
    const membership::node_news said{m.from.id, m.boot, m.address, m.versions};
    if (membership::differs(*row, said))
      effects_.controller.push_back(said);
    // One that still has a log isn't taken in again: it would drop that later, and with it what the
    // leader counts on (docs/model/README.md, finding 1). So it counts as one that doesn't know its
    // record yet.
    outsider_spoke_ms_[m.from.id] = now_ms_;
    outsiders_heard_[m.from.id] = {m.from.id, m.has_log ? config_version{} : m.known, m.wants_join,
                                   every_ms};
  }
  if (m.has_log && base::mutated(base::mutant::joins_confirmed_unread))
    return serve(join_confirmation{from, std::move(m)});
  if (m.has_log) {
    const raft::read_token token{replica_->next_read++};
    if (replica_->core.read_index(token))
      replica_->unconfirmed.emplace(token, join_confirmation{from, std::move(m)});
    return;
  }
  auto reply = membership::judge_join(nodes, m, marker_.id);
  if (reply.refusal.code != errc::none)
    counters_.count(reply.refusal.code);
  reply.heartbeat_ms = every_ms;
  send(from, std::move(reply));
}

/// As many as there are nodes, spread so that the leader hears no more than it can afford.
std::uint64_t driver::heartbeat_ms() const {
  const auto nodes = replica_->state.nodes().rows().size();
  return std::max(options_.heartbeat_ms, nodes * 1'000 / options_.heartbeats_per_second_max);
}

void driver::on(const std::string& from, membership::join_reply& m) {
  if (m.to != marker_.id)
    return;
  if (m.refusal.code == errc::not_leader) // Also what a leader says unasked, see `announce`.
    return joining_.on_hint(m.refusal.leader_address, now_ms_);
  if (!(m.boot == boot_))
    return;
  switch (m.refusal.code) {
  case errc::no_leader:
  case errc::unprovisioned:
    return joining_.on_silence();
  case errc::foreign_cluster:
  case errc::storage_id_differs:
    if (replica_ == nullptr)
      halt(m.refusal);
    return;
  case errc::storage_lost:
    if (replica_ == nullptr || m.confirmed)
      halt(m.refusal);
    return;
  default:
    break;
  }
  joining_.on_answer(from, now_ms_, m.heartbeat_ms);
  learn(m);
  if (m.confirmed && replica_ != nullptr && m.role == node_role::outsider)
    retire(m);
  if (m.refusal.code == errc::node_removed && replica_ == nullptr
      && !base::mutated(base::mutant::removed_node_goes_on))
    halt(m.refusal);
}

/// A newer view is kept; an older one is from a leader that was behind. One without members says
/// that nothing which this node knows has changed up to its version.
void driver::learn(const membership::join_reply& m) {
  if (m.current.version < view_.version)
    return;
  const bool news = m.current.version > view_.version;
  if (m.current.members.empty() || !news) {
    view_.version = m.current.version;
    view_.leader = m.current.leader;
    return;
  }
  view_ = m.current;
  joining_.on_view(view_);
  if (m.refusal.code == errc::stale_record)
    joining_.hurry(now_ms_); // The leader waits to hear that it is known.
}

// -- discovery ------------------------------------------------------------------------------------

void driver::on(const std::string& from, discover_request&) {
  send(from, discover_reply{marker_.cluster, marker_.id ? options_.cluster_name : ""});
}

void driver::on(const std::string& from, discover_reply& m) {
  if (!m.cluster || !founding_ || founding_->writing)
    return;
  auto refusal = make_error(errc::peer_has_cluster,
                            from + " belongs to cluster " + m.cluster_name + " ("
                              + to_string(m.cluster)
                              + "): join that one, or take it off the seeds.");
  counters_.count(refusal.code);
  for (auto token : founding_->tokens)
    answer(token, ops::provision_reply{refusal, false, {}});
  founding_.reset();
}

} // namespace quorate::driver
