// How a process ends in order, and what it has promised by then.
#include "runtime/base/check.hpp"
#include "tests/sim/violation.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

std::uint64_t election_ms(const process& p) {
  return p.options.consensus.election_ticks * p.options.tick_ms;
}

} // namespace

void world::stop(std::size_t i) {
  auto& p = at(i);
  if (!p.running() || p.node->stopping())
    return;
  lines_.line(now(), i, "is asked", "to stop");
  p.stop_asked_ms = local_ms(p);
  run_on(i, p.life, [this](process& x) {
    situations_.hit(situation::graceful_stop);
    if (x.node->leads())
      situations_.hit(situation::graceful_stop_of_the_leader);
    x.node->stop();
    touch(x);
  });
}

/// A voter that the leader hears, and that could have taken over.
bool world::has_successor(const process& p) const {
  const auto peers = p.core()->peers();
  return std::any_of(processes_.begin(), processes_.end(), [&](const auto& other) {
    // One that said goodbye counts as gone until it is heard again.
    const auto heard = p.heard.find(other->storage());
    return other->running() && heard != p.heard.end()
           && heard->second == other->node->boot().counter && !other->node->stopping()
           && !is_foreign(*other)
           && std::any_of(peers.begin(), peers.end(), [&](const raft::peer_status& x) {
                return !x.learner && x.peer.storage == other->storage()
                       && x.ticks_since_contact + 1 < p.options.consensus.election_ticks;
              });
  });
}

void world::end_in_order(process& p) {
  const auto took_ms = local_ms(p) - *p.stop_asked_ms;
  const auto* core = p.core();
  const bool ailing = p.node->halted().code != errc::none || p.disk_failed;
  const bool leads = core != nullptr && core->current().role == raft::role_kind::leader;
  if (leads && !ailing && !core->current().joint
      && took_ms + 2 * p.options.tick_ms < election_ms(p))
    require(!p.had_successor, "a leader that stops hands over", p.options.name);
  require(p.disk.unsynced() == 0 || ailing || took_ms + 2 * p.options.tick_ms >= 2 * election_ms(p),
          "what a node that stops has written is durable", p.options.name);
  lines_.line(now(), p.index, "stops", "after ms ", took_ms);
  auto draw = end(p);
  p.disk.crash(draw);
  checks_.durable(p);
  tell_peers_down(p, draw);
}

} // namespace quorate::sim
