#include "runtime/driver/bytes.hpp"

#include <type_traits>
#include <variant>
#include <vector>

namespace quorate::driver {

namespace {

// What is fixed in each: ids, versions, boots and lengths.
constexpr std::uint64_t envelope_bytes = 96;
constexpr std::uint64_t entry_bytes = 16;
constexpr std::uint64_t row_bytes = 48;
constexpr std::uint64_t small_bytes = 64;

std::uint64_t bytes_of_entries(const std::vector<raft::entry>& entries) {
  std::uint64_t sum = 0;
  for (const auto& e : entries)
    sum += entry_bytes + e.payload.size();
  return sum;
}

std::uint64_t bytes_of(const node_record& row) {
  return row_bytes + row.name.size() + row.address.size();
}

struct sizes {
  std::uint64_t operator()(const raft::envelope& m) const {
    if (const auto* x = std::get_if<raft::append>(&m.content))
      return envelope_bytes + bytes_of_entries(x->entries);
    if (const auto* x = std::get_if<raft::install_snapshot>(&m.content))
      return envelope_bytes + x->bytes.size();
    return envelope_bytes;
  }
  std::uint64_t operator()(const membership::register_request& m) const {
    return small_bytes + m.cluster_name.size() + m.name.size() + m.address.size();
  }
  std::uint64_t operator()(const membership::register_reply& m) const {
    return small_bytes + m.refusal.message.size() + m.refusal.leader_address.size();
  }
  std::uint64_t operator()(const membership::join_request& m) const {
    return small_bytes + m.address.size();
  }
  std::uint64_t operator()(const membership::join_reply& m) const {
    auto sum = small_bytes + m.refusal.message.size() + m.refusal.leader_address.size();
    for (const auto& row : m.current.members)
      sum += bytes_of(row);
    return m.current.own ? sum + bytes_of(*m.current.own) : sum;
  }
  std::uint64_t operator()(const discover_request&) const {
    return small_bytes;
  }
  std::uint64_t operator()(const discover_reply& m) const {
    return small_bytes + m.cluster_name.size();
  }
  std::uint64_t operator()(const storage_in_use& m) const {
    return small_bytes + m.other_address.size();
  }
  std::uint64_t operator()(const goodbye&) const {
    return small_bytes;
  }
};

} // namespace

std::uint64_t bytes_of(const node_message& message) {
  return std::visit(sizes{}, message);
}

std::uint64_t bytes_of(const storage::write_batch& batch) {
  auto sum = bytes_of_entries(batch.entries);
  if (batch.identity)
    sum += small_bytes + batch.identity->name.size();
  if (batch.image != nullptr)
    sum += batch.image->image.size();
  return sum;
}

bool carries_view(const node_message& message) {
  const auto* reply = std::get_if<membership::join_reply>(&message);
  return reply != nullptr && !reply->current.members.empty();
}

} // namespace quorate::driver
