// A client of the cluster that is going to be killed: it says what it does before it does it.
#pragma once

#include "quorate/client.hpp"
#include "runtime/base/random.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::processes {

/// One line, by one write to standard output. Lines of several threads don't mix: each is shorter
/// than what a pipe takes at once.
void say(const std::string& line);

/// All keys, the counters among them.
const std::vector<std::string>& all_keys();

/// Thread safety: one owner. Several may share the session of one `client`.
class kill_client {
public:
  kill_client(std::uint32_t number, client cluster, base::random rng);

  /// Reads that key; false: there was no answer in time.
  bool read(const std::string& key);
  /// Does something that it draws.
  void next();

private:
  struct seen {
    revision at{};
    std::string name; ///< Of the value.
  };

  void put(const std::string& key, const std::string& name, condition pre);
  void erase(const std::string& key, condition pre);
  void count_up(const std::string& key);
  /// Of what was seen of the key last, which may have changed since.
  condition draw_condition(const std::string& key);
  std::string fresh_name();

  void start(const char* what, const std::string& key, const std::string& value, condition pre);
  void answered(const std::string& key, const std::string& name, const result<revision>& answer);

  std::uint32_t number_;
  client cluster_;
  base::random rng_;
  std::uint32_t values_ = 0;
  std::map<std::string, seen> seen_;
};

} // namespace quorate::processes
