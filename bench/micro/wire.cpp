// What it costs to put a message into a frame, and to read it again.
#include "messages/node.hpp"
#include "runtime/base/check.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/wire/frame.hpp"
#include "runtime/wire/messages.hpp"
#include "bench/micro/micro.hpp"

#include <string>
#include <utility>

namespace quorate::micro {

namespace {

node_mail append_of(std::int64_t entries) {
  raft::append content;
  content.previous = {log_index{1'000'000}, term{3}};
  content.commit = log_index{1'000'000};
  for (std::int64_t i = 1; i <= entries; ++i) {
    raft::entry next;
    next.index = log_index{1'000'000 + static_cast<std::uint64_t>(i)};
    next.entry_term = term{3};
    next.kind = raft::entry_kind::command;
    next.payload = payload_of();
    next.log_time_ms = 1'000'000;
    content.entries.push_back(std::move(next));
  }
  raft::envelope around;
  around.cluster = fingerprint{1, 2};
  around.from = {node_id{1}, storage_id{0, 1}};
  around.to = {node_id{2}, storage_id{0, 2}};
  around.from_boot = {1, 1};
  around.config = config_version{5};
  around.sender_term = term{3};
  around.content = std::move(content);
  return {"10.0.0.1:7000", "10.0.0.2:7000", std::move(around)};
}

wire::call<kv::request> put_request() {
  kv::session_write write;
  write.session = kv::session_id{7};
  write.sequence = 1'000;
  write.ack_below = 999;
  write.content = kv::put{"key-12345", payload_of(), {}};
  return {wire::call_id{12}, kv::make_write_request(std::move(write))};
}

wire::call<kv::reply> get_reply() {
  return {wire::call_id{12}, kv::read_result{payload_of(), revision{900}, revision{1'000}}};
}

/// Into a buffer that is long enough already, as that of a connection is.
template <class T>
void write_frames(benchmark::State& state, const T& message) {
  std::string buffer;
  for (auto _ : state) {
    buffer.clear();
    wire::frame_writer out{buffer};
    QUORATE_CHECK(wire::write(out, message), "bytes", buffer.size());
    benchmark::DoNotOptimize(buffer.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(buffer.size()));
}

/// From the bytes of the socket to the message.
template <class T>
void read_frames(benchmark::State& state, const T& message) {
  std::string buffer;
  wire::frame_writer out{buffer};
  QUORATE_CHECK(wire::write(out, message), "bytes", buffer.size());
  wire::frame_reader in{limits::frame_payload_bytes_max};
  for (auto _ : state) {
    std::string_view bytes = buffer;
    auto frame = in.feed(bytes);
    QUORATE_CHECK(frame && *frame, "bytes", buffer.size());
    auto got = wire::read(**frame);
    QUORATE_CHECK(got, "bytes", buffer.size());
    benchmark::DoNotOptimize(got);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(buffer.size()));
}

void wire_write_append(benchmark::State& state) {
  write_frames(state, append_of(state.range(0)));
}

void wire_read_append(benchmark::State& state) {
  read_frames(state, append_of(state.range(0)));
}

void wire_write_kv_request(benchmark::State& state) {
  write_frames(state, put_request());
}

void wire_read_kv_request(benchmark::State& state) {
  read_frames(state, put_request());
}

void wire_write_kv_reply(benchmark::State& state) {
  write_frames(state, get_reply());
}

void wire_read_kv_reply(benchmark::State& state) {
  read_frames(state, get_reply());
}

} // namespace

void add_wire(registry& to) {
  to.add("wire_write_append", wire_write_append, 200, {1, 16, 128});
  to.add("wire_read_append", wire_read_append, 200, {1, 16, 128});
  to.add("wire_write_kv_request", wire_write_kv_request, 1'000);
  to.add("wire_read_kv_request", wire_read_kv_request, 1'000);
  to.add("wire_write_kv_reply", wire_write_kv_reply, 1'000);
  to.add("wire_read_kv_reply", wire_read_kv_reply, 1'000);
}

} // namespace quorate::micro
