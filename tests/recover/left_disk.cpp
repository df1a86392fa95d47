#include "tests/recover/left_disk.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/kv/commands.hpp"

#include <memory>
#include <utility>

namespace quorate::recover {

namespace {

constexpr std::uint64_t log_time_ms = 1'000'000;

std::string image_of(const membership::situations::written_cluster& cluster) {
  std::string out;
  base::encoder f{out};
  f.value(std::uint16_t{1});
  f.value(log_time_ms);
  f.value(kv::store{});
  f.value(kv::sessions{});
  f.value(cluster.table());
  return out;
}

} // namespace

left_disk::left_disk(const membership::situations::written_cluster& cluster, std::uint32_t node) {
  auto image = std::make_shared<raft::snapshot>();
  image->last = {log_index{50}, term{5}};
  image->image = shared_bytes{image_of(cluster)};
  now = machine::machine::load(image->image.view(), image->last).value();
  image->config = now.nodes().configuration();
  found.image = std::move(image);
  found.identity = storage::marker{1,
                                   "node-" + std::to_string(node),
                                   membership::situations::disk(node),
                                   membership::situations::home,
                                   node_id{node},
                                   3};
  found.state.current_term = term{7};
  found.state.commit = log_index{50};
}

kv::session_id left_disk::open_session() {
  raft::entry x;
  x.kind = raft::entry_kind::command;
  x.payload = kv::make_open_session();
  add(std::move(x));
  return kv::session_id{now.applied().index.value};
}

kv::write_result left_disk::put(kv::session_id session, std::uint64_t sequence,
                                const std::string& key, const std::string& value) {
  raft::entry x;
  x.kind = raft::entry_kind::command;
  x.payload = kv::make_write_request({session, sequence, 0, kv::put{key, value, {}}}).command;
  x.log_time_ms = log_time_ms + found.entries.size();
  x.index = log_index{now.applied().index.value + 1};
  x.entry_term = term{6};
  found.entries.push_back(x);
  return std::get<kv::write_result>(now.apply(x));
}

void left_disk::change(const membership::delta& what) {
  raft::entry x;
  x.kind = raft::entry_kind::membership;
  x.payload = shared_bytes{base::encode(what)};
  x.config = std::make_shared<const raft::configuration>(what.config);
  add(std::move(x));
}

void left_disk::add(raft::entry next) {
  next.index = log_index{now.applied().index.value + 1};
  next.entry_term = term{6};
  found.entries.push_back(next);
  now.apply(next);
}

void left_disk::commit(std::uint64_t index) {
  found.state.commit = log_index{index};
}

} // namespace quorate::recover
