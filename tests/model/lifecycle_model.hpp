// An explicit-state model of how nodes leave consensus and come back.
//
// Four nodes run an abstract Raft whose steps are atomic: one node hears one entry, one vote, or
// one commit mark. Everything a step needs and nothing more is kept, so that all states within
// small bounds can be visited. The page docs/model/README.md says what is abstracted away.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quorate::model {

constexpr unsigned node_count = 4;

constexpr unsigned bit(unsigned id) {
  return 1U << id;
}

inline unsigned size_of(unsigned set) {
  return static_cast<unsigned>(std::bitset<node_count>(set).count());
}

// The rules under test. Each can be switched off, to see whether it is needed.
enum class rule : std::uint8_t {
  floor_refuses_grants,          // below its floor a node grants no votes, acknowledges nothing
  floor_refuses_campaign,        // nor campaigns until its own log's config is later than it
  own_term_commit_before_change, // a leader first commits an entry of its own term
  one_change_at_a_time,          // no change while another one is uncommitted
  joint_quorum_both_halves,      // a joint config decides by both majorities
  log_kept_when_named_again,     // a dismissal is not acted on if a later config names the node
  log_kept_until_leave,          // a node in the outgoing half is not dismissed yet
  vote_kept_without_log,         // term and vote survive the log
  unnamed_nodes_unchanged,       // a reconfiguration leaves alone whom it does not name
  count                          // not a rule
};

constexpr std::size_t rule_count = static_cast<std::size_t>(rule::count);

std::string_view name_of(rule which);
std::optional<rule> rule_named(std::string_view name);

class rule_set {
public:
  rule_set() {
    on_.set();
  }

  bool has(rule which) const {
    return on_[static_cast<std::size_t>(which)];
  }

  rule_set without(rule which) const {
    rule_set rest = *this;
    rest.on_.reset(static_cast<std::size_t>(which));
    return rest;
  }

private:
  std::bitset<rule_count> on_;
};

struct options {
  unsigned voters = 3;      // of the first config; the other nodes are outsiders without a log
  unsigned nodes = 4;       // those after this many are never admitted
  unsigned terms = 2;       // highest term, 1 to 7; the search starts with A leading term 1
  unsigned changes = 3;     // membership changes proposed, by all leaders; a leave is not counted
  unsigned commands = 0;    // entries besides the no-ops that leaders append by themselves
  bool joint = true;        // also changes that need a joint config
  bool admit_empty = false; // admit only nodes without a log: another cure for late dismissals
  std::size_t states_max = 200'000'000;
  rule_set rules;
};

// One bit a node in each set.
struct config {
  unsigned voters = 0;
  unsigned outgoing = 0;
  unsigned learners = 0;

  unsigned electors() const {
    return voters | outgoing;
  }
  unsigned named() const {
    return voters | outgoing | learners;
  }
};

// An entry is packed: voters, outgoing and learners (four bits each), its term (three bits), and in
// the record of committed entries only, the term in which it was committed. An entry without voters
// is a no-op or a command; the model does not tell the two apart.
using entry = std::uint32_t;

entry make_entry(unsigned term, const config& value);
unsigned term_of(entry value);
unsigned commit_term_of(entry value);
config config_of(entry value);
unsigned mirrored_set(unsigned set); // with B and C exchanged

// Logs are interned: equal logs have equal numbers, so a state holds a number for each log.
class log_table {
public:
  using id = std::uint32_t;
  static constexpr id empty = 0;
  static constexpr unsigned length_max = 15;

  log_table();

  id append(id log, entry value);
  id prefix(id log, unsigned length) const {
    return logs_[log].prefixes[length];
  }
  unsigned length(id log) const {
    return logs_[log].length;
  }
  unsigned last_term(id log) const {
    return term_of(logs_[log].last);
  }
  entry last(id log) const {
    return logs_[log].last;
  }
  entry at(id log, unsigned index) const {
    return logs_[prefix(log, index)].last;
  }
  unsigned version(id log) const {
    return logs_[log].version;
  }
  // The prefix that ends with the active config, and the one that ends with the config before.
  id active(id log) const {
    return logs_[log].active;
  }
  id before_active(id log) const;
  config active_config(id log) const {
    return config_of(logs_[active(log)].last);
  }
  unsigned common(id left, id right) const;
  // The same log with the names of B and C exchanged.
  id mirrored(id log);

private:
  struct record {
    std::array<id, length_max + 1> prefixes{};
    entry last = 0;
    id active = empty;
    id mirrored = 0;
    std::uint8_t length = 0;
    std::uint8_t version = 0;
  };

