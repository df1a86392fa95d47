// Three nodes, each a process of the command, with certificates, on this machine.
#pragma once

#include "quorate/remote_cluster.hpp"

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace quorate::bench {

/// Thread safety: none.
class three_processes {
public:
  /// Starts and founds them; their directories are gone with this object, and so are they.
  /// `quorate` is the command. Ends the program if that fails.
  explicit three_processes(std::string quorate);
  ~three_processes();

  three_processes(const three_processes&) = delete;
  three_processes& operator=(const three_processes&) = delete;

  void start(std::size_t which);
  void signal(std::size_t which, int number);
  /// By SIGKILL; it is gone when this returns.
  void kill(std::size_t which);

  remote_cluster& remote() noexcept {
    return *remote_;
  }
  /// Which one leads, as soon as all three have applied what it has committed.
  std::size_t wait_until_whole();

private:
  std::string file(const std::string& name) const;
  void make_certificates();

  const std::string quorate_;
  std::string directory_;
  std::array<std::string, 3> addresses_;
  std::array<pid_t, 3> processes_{};
  std::unique_ptr<remote_cluster> remote_;
};

} // namespace quorate::bench
