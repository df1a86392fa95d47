// Several "hosts" on this machine: network namespaces behind one bridge, whose links can be cut.
#pragma once

#include "tests/processes/child_process.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace quorate::hosts {

/// This process moves into a network namespace of its own and becomes the switch in the middle. All
/// of it is gone when the process ends.
///
/// Thread safety: none, and it has to be the first thing that a process does: threads that exist
/// before stay where they are.
class ground {
public:
  /// Why there can't be one here: no permission, or no such kernel. Empty: there can.
  static const std::string& obstacle();

  explicit ground(std::size_t hosts);
  ~ground();

  ground(const ground&) = delete;
  ground& operator=(const ground&) = delete;

  /// `10.99.0.1` for host 0.
  static std::string address(std::size_t host);

  /// What a program is called with to run on that host.
  std::vector<std::string> on(std::size_t host, std::vector<std::string> words) const;

  /// What `from` sends to `to` is lost, without a word.
  void cut_one_way(std::size_t from, std::size_t to);
  void cut(std::size_t a, std::size_t b);
  /// From everybody, also from those who are no hosts.
  void isolate(std::size_t host);
  /// Everything is whole again.
  void heal();

private:
  void run_on(std::size_t host, const std::string& command) const;

  std::vector<std::unique_ptr<processes::child_process>> holders_; ///< Each keeps its namespace.
  std::vector<int> pids_;
  std::vector<std::pair<std::size_t, std::size_t>> cuts_;
  std::vector<std::size_t> isolated_;
};

} // namespace quorate::hosts
