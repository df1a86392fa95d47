// What nodes write to a disk.
#include "quorate/testing/storage_writer.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/storage/durable_mark.hpp"
#include "runtime/storage/records.hpp"
#include "tests/driver/cluster.hpp"
#include "tests/fuzz/corpora.hpp"
#include "tests/fuzz/found_table.hpp"

#include <memory>
#include <utility>

namespace quorate::fuzz {

namespace {

/// A cluster that has lived a little: what its nodes write is what the inputs begin as.
driver::cluster& lived() {
  static const auto one = [] {
    auto out = std::make_unique<driver::cluster>(7);
    out->defaults.snapshot_entries = 1'000; // So that the log is there.
    out->found(5);
    for (int i = 0; i < 20; ++i)
      out->put("key " + std::to_string(i % 7), std::string(static_cast<std::size_t>(i), 'v'));
    out->intend(membership::set_target_intent{5, false});
    out->comes_true([&] { return out->nodes().members().size() == 5; });
    return out;
  }();
  return *one;
}

std::vector<raft::entry> lived_entries() {
  const auto& log = lived().world.at(lived().leader()).core()->entries();
  std::vector<raft::entry> out;
  for (auto i = log.first(); i <= log.last().index; ++i.value)
    out.push_back(log.at(i));
  return out;
}

template <class T>
std::string record_of(char kind, const T& x) {
  return kind + base::encode(x);
}

} // namespace

std::vector<std::string> records_corpus() {
  std::vector<std::string> out{
    record_of('i', storage::marker{1, "n1", {1, 2}, {3, 4}, node_id{5}, 6}),
    record_of('s', storage::hard_state{term{7}, {node_id{3}, {5, 8}}, log_index{298}}),
    record_of('f', storage::floor{config_version{3}, {log_index{4}, term{5}}}),
    record_of('b', std::uint64_t{300}),
    record_of('n', storage::last_write{8, log_index{9}, 10}),
  };
  for (const auto& x : lived_entries()) {
    out.push_back(record_of('e', x));
    if (x.config != nullptr)
      out.push_back(
        record_of('m', storage::image_record{{x.index, x.entry_term}, *x.config, 1, 2, 3}));
  }
  return out;
}

std::vector<std::string> mark_corpus() {
  return {storage::encode(storage::write_mark{1, log_index{2}}),
          storage::encode(storage::write_mark{UINT64_MAX, log_index{UINT64_MAX}})};
}

std::vector<std::string> image_corpus() {
  std::vector<std::string> out{machine::machine{}.image()};
  for (std::size_t i = 0; i < lived().world.size(); ++i)
    if (const auto* state = lived().world.at(i).node->state(); state != nullptr)
      out.push_back(state->image());
  return out;
}

std::vector<std::string> payload_corpus() {
  std::vector<std::string> out;
  for (const auto& x : lived_entries())
    out.emplace_back(x.payload.view());
  return out;
}

std::vector<std::string> recovery_corpus() {
  std::vector<std::string> out;
  base::random draw{1};
  storage::random_writer writer{draw, {}};
  for (std::uint64_t i = 1; i <= 40; ++i) {
    static_cast<void>(writer.next(i));
    const auto content = writer.written().content();
    found_table x;
    x.anything = true;
    x.identity = content.identity;
    x.lowest = content.lowest;
    x.state = content.state;
    x.image_end = content.image ? content.image->last.index.value : 0;
    x.durable_mark = writer.written().last().index.value;
    x.last_write = x.acknowledged_write = i;
    x.log = content.entries;
    out.push_back(base::encode(x));
  }
  return out;
}

} // namespace quorate::fuzz
