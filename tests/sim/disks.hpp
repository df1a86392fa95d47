// What the disks of a cluster say, asked by the name that a replica has in consensus.
//
// Thread safety: none. Complexity: O(processes) each.
#pragma once

#include "messages/raft.hpp"
#include "tests/sim/process.hpp"

#include <memory>
#include <vector>

namespace quorate::sim {

using process_list = std::vector<std::unique_ptr<process>>;

/// Whose storage it is at present; null: nobody's.
inline const process* owner_of(const process_list& all, const raft::replica& who) {
  for (const auto& p : all) {
    const auto& identity = p->disk.durable().identity();
    if (identity && identity->storage == who.storage)
      return p.get();
  }
  return nullptr;
}

/// What is on that disk; of one that was lost, what was on it. Null: there never was one.
inline const storage::image* disk_of(const process_list& all, const raft::replica& who) {
  const auto is_its = [&](const storage::image& disk) {
    return disk.identity() && disk.identity()->storage == who.storage;
  };
  for (const auto& p : all) {
    if (is_its(p->disk.durable()))
      return &p->disk.durable();
    if (is_its(p->lost_disk))
      return &p->lost_disk;
  }
  return nullptr;
}

/// Whether the durable log has this entry, itself or in a snapshot.
inline bool has_durably(const storage::image& disk, raft::log_position at) {
  if (at.index.value == 0 || (disk.snapshot() && disk.snapshot()->last.index >= at.index))
    return true;
  const auto* x = disk.find(at.index);
  return x != nullptr && x->entry_term == at.entry_term;
}

/// Whether `who` has all that a leader of term `t`, whose active config is `config`, counts on. Who
/// has promised a later term, or has left on the word of a later config or leader, owes that leader
/// nothing.
inline bool keeps_promise(const process_list& all, const raft::replica& who, raft::log_position at,
                          quorate::term t, config_version config) {
  const auto* disk = disk_of(all, who);
  if (disk == nullptr)
    return at.index.value == 0;
  const auto& left = disk->lowest();
  return disk->state().current_term > t
         || (left && (left.version >= config || left.at.entry_term > t)) || has_durably(*disk, at);
}

} // namespace quorate::sim
