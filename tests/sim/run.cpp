#include "tests/sim/run.hpp"

#include "tests/sim/clients.hpp"
#include "tests/sim/copies.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/liveness.hpp"
#include "tests/sim/operators.hpp"
#include "tests/sim/swarm.hpp"
#include "tests/sim/users.hpp"
#include "tests/sim/violation.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace quorate::sim {

namespace {

constexpr std::uint64_t operations_min = 100;
constexpr const char* moved_to = "moved";

enum stream : std::uint64_t {
  start_times = 20,
  fault_times = 21,
  founding = 22,
  copying = 23,
  upgrades = 24,
  first_client = 1'000,
  first_operator = 2'000,
  first_user = 3'000,
};

swarm cut(swarm x, const cuts& left) {
  x.late_nodes = std::min(x.late_nodes, left.late_nodes);
  for (auto what : left.net_features)
    turn_off(x, what);
  return x;
}

class scenario;
const scenario* current = nullptr;

bool keeps(const std::optional<cuts::numbers>& left, std::size_t i) {
  return !left || std::find(left->begin(), left->end(), i) != left->end();
}

/// Everything that one seed needs.
class scenario {
public:
  scenario(const run_order& order, trace& lines, run_result& out)
    : order_(order),
      swarm_(cut(draw_swarm(order.seed), order.left)),
      out_(out),
      world_(order.seed, swarm_.world, lines, out.situations),
      founder_(world_, world_.stream(founding), swarm_.policy),
      faults_(world_, world_.stream(fault_times), swarm_.faults) {
    current = this;
  }
  scenario(const scenario&) = delete;
  scenario& operator=(const scenario&) = delete;
  ~scenario() {
    current = nullptr;
  }

  void play() {
    world_.net().conditions = swarm_.net;
    start_nodes();
    start_callers();
    if (order_.left.script)
      faults_.begin(*order_.left.script);
    else
      faults_.begin();
    suffer();
    for (auto& one : clients_)
      one->stop();
    for (auto& one : operators_)
      one->stop();
    for (auto& one : users_)
      one->stop();
    faults_.heal();
    out_.healed = world_.now();
    wake_all();
    require_settles(world_, seconds(60));
    probe();
    world_.require_answered(seconds(5));
    if (swarm_.ends_with_copies)
      require_notices_copies(world_, world_.stream(copying));
  }

  /// Who stood still when everything healed goes on when its time has come.
  void wake_all() {
    micros last = world_.now();
    for (std::size_t i = 0; i < world_.size(); ++i)
      last = std::max(last, world_.at(i).paused_until);
    world_.run_for(last - world_.now());
  }

  /// Of the clients, without a look at any log.
  void give_second_opinion() {
    if (workload_.notes == nullptr)
      return;
    out_.situations.hit(situation::second_opinion);
    const auto why = notes_.refutation();
    require(why.empty(), "clients see one linearizable store", why);
  }

  void report(run_result& out) const {
    out.simulated = world_.now();
    out.healed = out_.healed;
    out.events = world_.time().done();
    out.operations = workload_.operations;
    out.faults = faults_.log();
    out.tail = world_.lines().tail();
    out.trace_hash = world_.lines().hash();
  }

  void count_halted() {
    for (std::size_t i = 0; i < world_.size(); ++i)
      if (world_.at(i).running() && world_.at(i).node->halted().code == errc::node_removed)
        out_.situations.hit(situation::removed_node_halted);
  }

private:
  void suffer() {
    if (order_.left.until)
      return world_.run_for(*order_.left.until);
    world_.run_for(swarm_.duration);
    // Under the worst faults a little longer: a seed in which nobody gets to ask shows nothing.
    world_.run_until([this] { return workload_.operations >= operations_min; }, seconds(120));
  }

