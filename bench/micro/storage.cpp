// What it costs to make records of entries, and to read them again. No disk.
#include "messages/storage.hpp"

#include "messages/raft.hpp"
#include "runtime/base/check.hpp"
#include "runtime/storage/records.hpp"
#include "bench/micro/micro.hpp"

#include <string>

namespace quorate::micro {

namespace {

raft::entry entry_of(std::size_t bytes) {
  raft::entry out;
  out.index = log_index{1'000'000};
  out.entry_term = term{3};
  out.kind = raft::entry_kind::command;
  out.payload = payload_of(bytes);
  out.log_time_ms = 1'000'000;
  return out;
}

void record_seal(benchmark::State& state) {
  const auto entry = entry_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state)
    benchmark::DoNotOptimize(storage::seal(storage::entry_key(entry.index), entry));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void record_unseal(benchmark::State& state) {
  const auto entry = entry_of(static_cast<std::size_t>(state.range(0)));
  const auto key = storage::entry_key(entry.index);
  const auto record = storage::seal(key, entry);
  for (auto _ : state) {
    auto read = storage::unseal<raft::entry>(key, record);
    QUORATE_CHECK(read, "bytes", record.size());
    benchmark::DoNotOptimize(read);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// The record that every write has beside its entries.
void record_seal_state(benchmark::State& state) {
  const storage::hard_state now{term{3}, {node_id{1}, storage_id{1, 2}}, log_index{1'000'000}};
  for (auto _ : state)
    benchmark::DoNotOptimize(storage::seal(storage::state_key, now));
  state.SetItemsProcessed(state.iterations());
}

} // namespace

void add_storage(registry& to) {
  to.add("record_seal", record_seal, 1'000, {16, 256, 65'536});
  to.add("record_unseal", record_unseal, 1'000, {16, 256, 65'536});
  to.add("record_seal_state", record_seal_state, 1'000);
}

} // namespace quorate::micro
