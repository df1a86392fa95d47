// Who a node is: what its storage remembers, how it founds a cluster, and when it stops.
#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/plan.hpp"

#include <utility>

namespace quorate::driver {

namespace {

result<void> validate(const options& from) {
  auto bad = [](const std::string& what) { return make_error(errc::invalid_argument, what); };
  if (from.name.empty() || from.name.size() > limits::name_bytes_max)
    return bad("a node's name has 1 to 255 bytes.");
  if (from.cluster_name.empty() || from.cluster_name.size() > limits::name_bytes_max)
    return bad("a cluster's name has 1 to 255 bytes.");
  if (from.address.empty() || from.address.size() > limits::name_bytes_max)
    return bad("a node's address has 1 to 255 bytes.");
  if (from.tick_ms == 0 || from.heartbeat_ms == 0 || from.join_backoff_ms_min == 0
      || from.observe_ms == 0)
    return bad("intervals are at least 1 ms.");
  if (from.heartbeats_per_second_max == 0)
    return bad("heartbeats_per_second_max is at least 1.");
  if (from.consensus.election_ticks < 3 || from.consensus.heartbeat_ticks == 0
      || from.consensus.heartbeat_ticks >= from.consensus.election_ticks)
    return bad("election_ticks is at least 3, and more than heartbeat_ticks.");
  if (from.snapshot_entries == 0 || from.snapshot_step_bytes == 0)
    return bad("snapshot_entries and snapshot_step_bytes are at least 1.");
  return {};
}

} // namespace

result<std::unique_ptr<driver>> driver::start(options from, const storage::recovered& disk,
                                              base::random rng, std::uint64_t now_ms) {
  if (auto valid = validate(from); !valid)
    return valid.error();
  if (disk.identity && disk.identity->name != from.name)
    return make_error(errc::storage_id_differs, "this storage belongs to node "
                                                  + disk.identity->name + ", not to " + from.name
                                                  + ". Start that one here, or use empty storage.");
  std::unique_ptr<driver> out{new driver(std::move(from), disk, rng, now_ms)};
  out->restore(disk);
  return result<std::unique_ptr<driver>>{std::move(out)};
}

driver::driver(options from, const storage::recovered& disk, base::random rng, std::uint64_t now_ms)
  : options_(std::move(from)),
    rng_(rng),
    now_ms_(now_ms),
    floor_(disk.lowest),
    kept_state_(disk.state),
    joining_(options_, rng.fork(2)),
    leader_heard_ms_(now_ms) {
  if (disk.identity) {
    marker_ = *disk.identity;
  } else {
    marker_.name = options_.name;
    marker_.storage = {rng_.next(), rng_.next() | 1};
  }
  if (marker_.boots == 0 || !base::mutated(base::mutant::boot_number_reused))
    ++marker_.boots;
  boot_.counter = marker_.boots;
  boot_.nonce = rng_.next() | 1;
  remember_identity();
}

void driver::restore(const storage::recovered& disk) {
  if (disk.damage.code != errc::none) {
    effects_.writes.clear(); // Whoever repairs it shall find what was there.
    return halt(disk.damage);
  }
  if (!marker_.id || (disk.image == nullptr && disk.entries.empty()))
    return;
  machine::machine state;
  if (disk.image != nullptr) {
    auto loaded = machine::machine::load(disk.image->image.view(), disk.image->last);
    if (!loaded)
      return halt(loaded.error());
    state = std::move(loaded).value();
  }
  raft::boot_state from;
  from.image = disk.image;
  from.entries = disk.entries;
  start_replica(std::move(from), std::move(state));
  check_standing();
}

/// Whether, by what it has applied, this node may take part at all. Only another disk or another
/// build would change it.
void driver::check_standing() {
  const auto& nodes = replica_->state.nodes();
  const auto* row = nodes.find(marker_.id);
  if (row == nullptr)
    return;
  if (row->lost && !base::mutated(base::mutant::lost_storage_votes))
    return halt(make_error(errc::storage_lost,
                           "another node has come with an empty disk under the name " + row->name
                             + ", and what is on this disk never votes again. Start on empty "
                               "storage to join anew."));
  const auto level = nodes.feature_level();
  if (nodes.role_of(marker_.id) != node_role::outsider && level > options_.versions.feature_level)
    halt(make_error(errc::feature_level_too_low,
                    "the cluster is at feature level " + std::to_string(level)
                      + ", and this build only knows level "
                      + std::to_string(options_.versions.feature_level)
                      + ": start a build that is as new as the others."));
}

void driver::start_replica(raft::boot_state from, machine::machine state) {
  QUORATE_CHECK(replica_ == nullptr && marker_.id);
  from.cluster = marker_.cluster;
  from.self = self();
  from.boot = boot_;
  from.state = kept_state_;
  from.lowest = floor_;
  from.last_sequence = last_sequence_;
  auto consensus = options_.consensus;
  consensus.tick_ms = options_.tick_ms;
  replica_ = std::make_unique<replica>(consensus, std::move(from), std::move(state),
                                       rng_.fork(rng_.next()));
  replica_->ticks.add(0, now_ms_);
  tell_core_of_room();
}

void driver::tick_core() {
  replica_->core.tick();
  replica_->ticks.add(replica_->core.current().now, now_ms_);
}

/// A write of the driver's own, numbered after all others of this life.
storage::write_batch driver::next_write() {
  storage::write_batch batch;
  batch.sequence = last_sequence_ = storage::write_sequence{last_sequence_.value + 1};
  return batch;
}

void driver::remember_identity() {
  auto batch = next_write();
  batch.identity = marker_;
  identity_sequence_ = batch.sequence;
  effects_.writes.push_back(std::move(batch));
}

/// A node says nothing before its storage knows who it is, and in which life.
bool driver::speaks() const noexcept {
  const bool known = durable_sequence_ >= identity_sequence_
                     || base::mutated(base::mutant::speaks_before_durable);
  return known && halted_.code == errc::none && !departed();
}

raft::replica driver::self() const noexcept {
  return {marker_.id, marker_.storage};
}

void driver::halt(error why) {
  if (halted_.code == errc::none)
    halted_ = std::move(why);
  effects_.mail.clear(); // It is silent from now on.
  tell_joined();
}

/// Nothing comes of what was begun here: whoever waits is told so, and the controller is relieved
/// of its duty.
void driver::give_up() {
  QUORATE_CHECK(halted_.code != errc::none);
  fail_callers(errc::outcome_unknown, halted_.code);
  if (founding_) {
    // Whether the first entry is durable is as unknown as with any other write.
    const auto why = founding_->writing ? make_error(errc::outcome_unknown) : halted_;
    for (auto token : founding_->tokens)
      answer(token, ops::provision_reply{why, false, {}});
    founding_.reset();
  }
  if (std::exchange(leading_, false))
    effects_.controller.push_back(membership::leadership_lost{});
}

// -- who waits until it has joined ----------------------------------------------------------------

bool driver::joined() const noexcept {
  if (!marker_.id || !speaks())
    return false;
  return view_.own.has_value()
         || (replica_ != nullptr && replica_->state.nodes().find(marker_.id) != nullptr);
}

void driver::request(request_token token, ops::joined_request) {
  if (joined_callers_.size() >= limits::joined_waiting_max)
    return answer(token, ops::joined_reply{make_error(errc::overloaded), {}, {}});
  joined_callers_.push_back(token);
  tell_joined();
}

void driver::tell_joined() {
  if (joined_callers_.empty() || (halted_.code == errc::none && !joined()))
    return;
  const auto version = replica_ != nullptr ? replica_->state.nodes().version() : view_.version;
  for (auto token : std::exchange(joined_callers_, {}))
    answer(token, ops::joined_reply{halted_, marker_.id, version});
}

// -- founding -------------------------------------------------------------------------------------

void driver::found(membership::provision_request what) {
  QUORATE_CHECK(!founding_ && !marker_.id);
  founding_.emplace();
  founding_->request = std::move(what);
  if (founding_->request.cluster_name.empty())
    founding_->request.cluster_name = options_.cluster_name;
  founding_->decide_ms = now_ms_ + (options_.seeds.empty() ? 0 : options_.discover_ms);
  for (const auto& seed : options_.seeds)
    if (seed != options_.address)
      send(seed, discover_request{});
}

/// The seeds have had their time, and none has a cluster: write the first entry, at once committed
/// by its sole voter.
void driver::founded() {
  auto& f = *founding_;
  const membership::cluster_identity identity{{rng_.next(), rng_.next() | 1},
                                              f.request.cluster_name};
  membership::founder who{options_.name, options_.address, marker_.storage, boot_,
                          options_.versions};
  auto first = membership::make_provision(identity, who, f.request.policy);
  if (!first) {
    for (auto token : f.tokens)
      answer(token, ops::provision_reply{first.error(), false, {}});
    founding_.reset();
    return;
  }
  marker_.cluster = identity.cluster;
  marker_.id = node_id{1};
  options_.cluster_name = identity.name;
  f.first.index = log_index{1};
  f.first.entry_term = quorate::term{1};
  f.first.kind = raft::entry_kind::membership;
  f.first.payload = shared_bytes{base::encode(*first)};
  f.first.config = std::make_shared<const raft::configuration>(first->config);
  f.state = {quorate::term{1}, {}, log_index{1}};
  auto batch = next_write();
  batch.identity = marker_;
  batch.state = f.state;
  batch.entries = {f.first};
  f.writing = true;
  f.sequence = identity_sequence_ = batch.sequence;
  effects_.writes.push_back(std::move(batch));
}

} // namespace quorate::driver
