#include "tests/fuzz/targets.hpp"

#include "quorate/storage_image.hpp"
#include "quorate/testing/storage_writer.hpp"
#include "messages/membership.hpp"
#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/storage/durable_mark.hpp"
#include "runtime/storage/records.hpp"
#include "runtime/storage/recovery.hpp"
#include "runtime/wire/messages.hpp"
#include "tests/driver/cluster.hpp"
#include "tests/wire/examples.hpp"

#include <fstream>
#include <memory>
#include <tuple>
#include <utility>

namespace quorate::fuzz {

namespace {

using storage::seal;
using storage::unseal;

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

// -- sealed records -------------------------------------------------------------------------------

/// Behind the checksum: as if the disk had been written by a mistaken build.
template <class T>
void read_record(std::string_view key, std::string_view content) {
  const auto raw = unseal<T>(key, content);
  QUORATE_CHECK(!raw || seal(key, *raw) == content);
  std::string whole(1, static_cast<char>(storage::record_format));
  whole += content;
  const auto record = storage::sealed(key, std::move(whole));
  const auto read = unseal<T>(key, record);
  QUORATE_CHECK(!read || seal(key, *read) == record);
}

/// The first byte says which kind of record.
void run_records(std::string_view bytes) {
  if (bytes.empty())
    return;
  const auto content = bytes.substr(1);
  static_cast<void>(storage::index_of(bytes));
  static_cast<void>(storage::number_of(bytes));
  switch (bytes.front()) {
  case 'i':
    return read_record<storage::marker>(storage::identity_key, content);
  case 's':
    return read_record<storage::hard_state>(storage::state_key, content);
  case 'f':
    return read_record<storage::floor>(storage::floor_key, content);
  case 'b':
    return read_record<std::uint64_t>(storage::begin_key, content);
  case 'm':
    return read_record<storage::image_record>(storage::image_key, content);
  case 'n':
    return read_record<storage::last_write>(storage::write_key, content);
  default:
    return read_record<raft::entry>(storage::entry_key(log_index{1}), content);
  }
}

template <class T>
std::string record_of(char kind, const T& x) {
  return kind + base::encode(x);
}

std::vector<std::string> record_corpus() {
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

// -- the durable mark -----------------------------------------------------------------------------

void run_mark(std::string_view bytes) {
  const auto mark = storage::decode_mark(bytes);
  if (mark)
    QUORATE_CHECK(storage::encode(*mark) == bytes.substr(0, storage::encode(*mark).size()));
}

std::vector<std::string> mark_corpus() {
  return {storage::encode(storage::write_mark{1, log_index{2}}),
          storage::encode(storage::write_mark{UINT64_MAX, log_index{UINT64_MAX}})};
}

// -- snapshots ------------------------------------------------------------------------------------

void run_image(std::string_view bytes) {
  const auto loaded = machine::machine::load(bytes, {log_index{100}, term{3}});
  if (!loaded)
    return;
  QUORATE_CHECK(loaded->image() == bytes);
  const auto again = machine::machine::load(loaded->image(), {log_index{100}, term{3}});
  QUORATE_CHECK(again && again->state_hash() == loaded->state_hash());
}

std::vector<std::string> image_corpus() {
  std::vector<std::string> out{machine::machine{}.image()};
  for (std::size_t i = 0; i < lived().world.size(); ++i)
    if (const auto* state = lived().world.at(i).node->state(); state != nullptr)
      out.push_back(state->image());
  return out;
}

// -- what stands in the log -----------------------------------------------------------------------

void run_payload(std::string_view bytes) {
  const shared_bytes payload{std::string{bytes}};
  if (const auto command = kv::read_command(payload))
    QUORATE_CHECK(base::encode(*command) == bytes);
  if (const auto change = base::decode<membership::delta>(bytes))
    QUORATE_CHECK(base::encode(*change) == bytes);
}

std::vector<std::string> payload_corpus() {
  std::vector<std::string> out;
  for (const auto& x : lived_entries())
    out.emplace_back(x.payload.view());
  return out;
}

// -- recovery -------------------------------------------------------------------------------------

/// What is read of a table, in any combination.
struct table {
  bool anything = false;
  std::optional<storage::marker> identity;
  storage::floor lowest;
  std::optional<storage::hard_state> state;
  std::uint64_t image_end = 0;
  std::uint64_t durable_mark = 0;
  std::uint64_t last_write = 0;
  std::uint64_t acknowledged_write = 0;
  std::uint8_t flags = 0;
  std::vector<raft::entry> log;
  std::vector<std::uint64_t> torn; ///< Places in the log.
};

template <class Inspector>
inspected<Inspector, table> inspect(Inspector& f, table& x) {
  return f.object(x).fields(
    f.field("anything", x.anything), f.field("identity", x.identity), f.field("lowest", x.lowest),
    f.field("state", x.state), f.field("image_end", x.image_end),
    f.field("durable_mark", x.durable_mark), f.field("last_write", x.last_write),
    f.field("acknowledged_write", x.acknowledged_write), f.field("flags", x.flags),
    f.field("log", x.log), f.field("torn", x.torn));
}

storage::found found_in(table x) {
  storage::found out;
  out.anything = x.anything;
  out.identity = x.identity;
  out.lowest = x.lowest;
  out.lowest_intact = (x.flags & 1) == 0;
  out.state = x.state;
  out.state_written = x.state || (x.flags & 2) != 0;
  out.of_one_write = (x.flags & 4) == 0;
  if (x.image_end != 0) {
    auto image = std::make_shared<raft::snapshot>();
    image->last = {log_index{x.image_end}, term{1}};
    out.image = std::move(image);
  }
  for (auto& each : x.log)
    out.log.push_back({std::move(each), true});
  for (const auto at : x.torn)
    if (at < out.log.size())
      out.log[at].intact = false;
  out.durable_mark = log_index{x.durable_mark};
  out.last_write = x.last_write;
  out.acknowledged_write = x.acknowledged_write;
  return out;
}

/// Whatever is believed is a log that can be gone on with.
void run_recovery(std::string_view bytes) {
  auto x = base::decode<table>(bytes);
  if (!x)
    return;
  const auto out = storage::recover(found_in(std::move(x).value()));
  if (out.damage.code != errc::none) {
    QUORATE_CHECK(out.entries.empty() && out.image == nullptr);
    return;
  }
  QUORATE_CHECK(out.entries.empty() || out.identity);
  auto next = out.image ? out.image->last.index : log_index{};
  if (!out.entries.empty())
    QUORATE_CHECK(out.entries.front().index.value <= next.value + 1);
  for (std::size_t i = 1; i < out.entries.size(); ++i)
    QUORATE_CHECK(out.entries[i].index.value == out.entries[i - 1].index.value + 1
                  && out.entries[i].entry_term >= out.entries[i - 1].entry_term);
}

std::vector<std::string> recovery_corpus() {
  std::vector<std::string> out;
  base::random draw{1};
  storage::random_writer writer{draw, {}};
  for (std::uint64_t i = 1; i <= 40; ++i) {
    static_cast<void>(writer.next(i));
    const auto content = writer.written().content();
    table x;
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

// -- the wire: frames -----------------------------------------------------------------------------

/// What a reader makes of a whole connection.
struct heard {
  std::vector<wire::frame> frames;
  std::uint64_t skipped = 0;
  std::size_t taken = 0; ///< Bytes of the frames.
  errc end = errc::none;
};

heard listen(std::string_view bytes, std::size_t piece_bytes) {
  constexpr std::size_t payload_max = 4'096;
  heard out;
  wire::frame_reader reader{payload_max};
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    auto piece = bytes.substr(at, piece_bytes);
    for (;;) {
      auto found = reader.feed(piece);
      QUORATE_CHECK(reader.reserved() <= 2 * payload_max, "reserved", reader.reserved());
      out.skipped = reader.skipped();
      if (!found) {
        out.end = found.error().code;
        return out;
      }
      if (!*found)
        break;
      out.taken += wire::frame_header_bytes + (*found)->payload.size();
      out.frames.push_back(std::move(**found));
    }
    QUORATE_CHECK(piece.empty());
  }
  return out;
}

/// The pieces in which bytes come make no difference, and each frame has one form.
void run_frames(std::string_view bytes) {
  const auto whole = listen(bytes, bytes.size() + 1);
  for (const std::size_t piece_bytes : {1, 7, 64}) {
    const auto pieces = listen(bytes, piece_bytes);
    QUORATE_CHECK(pieces.frames.size() == whole.frames.size() && pieces.skipped == whole.skipped
                  && pieces.taken == whole.taken && pieces.end == whole.end);
    for (std::size_t i = 0; i < whole.frames.size(); ++i)
      QUORATE_CHECK(pieces.frames[i].what == whole.frames[i].what
                    && pieces.frames[i].payload == whole.frames[i].payload);
  }
  std::string again;
  wire::frame_writer writer{again};
  auto same_version = whole.skipped == 0;
  for (const auto& x : whole.frames) {
    same_version = same_version && x.minor == wire::version_minor;
    writer.begin(x.what).append(x.payload.view());
    QUORATE_CHECK(writer.finish());
  }
  QUORATE_CHECK(!same_version || again == bytes.substr(0, whole.taken));
}

std::vector<std::string> frame_corpus() {
  std::vector<std::string> out;
  std::string all;
  for (const auto& x : wire::examples()) {
    out.push_back(wire::frame_of(x.content));
    all += out.back();
  }
  out.push_back(all);
  // A kind that only a later minor version knows.
  out.push_back(out.front() + std::string{"\3\0\0\0\1\1\xC8\0abc", 11} + out.back());
  return out;
}

// -- the wire: messages ---------------------------------------------------------------------------

/// The first two bytes are the minor version and the kind.
void run_messages(std::string_view bytes) {
  if (bytes.size() < 2)
    return;
  const auto minor = static_cast<std::uint8_t>(bytes[0]);
  const auto payload = bytes.substr(2);
  const auto found = wire::read(
    {static_cast<wire::kind>(bytes[1]), minor, shared_bytes{std::string{payload}}});
  if (!found)
    return;
  // Behind a greeting of a later minor version there may be more.
  const auto again = wire::frame_of(*found).substr(wire::frame_header_bytes);
  QUORATE_CHECK(again == (minor > wire::version_minor ? payload.substr(0, again.size()) : payload));
}

std::vector<std::string> message_corpus() {
  std::vector<std::string> out;
  for (const auto& x : wire::examples())
    out.push_back(wire::frame_of(x.content).substr(5, 2)
                  + wire::frame_of(x.content).substr(wire::frame_header_bytes));
  return out;
}

} // namespace

const std::vector<target>& targets() {
  static const auto all = [] {
    std::vector<target> out{
      {"records", run_records, record_corpus},     {"mark", run_mark, mark_corpus},
      {"image", run_image, image_corpus},          {"payload", run_payload, payload_corpus},
      {"recovery", run_recovery, recovery_corpus}, {"frames", run_frames, frame_corpus},
      {"messages", run_messages, message_corpus},
    };
    for (const auto& more : {peer_targets(), tls_targets()})
      out.insert(out.end(), more.begin(), more.end());
    return out;
  }();
  return all;
}

std::vector<std::string> learned(std::string_view name) {
  std::vector<std::string> out;
  std::ifstream lines{QUORATE_FUZZ_TESTS "/corpus/" + std::string{name} + ".txt"};
  for (std::string digits; lines >> digits;) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    out.push_back(std::move(bytes));
  }
  return out;
}

} // namespace quorate::fuzz
