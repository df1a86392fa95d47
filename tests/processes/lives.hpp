// What was heard of all lives of a cluster, as one history for the checker, and what can be judged
// without it.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace quorate::processes {

/// A replica at the end of a life that only looked.
struct replica {
  std::string name;
  std::uint64_t applied = 0;
  std::uint64_t hash = 0;
  std::uint64_t revision = 0;
  std::uint64_t keys = 0;
};

/// Thread safety: none.
class lives {
public:
  /// Writes the history there, a line for each operation, in the words of tests/history.
  explicit lives(std::ostream& history) : history_(&history) {
    // nop
  }

  void begin_life();
  /// A line of `lines.hpp`.
  void hear(const std::string& line);
  /// What is under way now has an unknown outcome for ever. Compares the replicas, if there are
  /// any.
  void end_life();

  /// Compares counters with what was acknowledged: each counted write took effect once.
  void judge_counters();

  /// The present life has read every key.
  bool goes_on() const noexcept {
    return goes_on_;
  }
  std::uint64_t operations() const noexcept {
    return operations_;
  }
  std::uint64_t unknown() const noexcept {
    return unknown_;
  }
  /// Of the present life.
  const std::vector<replica>& replicas() const noexcept {
    return replicas_;
  }
  /// What may not be; empty: nothing.
  const std::vector<std::string>& wrong() const noexcept {
    return wrong_;
  }

private:
  struct operation {
    std::string kind;
    std::string key;
    std::string value;
    std::string pre;
    std::uint64_t expect = 0;
    std::int64_t call_ns = 0;
  };
  struct answer {
    std::string outcome = "unknown";
    std::uint64_t revision = 0;
    std::string value; ///< That was read.
    std::int64_t return_ns = 0;
  };
  struct counter {
    std::uint64_t acknowledged = 0;
    std::uint64_t unknown = 0;
    std::uint64_t last_read = 0;
  };

  void started(std::istream& words);
  void answered(std::istream& words);
  void ended(std::istream& words);
  void look_at_revision(const operation& x, const answer& y);
  void count(const operation& x, const answer& y);
  void write(std::uint32_t client, const operation& x, const answer& y);
  void compare_replicas();

  std::ostream* history_;
  std::map<std::uint32_t, operation> under_way_; ///< By client.
  std::map<std::string, counter> counters_;
  std::vector<replica> replicas_;
  std::vector<std::string> wrong_;
  std::uint64_t highest_ = 0;        ///< Revision that anybody was told.
  std::uint64_t highest_before_ = 0; ///< In earlier lives.
  std::uint64_t operations_ = 0;
  std::uint64_t unknown_ = 0;
  bool goes_on_ = false;
};

} // namespace quorate::processes
