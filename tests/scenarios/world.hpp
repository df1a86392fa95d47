// The cores of a scenario, their disks, their machines and the network between them. Nothing moves
// unless it is told to: a core's effects are taken by `process_ready`, its writes wait to be
// synced, its entries wait to be applied, its messages wait to be delivered.
//
// Every movement says what happened in a line of the outcome. All of it is deterministic.
//
// The machine's queue is the scenario's own. For the core, what it hands out counts as applied;
// only reads are served, and images taken, at what the machine has really applied.
//
// Thread safety: none; one owner. Complexity: a movement is linear in what moves.
#pragma once

#include "runtime/raft/core.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quorate::raft::scenarios {

/// What is durable of one node.
struct disk {
  storage::hard_state state;
  storage::floor lowest;
  std::shared_ptr<const snapshot> image;
  std::vector<entry> entries;
  storage::write_sequence last;

  void execute(const storage::write_batch& write);
};

struct node {
  replica self;
  boot_number boot;
  settings options;
  disk durable;
  std::unique_ptr<raft::core> core; ///< Null: it is down.

  std::deque<storage::write_batch> writes; ///< Handed to storage, not durable.
  storage::hard_state handed_over;         ///< Of the newest write.
  std::deque<entry> to_apply;              ///< Handed to the machine.
  log_index machine{};                     ///< What the machine has applied.
  std::vector<read_state> reads;           ///< Confirmed, waiting for the machine.
  bool slow_disk = false;                  ///< `stabilize` leaves its writes alone.
  bool slow_machine = false;               ///< `stabilize` leaves its entries alone.
};

using messages = std::deque<envelope>;
using filter = std::function<bool(const envelope&)>;

/// Which of the messages that fit are meant: after `skip` of them, at most `count`.
struct selection {
  filter fits;
  std::size_t skip = 0;
  std::size_t count = SIZE_MAX;
};

/// How much `process_ready` says: what a line of its own will tell later needs no announcement.
enum class narration { everything, what_changed };

class world {
public:
  // -- lines --------------------------------------------------------------------------------------

  void say(std::string line) {
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> take_lines() {
    return std::exchange(lines_, {});
  }

  // -- nodes --------------------------------------------------------------------------------------

  std::map<unsigned, node>& nodes() {
    return nodes_;
  }
  const std::map<unsigned, node>& nodes() const {
    return nodes_;
  }
  /// Who `id` is, with its present storage.
  replica replica_of(unsigned id) const;
  /// Boots `x` from its disk. `timeouts`: the first election timeouts that it is to draw.
  void start(node& x, const std::vector<std::uint64_t>& timeouts);
  void crash(node& x);
  /// Ticks until the election timer fires. Returns whether it did.
  bool campaign(node& x);

  // -- effects ------------------------------------------------------------------------------------

  void process_ready(node& x, narration how);
  /// The oldest write becomes durable; the core isn't told.
  storage::write_sequence flush(node& x);
  void acknowledge(node& x, storage::write_sequence sequence);
  void apply(node& x, std::size_t count);
  /// Processes, syncs, applies and delivers among `ids` until nothing moves. Returns false if it
  /// doesn't come to an end.
  bool stabilize(const std::set<unsigned>& ids);

  // -- network ------------------------------------------------------------------------------------

  messages& network() {
    return network_;
  }
  std::map<std::string, messages>& held() {
    return held_;
  }
  /// Takes the chosen messages out of the network.
  messages take(const selection& which);
  std::vector<envelope> copy(const selection& which) const;
  void deliver(envelope m);
  /// What is sent from `from` to `to` is lost from now on, and what is on the way, too.
  void cut(unsigned from, unsigned to);
  void heal() {
    cuts_.clear();
  }

private:
  void send(envelope m, narration how);
  void serve_reads(node& x);
  bool settle(node& x);
  bool is_cut(const envelope& m) const;
  bool deliver_to(const std::set<unsigned>& ids);

  std::map<unsigned, node> nodes_;
  messages network_;
  std::map<std::string, messages> held_; ///< By the name of the pile.
  std::set<std::pair<unsigned, unsigned>> cuts_;
  std::vector<std::string> lines_;
};

/// The storage that `id` has unless a scenario says otherwise.
replica default_replica(unsigned id);

} // namespace quorate::raft::scenarios
