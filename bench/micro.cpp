// What the pure rooms cost by themselves, without actors, disks or networks: the ceiling for all
// that is built on them.
#include "messages/kv.hpp"
#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/kv/sessions.hpp"
#include "runtime/kv/store.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/plan.hpp"
#include "runtime/raft/core.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace quorate;

constexpr fingerprint cluster_id{1, 2};

raft::replica replica_of(std::uint32_t id) {
  return {node_id{id}, storage_id{0, id}};
}

/// Three cores, connected by a queue, on storage that is durable at once.
class three_cores {
public:
  three_cores() {
    raft::entry first;
    first.index = log_index{1};
    first.entry_term = term{1};
    first.kind = raft::entry_kind::membership;
    raft::configuration config;
    config.version = config_version{1};
    config.voters = {replica_of(1), replica_of(2), replica_of(3)};
    first.config = std::make_shared<const raft::configuration>(config);
    for (std::uint32_t id = 1; id <= 3; ++id) {
      raft::boot_state boot;
      boot.cluster = cluster_id;
      boot.self = replica_of(id);
      boot.boot = {1, id};
      boot.state = {term{1}, {}, log_index{1}};
      boot.entries = {first};
      cores_.push_back(
        std::make_unique<raft::core>(raft::settings{}, std::move(boot), base::random{id}));
    }
    while (leader_ == nullptr) {
      for (auto& core : cores_)
        core->tick();
      settle();
      for (auto& core : cores_)
        if (core->current().own_term_committed)
          leader_ = core.get();
    }
  }

  /// Proposes a batch and runs until everyone has it.
  void commit(const std::vector<shared_bytes>& batch) {
    QUORATE_CHECK(leader_->propose(batch), "batch", batch.size());
    settle();
  }

  log_index committed() const {
    return leader_->current().commit;
  }

  /// Keeps the log short, as a node with snapshots would.
  void compact() {
    for (auto& core : cores_)
      core->compact(core->current().applied, shared_bytes{"image"});
    settle();
  }

private:
  void settle() {
    bool busy = true;
    while (busy) {
      busy = false;
      for (auto& core : cores_)
        while (core->has_ready()) {
          busy = true;
          auto todo = core->take_ready();
          for (auto& message : todo.messages)
            network_.push_back(std::move(message));
          if (todo.write)
            core->persisted(todo.write->sequence);
        }
      while (!network_.empty()) {
        busy = true;
        auto message = std::move(network_.front());
        network_.pop_front();
        cores_[message.to.id.value - 1]->step(std::move(message));
      }
    }
  }

  std::vector<std::unique_ptr<raft::core>> cores_;
  std::deque<raft::envelope> network_;
  raft::core* leader_ = nullptr;
};

/// Entries of 256 bytes through three cores, `batch` at a time.
void raft_commit(benchmark::State& state) {
  three_cores group;
  const shared_bytes payload{std::string(256, 'x')};
  const std::vector<shared_bytes> batch(static_cast<std::size_t>(state.range(0)), payload);
  std::int64_t since_compaction = 0;
  for (auto _ : state) {
    group.commit(batch);
    if ((since_compaction += state.range(0)) > 10'000) {
      state.PauseTiming();
      group.compact();
      since_compaction = 0;
      state.ResumeTiming();
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(raft_commit)->Arg(1)->Arg(16)->Arg(128);

/// A put as it is applied: decoded, through its session, into a store of 100,000 keys.
void kv_apply(benchmark::State& state) {
  kv::store store;
  kv::sessions sessions;
  sessions.open(kv::session_id{1}, 1);
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    kv::session_write write;
    write.session = kv::session_id{1};
    write.sequence = ++sequence;
    write.ack_below = sequence;
    write.content = kv::put{"key-" + std::to_string(sequence % 100'000), std::string(256, 'x'), {}};
    const auto request = kv::make_write_request(std::move(write));
    benchmark::DoNotOptimize(
      sessions.execute(std::move(kv::read_write_request(request)).value(), 1, store));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(kv_apply);

/// One transition in a config of `rows` nodes: planned, encoded, decoded, applied. Flat, because an
/// entry is a delta.
void membership_transition(benchmark::State& state) {
  membership::nodes_config config;
  QUORATE_CHECK(config.apply(*membership::make_provision({cluster_id, "bench"},
                                                         {"n1", "a1", {0, 1}, {1, 1}, {}}, {})),
                "rows", state.range(0));
  membership::observations seen;
  seen.begin(node_id{1}, 0, 1'000);
  for (std::int64_t row = 2; row <= state.range(0); ++row) {
    membership::proposal want;
    want.event = lifecycle_event::register_node;
    want.by = initiator::node;
    membership::register_request request;
    request.cluster_name = "bench";
    request.name = "n" + std::to_string(row);
    request.address = request.name;
    request.storage = {0, static_cast<std::uint64_t>(row)};
    want.registrations = {request};
    QUORATE_CHECK(config.apply(membership::make_plan(config, want, seen)->change), "row", row);
  }
  bool parked = false;
  for (auto _ : state) {
    membership::proposal want;
    want.event = parked ? lifecycle_event::activate : lifecycle_event::park;
    want.by = initiator::operator_;
    want.subjects = {node_id{2}};
    auto planned = membership::make_plan(config, want, seen);
    const auto bytes = base::encode(planned->change);
    QUORATE_CHECK(config.apply(*base::decode<membership::delta>(bytes)), "bytes", bytes.size());
    parked = !parked;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(membership_transition)->Arg(10)->Arg(1'000)->Arg(10'000);

} // namespace

BENCHMARK_MAIN();