  std::vector<record> logs_;
  std::unordered_map<std::uint64_t, id> children_;
};

enum class role : std::uint8_t { follower, candidate, leader };

struct node {
  log_table::id log = log_table::empty;
  std::uint8_t term = 0;
  role part = role::follower;
  bool voted = false;
  std::uint8_t commit = 0;  // of followers: only up to the newest config known to be committed
  std::uint8_t floor = 0;   // the version of the dismissal that the node has applied
  bool dropping = false;    // the floor is durable, the log is not dropped yet
  std::uint8_t granted = 0; // of candidates: who voted for it, a bit each
  std::array<std::uint8_t, node_count> match{}; // of leaders: what was acknowledged, ever
};

struct world {
  std::array<node, node_count> nodes;
  log_table::id committed = log_table::empty; // every entry ever committed, with its commit term
  std::uint8_t changes = 0;
  std::uint8_t commands = 0;
  std::uint8_t elected = 0; // the terms that had a leader, a bit each
};

using packed_world = std::array<std::uint64_t, node_count + 1>;

packed_world pack(const world& value);
world unpack(const packed_world& value);

enum class action : std::uint8_t {
  campaign,
  grant,
  append,
  learn_commit,
  apply_dismissal,
  drop_log,
  propose,
  leave,
  command
};

struct step {
  action what;
  unsigned actor = 0;
  unsigned other = 0;
  world after;
  std::string_view loss; // empty, or the property that the step breaks
};

// The transition system: from a world, every step that the rules allow.
class lifecycle {
public:
  explicit lifecycle(const options& wanted) : options_(wanted) {}

  world initial();
  void steps_from(const world& before, std::vector<step>& out);
  // The representative of a world and its mirror image: B and C start out alike.
  packed_world canonical(const world& value);
  std::string describe(const world& before, const step& taken) const;

private:
  std::string describe(const step& taken) const;
  std::string describe(log_table::id log) const;
  bool has(rule which) const {
    return options_.rules.has(which);
  }
  bool majority(const config& value, unsigned agreeing) const;
  bool may_campaign(const node& self, unsigned id) const;
  bool hears(const node& listener, const node& speaker) const;
  bool is_target(const node& leader, unsigned id) const;
  unsigned committed_config_index(const node& self, unsigned commit) const;
  std::optional<unsigned> dismissal(const node& self, unsigned id) const;
  bool named_after(const node& self, unsigned id, unsigned version) const;
  bool lacks_committed(const world& now, const node& self) const;

  void add_campaigns(const world& before, unsigned id);
  void add_grants(const world& before, unsigned candidate);
  void add_replication(const world& before, unsigned leader);
  void add_dismissal(const world& before, unsigned id);
  void add_entries(const world& before, unsigned leader);
  void add_changes(const world& before, unsigned leader, const config& now);
  void add_change(const world& before, unsigned leader, const config& next, unsigned named,
                  action what);
  void win_if_elected(step& taken, unsigned candidate);
  void commit_if_acknowledged(step& taken, unsigned leader);
  void record_commit(step& taken, unsigned leader);
  void follow(node& self, unsigned term) const;
  void emit(step taken);
  void tidy(world& value) const;

  options options_;
  log_table logs_;
  log_table record_;
  std::vector<step>* out_ = nullptr;
};

enum class verdict : std::uint8_t { no_loss, loss_found, bound_reached };

struct outcome {
  verdict result = verdict::no_loss;
  std::size_t states = 0;
  std::size_t depth = 0;
  std::string loss;
  std::vector<std::string> trace; // the shortest way to the loss, a line a step
};

// Breadth first, so that the first loss found is one with the fewest steps.
outcome search(const options& wanted);

} // namespace quorate::model
