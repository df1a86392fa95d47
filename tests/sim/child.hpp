// Runs in a child process, with shared memory between: a failed check ends the process, and the
// parent still knows which seed it was, what was decided in it, and how it ended.
//
// Thread safety: none. One process forks, several children may be alive.
#pragma once

#include "runtime/base/mutants.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/violation.hpp"

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::sim {

/// What a child leaves behind: plain data.
struct blackboard {
  // -- of the seed that is under way, or failed -------------------------------------------------------------------
  std::uint64_t seed = 0;
  bool failed = false;
  detector found_by = detector::none;
  std::array<char, 2'048> what{};
  std::array<char, std::size_t{1} << 16> tail{};
  std::uint64_t trace_hash = 0;
  micros simulated = 0;
  micros healed = 0;
  std::uint64_t fault_count = 0;
  std::array<fault, faults_max> faults;

  // -- of all seeds -----------------------------------------------------------------------------------------------
  std::uint64_t seeds = 0; ///< Begun.
  coverage situations;
  micros simulated_sum = 0;
  std::uint64_t events = 0;
  std::uint64_t operations = 0;
  std::uint64_t fewest_operations = ~std::uint64_t{0};
  double cpu_seconds = 0;
  bool stop = false; ///< Set by the parent.

  void fail(detector by, std::string_view why, std::string_view last_lines);
  /// Keeps what one run was like.
  void note(const run_result& one);
};

class child {
public:
  child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child();

  /// Forks. The child plants the mutant, does that, and ends.
  /// With a limit, it may use so much CPU time: a planted bug may make an endless loop.
  void start(base::mutant planted, const std::function<void(blackboard&)>& what,
             double cpu_seconds_max = 0);
  /// Until it has ended. If it died, the board says so.
  void wait();
  /// Until one of them has ended that hadn't before.
  static child& wait_for_any(const std::vector<std::unique_ptr<child>>& all);
  blackboard& board() noexcept {
    return *board_;
  }

private:
  void ended(int status);

  blackboard* board_;
  pid_t id_ = 0;
};

/// One run, whatever comes of it.
struct outcome {
  std::string violation; ///< Empty: none. A failed check, too.
  std::string tail;
  std::uint64_t trace_hash = 0;
  micros simulated = 0;
  micros healed = 0;
  std::vector<fault> faults;
};

outcome run_apart(const run_order& order, base::mutant planted);

/// CPU time of this process.
double cpu_seconds();

} // namespace quorate::sim
