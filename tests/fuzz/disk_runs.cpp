// What is decoded from a disk.
#include "quorate/storage_image.hpp"
#include "messages/membership.hpp"
#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/storage/durable_mark.hpp"
#include "runtime/storage/records.hpp"
#include "runtime/storage/recovery.hpp"
#include "tests/fuzz/found_table.hpp"
#include "tests/fuzz/targets.hpp"

#include <string>
#include <utility>

namespace quorate::fuzz {

namespace {

using storage::seal;
using storage::unseal;

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

storage::found found_in(found_table x) {
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

} // namespace

// -- sealed records -------------------------------------------------------------------------------

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

// -- the durable mark -----------------------------------------------------------------------------

void run_mark(std::string_view bytes) {
  const auto mark = storage::decode_mark(bytes);
  if (mark)
    QUORATE_CHECK(storage::encode(*mark) == bytes.substr(0, storage::encode(*mark).size()));
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

// -- what stands in the log -----------------------------------------------------------------------

void run_payload(std::string_view bytes) {
  const shared_bytes payload{std::string{bytes}};
  if (const auto command = kv::read_command(payload))
    QUORATE_CHECK(base::encode(*command) == bytes);
  if (const auto change = base::decode<membership::delta>(bytes))
    QUORATE_CHECK(base::encode(*change) == bytes);
}

// -- recovery -------------------------------------------------------------------------------------

/// Whatever is believed is a log that can be gone on with.
void run_recovery(std::string_view bytes) {
  auto x = base::decode<found_table>(bytes);
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

} // namespace quorate::fuzz
