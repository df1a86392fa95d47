// What lies between the nodes: it delays, loses, repeats and reorders, and keeps old messages to
// bring them back long after, when their receiver may have restarted or is gone.
//
// Each link draws from a stream of its own: what happens on one doesn't shift the others.
//
// Thread safety: none. Complexity: O(log nodes) a message.
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
#include <variant>
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
  bool hoards = false; ///< Keeps 1 % of all messages of the run, for `release`.
};

/// Which messages a partial loss is about: each type of message has a number.
constexpr std::size_t
  mail_types = std::variant_size_v<raft::body> + std::variant_size_v<node_message>;
std::size_t type_of(const node_mail& mail) noexcept;

class network {
public:
  using receiver = std::function<void(std::size_t to,
                                      const std::shared_ptr<const node_mail>& mail)>;

  network(events& time, base::random draw, coverage& situations, receiver deliver);

  void know(const std::string& address, std::size_t node);
  /// Nobody is there any more.
  void forget(const std::string& address);
  void send(node_mail mail);

  // -- faults ---------------------------------------------------------------------------------------------------

  network_conditions conditions;

  /// Nothing goes from the one to the other any more. Cut twice, it has to be joined twice.
  void cut(std::size_t from, std::size_t to);
  void join(std::size_t from, std::size_t to);
  /// Nothing goes between those inside and those outside.
  void split(const std::set<std::size_t>& inside, std::size_t nodes);
  /// All links are whole and fast again.
  void mend();
  bool is_cut(std::size_t from, std::size_t to) const;
  /// How many messages nodes have sent to each other.
  std::uint64_t sent() const noexcept {
    return sent_;
  }

  /// What goes from the one to the other takes so much longer.
  void slow(std::size_t from, std::size_t to, micros by);
  /// Messages of this type to this node are lost, or no longer.
  void lose(std::size_t to, std::size_t type, bool on);
  /// So many of the messages that were kept arrive again, within `spread`.
  void release(std::uint64_t count, micros spread, base::random draw);

  /// One way's delay for somebody beside the nodes, who draws it himself.
  micros latency(base::random& draw) const;

private:
  struct link {
    explicit link(base::random stream) : draw(stream) {
      // nop
    }
    base::random draw;
    std::uint32_t cuts = 0;
    micros slower = 0;
  };

  struct old_mail {
    std::size_t from = 0;
    std::size_t to = 0;
    std::shared_ptr<const node_mail> mail;
  };

  link& between(std::size_t from, std::size_t to);
  const link* find(std::size_t from, std::size_t to) const;
  void deliver_later(std::size_t from, std::size_t to, std::shared_ptr<const node_mail> mail,
                     micros delay);
  void remember(std::size_t from, std::size_t to, const std::shared_ptr<const node_mail>& mail);

  events& time_;
  base::random draw_; ///< Never drawn from: the links' streams are forks of it.
  base::random old_draw_;
  base::random hoard_draw_;
  coverage& situations_;
  receiver deliver_;
  std::map<std::string, std::size_t> addresses_;
  std::uint64_t sent_ = 0;
  std::map<std::pair<std::size_t, std::size_t>, link> links_;
  std::set<std::pair<std::size_t, std::size_t>> lost_; ///< Receiver and type.
  std::vector<old_mail> old_;                          ///< A sample of what was sent, bounded.
  std::vector<old_mail> hoard_;                        ///< 1 % of all that was sent.
};

} // namespace quorate::sim
