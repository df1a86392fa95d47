#include "bench/own_process.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <stdexcept>
#include <string>

namespace quorate::bench {

namespace {

/// A pipe may take a part of it at a time.
bool write_all(int to, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto some = write(to, text.data() + done, text.size() - done);
    if (some <= 0)
      return false;
    done += static_cast<std::size_t>(some);
  }
  return true;
}

} // namespace

nlohmann::ordered_json in_own_process(const std::function<nlohmann::ordered_json()>& work) {
  int ends[2];
  if (pipe(ends) != 0)
    throw std::runtime_error{"no pipe"};
  const auto child = fork();
  if (child < 0)
    throw std::runtime_error{"no process"};
  if (child == 0) {
    close(ends[0]);
    _exit(write_all(ends[1], work().dump()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  auto parsed = nlohmann::ordered_json::parse(text, nullptr, false);
  if (parsed.is_discarded())
    return {{"error", "the measuring process ended early"}};
  return parsed;
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

} // namespace quorate::bench
