// What consensus costs: three cores together, and a follower by itself.
#include "runtime/base/check.hpp"
#include "runtime/raft/core.hpp"
#include "bench/micro/micro.hpp"

#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace quorate::micro {

namespace {

constexpr fingerprint cluster_id{1, 2};

raft::replica replica_of(std::uint32_t id) {
  return {node_id{id}, storage_id{0, id}};
}

/// One of three voters, at its first start; the log has their configuration.
std::unique_ptr<raft::core> make_core(std::uint32_t id) {
  raft::configuration config;
  config.version = config_version{1};
  config.voters = {replica_of(1), replica_of(2), replica_of(3)};
  raft::entry first;
  first.index = log_index{1};
  first.entry_term = term{1};
  first.kind = raft::entry_kind::membership;
  first.config = std::make_shared<const raft::configuration>(config);
  raft::boot_state boot;
  boot.cluster = cluster_id;
  boot.self = replica_of(id);
  boot.boot = {1, id};
  boot.state = {term{1}, {}, log_index{1}};
  boot.entries = {first};
  return std::make_unique<raft::core>(raft::settings{}, std::move(boot), base::random{id});
}

/// Does what a core's ready says, on storage that is durable at once, and drops its messages.
void finish(raft::core& core) {
  while (core.has_ready())
    if (const auto todo = core.take_ready(); todo.write)
      core.persisted(todo.write->sequence);
}

/// Three cores, connected by a queue, on storage that is durable at once.
class three_cores {
public:
  three_cores() {
    for (std::uint32_t id = 1; id <= 3; ++id)
      cores_.push_back(make_core(id));
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

  /// A linearizable read by a round of heartbeats.
  void read() {
    QUORATE_CHECK(leader_->read_index(raft::read_token{++reads_}), "reads", reads_);
    settle();
  }

  /// Time passes, and nothing else happens.
  void tick() {
    for (auto& core : cores_)
      core->tick();
    settle();
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
  std::uint64_t reads_ = 0;
};

/// Entries of 256 bytes through three cores, `batch` at a time.
void raft_commit(benchmark::State& state) {
  three_cores group;
  const std::vector<shared_bytes> batch(static_cast<std::size_t>(state.range(0)), payload_of());
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

void raft_read(benchmark::State& state) {
  three_cores group;
  for (auto _ : state)
    group.read();
  state.SetItemsProcessed(state.iterations());
}

/// Three cores that have nothing to do, for a tick.
void raft_idle_tick(benchmark::State& state) {
  three_cores group;
  for (auto _ : state)
    group.tick();
  state.SetItemsProcessed(state.iterations());
}

/// The next append of so many entries, all of them committed, as leader 1 sends it to 2.
raft::envelope next_append(log_index last, std::int64_t entries) {
  raft::append content;
  content.previous = {last, last == log_index{1} ? term{1} : term{2}};
  for (std::int64_t i = 0; i < entries; ++i) {
    raft::entry next;
    next.index = log_index{++last.value};
    next.entry_term = term{2};
    next.kind = raft::entry_kind::command;
    static const auto payload = payload_of();
    next.payload = payload;
    content.entries.push_back(std::move(next));
  }
  content.commit = last;
  raft::envelope around;
  around.cluster = cluster_id;
  around.from = replica_of(1);
  around.from_boot = {1, 1};
  around.to = replica_of(2);
  around.config = config_version{1};
  around.sender_term = term{2};
  around.content = std::move(content);
  return around;
}

/// A follower's share: `step`, then its ready until the entries are there to be applied.
void raft_follower_append(benchmark::State& state) {
  const auto follower = make_core(2);
  log_index last{1};
  std::int64_t since_compaction = 0;
  for (auto _ : state) {
    follower->step(next_append(last, state.range(0)));
    finish(*follower);
    last.value += static_cast<std::uint64_t>(state.range(0));
    if ((since_compaction += state.range(0)) > 10'000) {
      state.PauseTiming();
      follower->compact(follower->current().applied, shared_bytes{"image"});
      finish(*follower);
      since_compaction = 0;
      state.ResumeTiming();
    }
  }
  QUORATE_CHECK(follower->current().applied == last, "last", last.value);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

} // namespace

void add_raft(registry& to) {
  to.add("raft_commit", raft_commit, 70, {1, 16, 128});
  to.add("raft_follower_append", raft_follower_append, 70, {1, 16, 128});
  to.add("raft_read", raft_read, 200);
  to.add("raft_idle_tick", raft_idle_tick, 200);
}

} // namespace quorate::micro
