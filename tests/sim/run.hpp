// One seed from beginning to end: a cluster is founded, works with faults, heals, settles, and
// answers a probe.
#pragma once

#include "tests/sim/coverage.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/swarm.hpp"
#include "tests/sim/trace.hpp"
#include "tests/sim/violation.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace quorate::sim {

/// What is left of a seed's run when it is played again: by default all of it.
struct cuts {
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  using numbers = std::vector<std::size_t>;

  std::optional<std::vector<fault>> script;  ///< Only these faults, in place of drawn ones.
  std::optional<micros> until;               ///< Then everything heals.
  std::optional<numbers> clients;            ///< Only these.
  std::optional<numbers> operators;          //
  std::size_t late_nodes = all;              ///< The first so many.
  std::vector<network_feature> net_features; ///< Off.
};

struct run_order {
  std::uint64_t seed = 1;
  trace::mode how = trace::mode::off;
  std::optional<bool> second_opinion; ///< None: for 1 seed of 100.
  bool trusting = false;              ///< Clients don't check what they read.
  cuts left;
};

struct run_result {
  std::string violation; ///< Empty: none.
  detector found_by = detector::none;
  std::string tail; ///< The last lines of the trace, if it was on.
  std::uint64_t trace_hash = 0;
  coverage situations;
  micros simulated = 0;
  micros healed = 0; ///< When the faults ended; zero if they never did.
  std::uint64_t events = 0;
  std::uint64_t operations = 0;
  std::vector<fault> faults; ///< The decision log.
};

run_result run(const run_order& order);

inline run_result run_seed(std::uint64_t seed, trace::mode how) {
  run_order order;
  order.seed = seed;
  order.how = how;
  return run(order);
}

/// The run that is under way, as far as it has come: for a failed check that ends the process.
run_result current_run();

} // namespace quorate::sim
