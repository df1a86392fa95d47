#include "runtime/driver/rooms.hpp"

#include "runtime/raft/configurations.hpp"
#include "runtime/raft/quorum.hpp"

#include <algorithm>
#include <iterator>

namespace quorate::driver {

void rooms::heard(const raft::configuration& active, const raft::replica& from, disk_room its) {
  if (its == disk_room::enough)
    crowded_.erase(from.id);
  else if (raft::names(active, from))
    crowded_[from.id] = from;
}

void rooms::keep_only(const raft::configuration& active) {
  for (auto it = crowded_.begin(); it != crowded_.end();)
    it = raft::names(active, it->second) ? std::next(it) : crowded_.erase(it);
}

bool rooms::quorum_has_enough(const raft::configuration& active, node_id self) const {
  return raft::is_quorum(active, [&](const raft::replica& who) {
    return who.id == self ? own_ == disk_room::enough : has_enough(who.id);
  });
}

std::vector<node_id> rooms::crowded_voters(const raft::configuration& active, node_id self) const {
  std::vector<node_id> out;
  for (const auto* half : {&active.voters, &active.outgoing})
    for (const auto& who : *half)
      if (who.id == self ? own_ != disk_room::enough : !has_enough(who.id))
        out.push_back(who.id);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

} // namespace quorate::driver
