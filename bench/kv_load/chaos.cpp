#include "bench/kv_load/chaos.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace quorate::bench {

namespace {

using namespace std::chrono_literals;

/// Between a kill and a restart and the next kill: long enough for an election, and for the one
/// that is back to catch up, before the next one dies.
constexpr auto kill_pause_min = 400ms;
constexpr auto kill_pause_max = 800ms;
/// Between two intents.
constexpr auto intent_pause_min = 100ms;
constexpr auto intent_pause_max = 400ms;
/// How often the leader is the one that dies; otherwise it is anybody.
constexpr std::uint64_t leader_percent = 50;

std::vector<node_id> ids_in(const nodes_view& view, node_state state) {
  std::vector<node_id> ids;
  for (const auto& row : view.rows)
    if (row.record.state == state)
      ids.push_back(row.record.id);
  return ids;
}

} // namespace

chaos::chaos(local_cluster& cluster, std::size_t members, base::random rng)
  : cluster_(cluster),
    dead_max_((members - 1) / 2),
    killer_rng_(rng.fork(1)),
    operator_rng_(rng.fork(2)),
    shared_(std::make_shared<shared_counts>()) {
  cluster_.subscribe([into = shared_](const transition& x) {
    const std::lock_guard guard{into->access};
    ++into->counts.transitions[x.event];
  });
  killer_ = std::thread{[this] { kill_and_restart(); }};
  operator_ = std::thread{[this] { park_and_activate(); }};
}

chaos::~chaos() {
  end();
}

chaos_counts chaos::stop() {
  chaos_counts out;
  {
    const std::lock_guard guard{shared_->access};
    out = shared_->counts;
  }
  end();
  return out;
}

void chaos::end() {
  {
    const std::lock_guard guard{mutex_};
    stopped_ = true;
    stopping_.notify_all();
  }
  if (killer_.joinable())
    killer_.join();
  if (operator_.joinable())
    operator_.join();
}

bool chaos::stopped() {
  const std::lock_guard guard{mutex_};
  return stopped_;
}

bool chaos::pause(std::chrono::milliseconds least, std::chrono::milliseconds most,
                  base::random& rng) {
  const std::chrono::milliseconds drawn{rng.between(static_cast<std::uint64_t>(least.count()),
                                                    static_cast<std::uint64_t>(most.count()))};
  std::unique_lock lock{mutex_};
  return !stopping_.wait_for(lock, drawn, [this] { return stopped_; });
}

template <class F>
void chaos::count(F change) {
  const std::lock_guard guard{shared_->access};
  change(shared_->counts);
}

// -- kills ----------------------------------------------------------------------------------------

void chaos::kill_and_restart() {
  while (pause(kill_pause_min, kill_pause_max, killer_rng_)) {
    const bool may_kill = dead_.size() < dead_max_;
    if (dead_.empty() || (may_kill && killer_rng_.chance(50)))
      kill_one();
    else
      restart_one();
  }
  while (!dead_.empty())
    restart_one();
}

void chaos::kill_one() {
  const auto alive = cluster_.running();
  auto victim = alive[killer_rng_.below(alive.size())];
  if (killer_rng_.chance(leader_percent))
    for (const auto& name : alive)
      if (auto status = cluster_.status(name); status && status->leads)
        victim = name;
  const auto last_words = cluster_.status(victim);
  if (!cluster_.kill(victim))
    return;
  dead_.push_back(victim);
  count([&](chaos_counts& all) {
    ++all.kills;
    all.leader_kills += last_words && last_words->leads ? 1 : 0;
  });
}

void chaos::restart_one() {
  const auto name = dead_.front();
  dead_.pop_front();
  if (cluster_.restart(name))
    count([](chaos_counts& all) { ++all.restarts; });
}

// -- intents --------------------------------------------------------------------------------------

void chaos::park_and_activate() {
  auto operators = cluster_.membership();
  while (pause(intent_pause_min, intent_pause_max, operator_rng_))
    change_one(operators);
  const auto view = operators.nodes();
  if (!view)
    return;
  for (auto id : ids_in(*view, node_state::standby))
    static_cast<void>(operators.activate(id)); // If it fails, the report says so: too few members.
}

/// Parks a member if nobody is parked, or else activates one: there are spares for one place only
/// while somebody may be dead, too.
void chaos::change_one(membership_client& operators) {
  const auto view = operators.nodes();
  if (!view || stopped())
    return;
  const auto parked = ids_in(*view, node_state::standby);
  const auto members = ids_in(*view, node_state::member);
  const bool parks = parked.empty();
  if (parks && members.empty())
    return;
  const auto& from = parks ? members : parked;
  const auto id = from[operator_rng_.below(from.size())];
  const auto changed = parks ? operators.park(id) : operators.activate(id);
  count([&](chaos_counts& all) {
    if (!changed)
      ++all.intent_errors;
    else if (changed->changed)
      ++(parks ? all.parks : all.activates);
  });
}

} // namespace quorate::bench
