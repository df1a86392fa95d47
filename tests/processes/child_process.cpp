#include "tests/processes/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace quorate::processes {

child_process::child_process(std::vector<std::string> words) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    std::abort(); // Nothing can be tested here.
  std::vector<char*> arguments;
  for (auto& x : words)
    arguments.push_back(x.data());
  arguments.push_back(nullptr);
  const auto parent = getpid();
  pid_ = fork();
  if (pid_ < 0)
    std::abort();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) // It ended before it could be followed.
      _exit(127);
    dup2(ends[1], STDOUT_FILENO);
    execv(arguments.front(), arguments.data());
    _exit(127);
  }
  close(ends[1]);
  from_ = ends[0];
}

child_process::~child_process() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
  close(from_);
}

void child_process::signal(int number) const {
  kill(pid_, number);
}

bool child_process::hear(time_point until, const std::function<void(const std::string&)>& take) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
    if (left.count() <= 0)
      return true;
    pollfd what{from_, POLLIN, 0};
    if (poll(&what, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000))) <= 0)
      continue;
    char bytes[65536];
    const auto count = read(from_, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    rest_.append(bytes, static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      take(rest_.substr(begin, end - begin));
      begin = end + 1;
    }
    rest_.erase(0, begin);
  }
}

int child_process::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    // Again.
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace quorate::processes
