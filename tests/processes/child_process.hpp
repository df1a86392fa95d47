// Another process, what it says on its standard output, and its end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace quorate::processes {

/// Thread safety: one owner.
class child_process {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Starts the program `words[0]`. It is killed if this process ends.
  explicit child_process(std::vector<std::string> words);
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  /// Kills it if it still runs.
  ~child_process();

  /// Sends it a signal, stopped or not.
  void signal(int number) const;

  /// Calls `take` for each line that it says, until `until` or its last one. False: that was the
  /// last one. A line without an end is none.
  bool hear(time_point until, const std::function<void(const std::string&)>& take);

  /// Waits until it has ended: its exit code, or minus the signal.
  int wait();

private:
  pid_t pid_ = -1;
  int from_ = -1;
  std::string rest_; ///< The beginning of a line.
};

} // namespace quorate::processes