  /// One after the other.
  void start_nodes() {
    auto draw = world_.stream(start_times);
    const auto count = swarm_.nodes + swarm_.late_nodes;
    for (std::size_t i = 0; i < count; ++i) {
      auto o = swarm_.options;
      o.name = "n" + std::to_string(i);
      // All of them, in another order each: who has dropped its log remembers no addresses but
      // these.
      for (std::size_t k = 0; k < count; ++k)
        o.seeds.insert(o.seeds.begin() + static_cast<std::ptrdiff_t>(draw.below(k + 1)),
                       "n" + std::to_string(k));
      if (swarm_.moves < count) // Else a sole voter that moves would never be found again.
        o.seeds.push_back(moved_to);
      o.parked = i > 0 && swarm_.some_register_parked && draw.chance(30);
      if (o.parked)
        world_.log().membership().registers_parked(o.name);
      world_.add(std::move(o));
      const auto when = i == 0             ? 0
                        : i < swarm_.nodes ? draw.below(ms(1'500))
                                           : draw.between(seconds(1), seconds(8));
      world_.time().after(when, [this, i] { world_.start(i); });
      if (swarm_.upgrades)
        upgrade_later(i);
    }
    founder_.begin(0);
  }

  /// It begins with the build before, and is restarted with this one at some time, one of them on
  /// another host.
  void upgrade_later(std::size_t i) {
    auto draw = world_.stream(upgrades).fork(i);
    world_.at(i).options.versions.feature_level = 1;
    world_.time().after(draw.between(seconds(2), seconds(9)), [this, i] {
      const bool ran = world_.at(i).running();
      if (ran)
        world_.crash(i, false);
      world_.at(i).options.versions = membership::this_build;
      if (i == swarm_.moves)
        world_.move(i, moved_to);
      if (ran)
        world_.start(i);
    });
  }

  void start_callers() {
    workload_.notes = order_.second_opinion.value_or(order_.seed % 100 == 0) ? &notes_ : nullptr;
    workload_.trusting = order_.trusting;
    workload_.keys = swarm_.keys;
    workload_.pause = swarm_.client_pause;
    workload_.patience = swarm_.client_patience;
    for (std::size_t i = 0; i < swarm_.clients; ++i) {
      if (!keeps(order_.left.clients, i))
        continue;
      clients_.push_back(std::make_unique<client>(world_, world_.stream(first_client + i),
                                                  workload_, static_cast<std::uint32_t>(i)));
      clients_.back()->begin();
    }
    // Whoever isn't in the notes must not write.
    const std::size_t users = workload_.notes == nullptr ? swarm_.users : 0;
    for (std::size_t i = 0; i < users; ++i) {
      users_.push_back(std::make_unique<user>(world_, world_.stream(first_user + i), workload_,
                                              "w" + std::to_string(i)));
      users_.back()->begin();
    }
    for (std::size_t i = 0; i < swarm_.operators; ++i) {
      if (!keeps(order_.left.operators, i))
        continue;
      operators_.push_back(std::make_unique<operator_>(world_, world_.stream(first_operator + i),
                                                       swarm_.operator_pause));
      operators_.back()->begin();
    }
  }

  /// A new client gets a write through.
  void probe() {
    workload fresh;
    fresh.newest_acknowledged = workload_.newest_acknowledged;
    fresh.next_value = workload_.next_value; // No value is written twice.
    fresh.notes = workload_.notes;
    fresh.trusting = workload_.trusting;
    fresh.pause = ms(20);
    client prober{world_, world_.stream(first_client - 1), fresh,
                  static_cast<std::uint32_t>(swarm_.clients)};
    prober.begin();
    const bool done = world_.run_until([&] { return fresh.acknowledged >= 2; }, seconds(10));
    prober.stop();
    world_.run_for(ms(1'500)); // What it has begun comes to its end, and so do the others.
    require_in_time(done, "a healed cluster takes writes");
    require_settles(world_, seconds(20)); // And stays so.
    require_quiet(world_, ms(1'500));
  }

  const run_order& order_;
  swarm swarm_;
  run_result& out_;
  world world_;
  founder founder_;
  faults faults_;
  workload workload_;
  recorder notes_;
  std::vector<std::unique_ptr<client>> clients_;
  std::vector<std::unique_ptr<user>> users_;
  std::vector<std::unique_ptr<operator_>> operators_;
};

} // namespace

run_result run(const run_order& order) {
  run_result out;
  trace lines{order.how};
  {
    scenario play{order, lines, out};
    try {
      play.play();
      play.give_second_opinion();
    } catch (const stall& late) {
      out.violation = late.what();
      out.found_by = detector::liveness;
    } catch (const violation& broken) {
      out.violation = broken.what();
      out.found_by = detector::checker;
    }
    play.report(out);
    play.count_halted();
  }
  return out;
}

run_result current_run() {
  run_result out;
  if (current == nullptr)
    return out;
  current->report(out);
  return out;
}

} // namespace quorate::sim
