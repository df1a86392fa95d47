// What the replicated store costs: a put as it is applied, a read, and an image of it all.
#include "messages/kv.hpp"

#include "runtime/base/check.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/kv/sessions.hpp"
#include "runtime/kv/store.hpp"
#include "runtime/machine/machine.hpp"
#include "bench/micro/micro.hpp"

#include <string>
#include <utility>

namespace quorate::micro {

namespace {

constexpr std::uint64_t keys = 100'000;

std::string key_of(std::uint64_t number) {
  return "key-" + std::to_string(number % keys);
}

kv::store store_of(std::uint64_t count) {
  kv::store out;
  for (std::uint64_t i = 0; i < count; ++i)
    out.apply(kv::put{key_of(i), payload_of(), {}});
  return out;
}

/// Keys far from each other, in an order that is always the same.
std::uint64_t next_key(std::uint64_t sequence) {
  return sequence * 61'803;
}

shared_bytes command_of(std::uint64_t sequence) {
  kv::session_write write;
  write.session = kv::session_id{1};
  write.sequence = sequence;
  write.ack_below = sequence;
  write.content = kv::put{key_of(next_key(sequence)), payload_of(), {}};
  return kv::make_write_request(std::move(write)).command;
}

/// A put as it is applied: decoded, through its session, into a store of 100,000 keys.
void kv_apply(benchmark::State& state) {
  auto store = store_of(keys);
  kv::sessions sessions;
  sessions.open(kv::session_id{1}, 1);
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    const kv::write_request request{command_of(++sequence)};
    benchmark::DoNotOptimize(
      sessions.execute(std::move(kv::read_write_request(request)).value(), 1, store));
  }
  state.SetItemsProcessed(state.iterations());
}

void kv_get(benchmark::State& state) {
  const auto store = store_of(keys);
  std::uint64_t sequence = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(store.get(key_of(next_key(++sequence))));
  state.SetItemsProcessed(state.iterations());
}

raft::entry entry_at(std::uint64_t index, shared_bytes payload) {
  raft::entry out;
  out.index = log_index{index};
  out.entry_term = term{1};
  out.kind = raft::entry_kind::command;
  out.payload = std::move(payload);
  out.log_time_ms = 1;
  return out;
}

/// A machine whose first entry opened a session, and whose next ones were so many puts.
machine::machine machine_of(std::uint64_t puts) {
  machine::machine out;
  out.apply(entry_at(1, kv::make_open_session()));
  for (std::uint64_t i = 1; i <= puts; ++i)
    out.apply(entry_at(i + 1, command_of(i)));
  return out;
}

/// The whole way of a command in the machine, its making apart from that.
void machine_apply(benchmark::State& state) {
  auto machine = machine_of(1'000);
  std::uint64_t sequence = 1'000;
  for (auto _ : state) {
    ++sequence;
    benchmark::DoNotOptimize(machine.apply(entry_at(sequence + 1, command_of(sequence))));
  }
  state.SetItemsProcessed(state.iterations());
}

/// An image in steps, as a node takes it.
void snapshot_image(benchmark::State& state) {
  auto machine = machine_of(static_cast<std::uint64_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) {
    machine.begin_image();
    auto done = machine.continue_image(std::size_t{256} << 10);
    while (!done)
      done = machine.continue_image(std::size_t{256} << 10);
    bytes = done->second.size();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void snapshot_load(benchmark::State& state) {
  const auto image = machine_of(static_cast<std::uint64_t>(state.range(0))).image();
  const raft::log_position at{log_index{static_cast<std::uint64_t>(state.range(0)) + 1}, term{1}};
  for (auto _ : state) {
    auto loaded = machine::machine::load(image, at);
    QUORATE_CHECK(loaded, "bytes", image.size());
    benchmark::DoNotOptimize(loaded);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(image.size()));
}

} // namespace

void add_kv(registry& to) {
  to.add("kv_apply", kv_apply, 1'000);
  to.add("kv_get", kv_get, 1'000);
  to.add("machine_apply", machine_apply, 1'000);
  to.add("snapshot_image", snapshot_image, 5, {100, 10'000});
  to.add("snapshot_load", snapshot_load, 5, {100, 10'000});
}

} // namespace quorate::micro
