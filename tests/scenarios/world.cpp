#include "tests/scenarios/world.hpp"

#include "tests/scenarios/printer.hpp"

#include <algorithm>

namespace quorate::raft::scenarios {

namespace {

constexpr fingerprint cluster{1, 2};

/// A source whose first draws are these election timeouts: found by search, so that the core needs
/// no knob for tests. Each timeout costs a factor of `election_ticks`.
base::random random_that_draws(const std::vector<std::uint64_t>& timeouts,
                               std::uint32_t election_ticks) {
  for (std::uint64_t seed = 1;; ++seed) {
    base::random candidate{seed};
    bool fits = std::all_of(timeouts.begin(), timeouts.end(), [&](std::uint64_t wanted) {
      return candidate.between(election_ticks, 2ULL * election_ticks - 1) == wanted;
    });
    if (fits)
      return base::random{seed};
  }
}

} // namespace

replica default_replica(unsigned id) {
  return {node_id{id}, storage_id{id, 77}};
}

// -- disk -----------------------------------------------------------------------------------------

void disk::execute(const storage::write_batch& write) {
  last = write.sequence;
  if (write.drop_log) {
    lowest = *write.drop_log;
    entries.clear();
    image = nullptr;
  }
  if (write.state)
    state = *write.state;
  if (write.image) {
    image = write.image;
    if (write.image_replaces_log)
      entries.clear();
  }
  auto drop = [this](auto which) {
    entries.erase(std::remove_if(entries.begin(), entries.end(), which), entries.end());
  };
  if (write.truncate_from)
    drop([&](const entry& x) { return x.index >= write.truncate_from; });
  entries.insert(entries.end(), write.entries.begin(), write.entries.end());
  drop([&](const entry& x) { return x.index <= write.compact_to; });
}

// -- nodes ----------------------------------------------------------------------------------------

replica world::replica_of(unsigned id) const {
  auto found = nodes_.find(id);
  return found == nodes_.end() ? default_replica(id) : found->second.self;
}

void world::start(node& x, const std::vector<std::uint64_t>& timeouts) {
  boot_state from;
  from.cluster = cluster;
  from.self = x.self;
  from.boot = x.boot;
  from.state = x.durable.state;
  from.lowest = x.durable.lowest;
  from.image = x.durable.image;
  from.entries = x.durable.entries;
  from.last_sequence = x.durable.last;
  x.handed_over = x.durable.state;
  x.machine = from.image ? from.image->last.index : log_index{};
  auto rng = timeouts.empty() ? base::random{x.self.id.value * 1000ULL + x.boot.counter}
                              : random_that_draws(timeouts, x.options.election_ticks);
  x.core = std::make_unique<raft::core>(x.options, std::move(from), rng);
}

void world::crash(node& x) {
  x.core = nullptr;
  x.writes.clear();
  x.to_apply.clear();
  x.reads.clear();
}

bool world::campaign(node& x) {
  auto limit = 2 * x.options.election_ticks;
  for (unsigned i = 0; i < limit; ++i) {
    auto before = x.core->current();
    x.core->tick();
    auto now = x.core->current();
    bool runs = now.role == role_kind::pre_candidate || now.role == role_kind::candidate;
    if (runs && (now.election_elapsed == 0 || before.role == role_kind::follower))
      return true;
  }
  return false;
}

// -- network --------------------------------------------------------------------------------------

bool world::is_cut(const envelope& m) const {
  return cuts_.count({m.from.id.value, m.to.id.value}) != 0;
}

void world::cut(unsigned from, unsigned to) {
  cuts_.insert({from, to});
  for (const auto& m : take({[this](const envelope& x) { return is_cut(x); }}))
    say("lost " + describe(m));
}

messages world::take(const selection& which) {
  messages taken;
  messages rest;
  std::size_t seen = 0;
  for (auto& m : network_) {
    bool chosen = which.fits(m) && seen++ >= which.skip && taken.size() < which.count;
    (chosen ? taken : rest).push_back(std::move(m));
  }
  network_ = std::move(rest);
  return taken;
}

std::vector<envelope> world::copy(const selection& which) const {
  std::vector<envelope> chosen;
  std::size_t seen = 0;
  for (const auto& m : network_)
    if (which.fits(m) && seen++ >= which.skip && chosen.size() < which.count)
      chosen.push_back(m);
  return chosen;
}

void world::send(envelope m, narration how) {
  if (is_cut(m)) {
    say("lost " + describe(m));
    return;
  }
  if (how == narration::everything)
    say("sent " + describe(m));
  network_.push_back(std::move(m));
}

void world::deliver(envelope m) {
  auto text = describe(m);
  auto sender = nodes_.find(m.from.id.value);
  if (sender != nodes_.end() && m.from_boot.counter < sender->second.boot.counter)
    text += " (of an earlier boot)";
  auto receiver = nodes_.find(m.to.id.value);
  if (receiver == nodes_.end() || !receiver->second.core)
    return say("lost " + text);
  auto& core = *receiver->second.core;
  auto dropped = core.counts().messages_dropped;
  auto refused = core.counts().floor_refusals;
  core.step(std::move(m));
  if (core.counts().messages_dropped != dropped)
    text += " (dropped)";
  if (core.counts().floor_refusals != refused)
    text += " (below the floor)";
  say(text);
}

} // namespace quorate::raft::scenarios
