// What lies between the nodes: it delays, loses, repeats and reorders, and keeps old messages to
// bring them back long after, when their receiver may have restarted.
//
// Thread safety: none.
#pragma once

#include "messages/node.hpp"
#include "runtime/base/random.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/events.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quorate::sim {

struct network_conditions {
  micros latency_min = 500;
  micros latency_max = 2'000;
  std::uint64_t tail_percent = 0; ///< Of the messages that take up to `tail_max`.
  micros tail_max = 0;
  std::uint64_t drop_percent = 0;
  std::uint64_t duplicate_percent = 0;
  std::uint64_t replay_permille = 0; ///< How often an old message comes again.
  micros replay_delay_max = 0;
};

class network {
public:
  using receiver = std::function<void(std::size_t to,
                                      const std::shared_ptr<const node_mail>& mail)>;

  network(events& time, base::random draw, coverage& situations, receiver deliver);

  void know(const std::string& address, std::size_t node);
  void send(node_mail mail);

  // -- faults ---------------------------------------------------------------------------------------------------

  network_conditions conditions;

  /// Nothing goes from the one to the other any more.
  void cut(std::size_t from, std::size_t to);
  /// Nothing goes between those inside and those outside.
  void split(const std::set<std::size_t>& inside, std::size_t nodes);
  /// All links are whole again.
  void mend();
  bool is_cut(std::size_t from, std::size_t to) const {
    return cut_.count({from, to}) != 0;
  }
  /// One way's delay, also for clients.
  micros latency();

private:
  void deliver_later(std::size_t from, std::size_t to, std::shared_ptr<const node_mail> mail,
                     micros delay);
  void remember(std::size_t from, std::size_t to, const std::shared_ptr<const node_mail>& mail);

  struct old_mail {
    std::size_t from = 0;
    std::size_t to = 0;
    std::shared_ptr<const node_mail> mail;
  };

  events& time_;
  base::random draw_;
  coverage& situations_;
  receiver deliver_;
  std::map<std::string, std::size_t> addresses_;
  std::set<std::pair<std::size_t, std::size_t>> cut_;
  std::vector<old_mail> old_; ///< A sample of what was sent, bounded.
};

} // namespace quorate::sim
