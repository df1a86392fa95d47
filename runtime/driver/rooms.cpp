#include "runtime/driver/rooms.hpp"

#include "runtime/raft/configurations.hpp"
#include "runtime/raft/quorum.hpp"

#include <algorithm>

namespace quorate::driver {

void rooms::heard(const raft::configuration& active, const raft::replica& from, disk_room its) {
  if (its == disk_room::enough)
    crowded_.erase(from.id);
  else if (raft::names(active, from))
    crowded_[from.id] = its;
}

void rooms::keep_only(const raft::configuration& active) {
  const auto lists = [](const std::vector<raft::replica>& part, node_id id) {
    return std::any_of(part.begin(), part.end(), [id](const auto& x) { return x.id == id; });
  };
  for (auto it = crowded_.begin(); it != crowded_.end();) {
    const bool stays = lists(active.voters, it->first) || lists(active.outgoing, it->first)
                       || lists(active.learners, it->first);
    it = stays ? std::next(it) : crowded_.erase(it);
  }
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
