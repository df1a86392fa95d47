#include "tests/sim/child.hpp"

#include "runtime/base/check.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

namespace quorate::sim {

namespace {

/// Of the child that this process is.
blackboard* own_board = nullptr;

template <std::size_t N>
void put(std::array<char, N>& to, std::string_view text) {
  const auto count = std::min(text.size(), N - 1);
  std::memcpy(to.data(), text.data() + (text.size() - count), count);
  to[count] = 0;
}

void note_faults(blackboard& board, const std::vector<fault>& list) {
  board.fault_count = std::min(list.size(), faults_max);
  std::copy_n(list.begin(), board.fault_count, board.faults.begin());
}

/// Ends the child without a core dump: the parent tells what happened.
void on_failed_check(const std::string& text) {
  const auto now = current_run();
  own_board->fail(detector::invariant, text, now.tail);
  own_board->trace_hash = now.trace_hash;
  own_board->simulated = now.simulated;
  own_board->healed = now.healed;
  note_faults(*own_board, now.faults);
  std::fflush(stdout); // What a trace has printed so far.
  _exit(1);
}

void limit_cpu(double seconds) {
  constexpr rlim_t one_seed = 20;
  const auto most = static_cast<rlim_t>(seconds) + one_seed;
  const rlimit limit{most, most + 1};
  setrlimit(RLIMIT_CPU, &limit);
}

} // namespace

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return s(used.ru_utime) + s(used.ru_stime);
}

void blackboard::fail(detector by, std::string_view why, std::string_view last_lines) {
  failed = true;
  found_by = by;
  put(what, why.substr(0, what.size() - 1));
  put(tail, last_lines);
}

void blackboard::note(const run_result& one) {
  trace_hash = one.trace_hash;
  simulated = one.simulated;
  healed = one.healed;
  note_faults(*this, one.faults);
  if (!one.violation.empty())
    fail(one.found_by, one.violation, one.tail);
}

child::child() {
  void* memory = mmap(nullptr, sizeof(blackboard), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  QUORATE_CHECK(memory != MAP_FAILED);
  board_ = new (memory) blackboard;
}

child::~child() {
  munmap(board_, sizeof(blackboard));
}

void child::start(base::mutant planted, const std::function<void(blackboard&)>& what,
                  double cpu_seconds_max) {
  std::fflush(nullptr);
  id_ = fork();
  QUORATE_CHECK(id_ >= 0);
  if (id_ != 0)
    return;
  // A planted bug is meant to break something: no need to say so. (A sanitizer's report is wanted.)
  if (planted != base::mutant::none && std::freopen("/dev/null", "w", stderr) == nullptr)
    _exit(2);
  own_board = board_;
  base::set_check_hook(on_failed_check);
  if (cpu_seconds_max > 0)
    limit_cpu(cpu_seconds_max);
#ifdef QUORATE_CHECKED
  base::set_mutant(planted);
#endif
  what(*board_);
  std::fflush(nullptr);
  _exit(0);
}

void child::wait() {
  int status = 0;
  QUORATE_CHECK(waitpid(id_, &status, 0) == id_);
  ended(status);
}

child& child::wait_for_any(const std::vector<std::unique_ptr<child>>& all) {
  while (true) {
    int status = 0;
    const auto id = ::wait(&status);
    QUORATE_CHECK(id > 0);
    for (const auto& one : all)
      if (one->id_ == id) {
        one->ended(status);
        return *one;
      }
  }
}

void child::ended(int status) {
  if (!board_->failed && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    board_->fail(detector::liveness, "a run comes to an end: it didn't", "");
  if (!board_->failed && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
    board_->fail(detector::death, "the process died, status " + std::to_string(status), "");
}

outcome run_apart(const run_order& order, base::mutant planted) {
  child one;
  one.start(planted, [&](blackboard& board) { board.note(run(order)); });
  one.wait();
  const auto& board = one.board();
  outcome out;
  if (board.failed)
    out.violation = board.what.data();
  out.tail = board.tail.data();
  out.trace_hash = board.trace_hash;
  out.simulated = board.simulated;
  out.healed = board.healed;
  out.faults.assign(board.faults.begin(),
                    board.faults.begin() + static_cast<std::ptrdiff_t>(board.fault_count));
  return out;
}

} // namespace quorate::sim
