// Hunting planted bugs (runtime/base/mutants.hpp): one mutant at a time, seed after seed, until a
// detector finds it or its time is spent.
//
// Thread safety: none; `hunt_all` hunts in processes of its own.
#pragma once

#include "runtime/base/mutants.hpp"
#include "tests/sim/violation.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace quorate::sim {

struct hunted {
  base::mutant planted = base::mutant::none;
  detector found_by = detector::none; ///< None: it survived.
  std::string promise;                ///< The one that it broke, shortened.
  std::uint64_t seed = 0;             ///< That found it.
  std::uint64_t seeds = 0;            ///< Run until then.
  double cpu_seconds = 0;

  bool killed() const noexcept {
    return found_by != detector::none;
  }
};

struct hunt_order {
  std::vector<base::mutant> planted;
  std::uint64_t first_seed = 1;
  double cpu_seconds_each = 120;
  unsigned jobs = 1;
};

/// All planted bugs, by number.
std::vector<base::mutant> all_mutants();

hunted hunt(base::mutant planted, std::uint64_t first_seed, double cpu_seconds);

/// `done` is called for each as it ends, in this process.
void hunt_all(const hunt_order& order, const std::function<void(const hunted&)>& done);

// -- words ----------------------------------------------------------------------------------------------------------

/// One line of a state file, and back; none if it isn't one.
std::string line_of(const hunted& x);
std::optional<hunted> read_line(const std::string& line);

/// What a person wants to know of one.
std::string describe(const hunted& x);
std::string markdown_table(const std::vector<hunted>& all);

} // namespace quorate::sim
