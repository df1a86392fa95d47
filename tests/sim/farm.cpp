#include "tests/sim/farm.hpp"

#include "runtime/base/check.hpp"
#include "tests/sim/run.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <new>
#include <string_view>

namespace quorate::sim {

namespace {

constexpr std::size_t text_max = std::size_t{1} << 16;

/// What a child leaves behind. Plain data in shared memory.
struct blackboard {
  farm_result sums;
  std::uint64_t seed = 0; ///< Under way.
  bool failed = false;
  std::array<char, 2'048> what{};
  std::array<char, text_max> tail{};
};

blackboard* shared = nullptr;

template <std::size_t N>
void put(std::array<char, N>& to, std::string_view text) {
  const auto count = std::min(text.size(), N - 1);
  std::memcpy(to.data(), text.data() + (text.size() - count), count);
  to[count] = 0;
}

void fail(std::string_view what, std::string_view tail) {
  shared->failed = true;
  put(shared->what, what.substr(0, shared->what.size() - 1));
  put(shared->tail, tail);
}

/// Ends the child without a core dump: the parent tells what happened.
void on_failed_check(const std::string& text) {
  fail(text, current_run_tail());
  _exit(1);
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return s(used.ru_utime) + s(used.ru_stime);
}

void run_in_child(const farm_order& order, trace::mode how) {
  base::set_check_hook(on_failed_check);
#ifdef QUORATE_CHECKED
  base::set_mutant(order.planted);
#endif
  auto& sums = shared->sums;
  const auto began = cpu_seconds();
  for (std::uint64_t i = 0; i < order.count; ++i) {
    if (order.cpu_seconds_max > 0 && cpu_seconds() - began > order.cpu_seconds_max)
      break;
    shared->seed = order.first + i;
    ++sums.seeds;
    const auto one = run_seed(shared->seed, how);
    sums.situations.add(one.situations);
    sums.simulated += one.simulated;
    sums.events += one.events;
    sums.operations += one.operations;
    sums.fewest_operations = std::min(sums.fewest_operations, one.operations);
    sums.cpu_seconds = cpu_seconds() - began;
    if (!one.violation.empty()) {
      fail(one.violation, one.tail);
      break;
    }
  }
}

void fork_and_run(const farm_order& order, trace::mode how) {
  std::fflush(nullptr);
  const auto child = fork();
  QUORATE_CHECK(child >= 0);
  if (child == 0) {
    // A planted bug is meant to break something: no need to say so. (A sanitizer's report is
    // wanted.)
    if (order.planted != base::mutant::none && std::freopen("/dev/null", "w", stderr) == nullptr)
      _exit(2);
    run_in_child(order, how);
    std::fflush(nullptr);
    _exit(0);
  }
  int status = 0;
  QUORATE_CHECK(waitpid(child, &status, 0) == child);
  if (!shared->failed && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
    fail("the process died, status " + std::to_string(status), "");
}

} // namespace

farm_result run_farm(const farm_order& order) {
  void* memory = mmap(nullptr, sizeof(blackboard), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  QUORATE_CHECK(memory != MAP_FAILED);
  shared = new (memory) blackboard;
  fork_and_run(order, trace::mode::off);
  auto out = shared->sums;
  if (shared->failed) {
    farm_failure failure{shared->seed, shared->what.data(), {}};
    if (order.trace_failure) {
      // The same seed again, now with its trace.
      auto again = order;
      again.first = failure.seed;
      again.count = 1;
      *shared = {};
      fork_and_run(again, trace::mode::keep);
      failure.tail = shared->tail.data();
    }
    out.failure = std::move(failure);
  }
  munmap(memory, sizeof(blackboard));
  shared = nullptr;
  return out;
}

// -- words ----------------------------------------------------------------------------------------------------------

namespace {

constexpr const char* mutant_names[] = {"none",
                                        "commit_without_own_term",
                                        "vote_without_log_check",
                                        "vote_before_durable",
                                        "append_acked_before_durable",
                                        "self_match_before_durable",
                                        "commit_beyond_verified",
                                        "truncate_without_conflict",
                                        "joint_counts_one_half",
                                        "change_before_own_term",
                                        "second_change_in_flight",
                                        "read_before_own_term",
                                        "read_without_round",
                                        "snapshot_of_active_config",
                                        "floor_grants",
                                        "floor_campaigns",
                                        "park_the_unnamed",
                                        "last_member_unguarded",
                                        "session_executes_again",
                                        "sessions_not_in_snapshot",
                                        "trust_the_joiner",
                                        "live_quorum_unchecked",
                                        "old_boot_accepted",
                                        "match_moves_down",
                                        "image_of_no_moment",
                                        "torn_below_durable_mark",
                                        "apply_before_durable"};

} // namespace

std::optional<base::mutant> find_mutant(const std::string& text) {
  for (std::size_t i = 0; i < std::size(mutant_names); ++i)
    if (text == mutant_names[i] || text == std::to_string(i))
      return static_cast<base::mutant>(i);
  return std::nullopt;
}

std::string name_of(base::mutant m) {
  const auto at = static_cast<std::size_t>(m);
  return at < std::size(mutant_names) ? mutant_names[at] : std::to_string(at);
}

std::string report(const farm_result& result) {
  std::string out;
  for (std::size_t i = 0; i < static_cast<std::size_t>(situation::count); ++i) {
    const auto x = static_cast<situation>(i);
    out += std::string{to_string(x)} + ' ' + std::to_string(result.situations.of(x)) + '\n';
  }
  const auto simulated = static_cast<double>(result.simulated) / 1e6;
  char line[256];
  std::snprintf(line, sizeof line,
                "%llu seeds, %.0f simulated seconds, %.0f per CPU-second, %llu events, "
                "%llu operations, at least %llu a seed",
                static_cast<unsigned long long>(result.seeds), simulated,
                result.cpu_seconds > 0 ? simulated / result.cpu_seconds : 0.0,
                static_cast<unsigned long long>(result.events),
                static_cast<unsigned long long>(result.operations),
                static_cast<unsigned long long>(result.fewest_operations));
  return out + line;
}

} // namespace quorate::sim
