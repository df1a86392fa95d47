// The command, run as a function, on a cluster in this process.
#pragma once

#include "quorate/local_cluster.hpp"
#include "apps/quorate/command/call.hpp"
#include "apps/quorate/command/verbs.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace quorate::app {

/// How a run of the command ended.
struct outcome {
  int code = -1;
  std::string out;
  std::string err;

  /// What it said with `--json`.
  nlohmann::json object() const;
};

std::ostream& operator<<(std::ostream& out, const outcome& x);

/// Runs the command. With `--json`, standard output has to be one line that is valid by its schema.
class command_line {
public:
  outcome run(const std::vector<std::string>& words, const std::string& input = {});

  connector connect;
  std::map<std::string, std::string> environment;
  verb_table table = all_verbs({});
};

struct cluster_shape {
  bool found = true; ///< On alpha, by the command itself.
  std::chrono::milliseconds deadline = std::chrono::seconds{20};
  std::uint32_t election_ticks = 20;
};

/// A cluster with one node after the other, so that alpha is n1, beta n2, and so on.
class command_cluster : public command_line {
public:
  /// Returns when there are as many members as nodes, up to three, if it is founded.
  explicit command_cluster(std::size_t nodes, const cluster_shape& shape = {});

  local_cluster& nodes() {
    return *cluster_;
  }
  /// One more, which registers by itself; returns its name.
  std::string start(const std::string& name, bool parked = false);
  /// Until the leader's table says so.
  bool wait_for(const std::string& name, node_state state, node_role role);
  node_row row(const std::string& name);
  std::string leader();

private:
  std::unique_ptr<local_cluster> cluster_;
};

} // namespace quorate::app
