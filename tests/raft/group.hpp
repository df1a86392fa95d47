// Several cores, their disks and the network between them, all moved by hand: messages are
// delivered, dropped or held back, writes are synced or lost, nodes crash and come back. Everything
// that is observed is checked against what a group of cores may never do, whichever test moves it.
#pragma once

#include "runtime/base/mutants.hpp"
#include "runtime/raft/core.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quorate::raft::test {

/// What is durable of one node.
struct disk {
  storage::hard_state state;
  storage::floor lowest;
  std::shared_ptr<const snapshot> image;
  std::vector<entry> entries;
  storage::write_sequence last;

  void execute(const storage::write_batch& write);
  log_position end() const;
  const entry* find(log_index index) const;
  /// Whether the entry is there, or under the image.
  bool has(log_position position) const;
};

struct node {
  replica self;
  boot_number boot;
  disk durable;
  std::deque<storage::write_batch> unsynced;
  std::unique_ptr<raft::core> core; ///< Null: crashed.
  bool holds_writes = false;
  std::vector<entry> applied; ///< Since boot, without what an image brought.
  log_index applied_to{};
  std::vector<read_state> reads;
  std::vector<read_token> failed_reads;
  std::size_t installs = 0;
  // What was seen of it last.
  log_index seen_commit{};
  bool seen_leading = false;
};

using filter = std::function<bool(const envelope&)>;

class group {
public:
  struct options {
    unsigned voters = 3;
    unsigned spares = 0; ///< Nodes with empty storage that no configuration names.
    settings each;
    std::uint64_t seed = 1;
    std::uint64_t lease_ms = 0;
  };

  explicit group(unsigned voters) : group(options{voters, 0, {}, 1, 0}) {
    // nop
  }
  explicit group(const options& from);
  ~group();
  group(const group&) = delete;
  group& operator=(const group&) = delete;

  // -- nodes --------------------------------------------------------------------------------------

  node& operator[](unsigned id) {
    return nodes_.at(id);
  }
  core& core_of(unsigned id) {
    return *nodes_.at(id).core;
  }
  status now(unsigned id) {
    return core_of(id).current();
  }
  bool alive(unsigned id) {
    return nodes_.at(id).core != nullptr;
  }
  std::vector<unsigned> ids() const;
  /// What the leader knows that `peer` has.
  log_index match_of(unsigned leader, unsigned peer) const;
  /// Who leads in the highest term; zero: nobody.
  unsigned leader() const;
  static replica replica_of(unsigned id);

  void crash(unsigned id);
  void restart(unsigned id);
  /// Leaves its floor, term and vote, and nothing else: what a driver does with a node that applied
  /// its removal.
  void drop_log(unsigned id);

  // -- events -------------------------------------------------------------------------------------

  void tick(unsigned id, unsigned times = 1);
  /// Everyone ticks and everything is delivered, so many times.
  void run(unsigned rounds);
  /// Ticks this node alone until it campaigns, and delivers.
  void elect(unsigned id);
  result<log_position> propose(unsigned id, const std::string& command);
  result<log_position> change(unsigned id, configuration next);
  /// The active configuration of `id`, with the next version, to be edited.
  configuration next_config(unsigned id);
  /// Enters `next` at the leader and leaves it, if it is joint; everything is delivered.
  void change_and_settle(unsigned id, configuration next);
  /// What `from` would say to `to`, in whatever term and under the first configuration.
  envelope message(unsigned from, unsigned to, term t, body content);
  void step(unsigned id, envelope message);
  result<void> read(unsigned id, std::uint64_t token);
  /// Sends what a core has to say, starts its writes, and applies.
  void pump(unsigned id);

  // -- network ------------------------------------------------------------------------------------

  std::deque<envelope>& network() {
    return network_;
  }
  /// Delivers until nothing moves.
  void deliver();
  /// Delivers the message at `place`.
  void deliver_at(std::size_t place);
  /// Takes out of the network what fits, for later.
  std::vector<envelope> hold(const filter& which);
  /// What fits is lost from now on.
  void drop_if(filter which) {
    drops_ = std::move(which);
  }
  void cut(unsigned a, unsigned b);
  void isolate(unsigned id);
  void heal();

  // -- disks --------------------------------------------------------------------------------------

  void hold_writes(unsigned id) {
    nodes_.at(id).holds_writes = true;
  }
  /// The oldest unsynced write becomes durable, and is acknowledged.
  void sync_one(unsigned id);
  /// All do, and later ones at once.
  void sync(unsigned id);

  // -- what must not be ---------------------------------------------------------------------------

  const std::vector<std::string>& violations() const {
    return violations_;
  }
  /// Whether one of them says this.
  bool saw(const std::string& what) const;
  void expect_violations() {
    violations_expected_ = true;
  }
  /// Compares every pair of logs; the rest is checked all the time.
  void check_logs();
  log_index highest_commit() const {
    return committed_.empty() ? log_index{} : committed_.rbegin()->first;
  }

private:
  void start(node& x);
  void process(node& x, ready todo);
  void observe(node& x);
  void observe_message(const node& x, const envelope& m);
  void observe_commit(node& x, log_index index);
  void observe_leader(node& x);
  void observe_read(const read_state& x);
  void violated(const std::string& what);
  bool is_lost(const envelope& m) const;

  settings settings_;
  base::random rng_;
  fingerprint cluster_{1, 2};
  std::map<unsigned, node> nodes_;
  std::deque<envelope> network_;
  filter drops_;
  std::set<std::pair<unsigned, unsigned>> cuts_;
  std::map<log_index, entry> committed_; ///< By anybody, ever.
  std::map<term, unsigned> leaders_;
  std::map<read_token, log_index> asked_; ///< Reads, and what was committed by anybody when they
                                          ///< were asked.
  std::vector<std::string> violations_;
  bool violations_expected_ = false;
};

// -- planted bugs ---------------------------------------------------------------------------------

/// Plants a bug for one test.
struct planted {
  explicit planted(base::mutant bug) {
    base::set_mutant(bug);
  }
  ~planted() {
    base::set_mutant(base::mutant::none);
  }
};

// -- small things ---------------------------------------------------------------------------------

template <class Body>
filter is() {
  return [](const envelope& m) { return std::holds_alternative<Body>(m.content); };
}

template <class Body>
filter is_to(unsigned id) {
  return [id](const envelope& m) {
    return m.to.id.value == id && std::holds_alternative<Body>(m.content);
  };
}

std::vector<replica> replicas(std::initializer_list<unsigned> ids);
shared_bytes bytes(const std::string& text);
/// The commands that a node has applied since it started.
std::vector<std::string> commands(const node& x);

} // namespace quorate::raft::test
