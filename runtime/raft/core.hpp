// The consensus core: Raft (Ongaro's thesis) as a deterministic machine without I/O, clocks,
// threads or randomness of its own. What it hears goes in by `step`, `tick`, `propose` and
// `persisted`; what it wants done comes out by `take_ready`. The same object runs in production and
// in the simulator.
//
// Why no callbacks and no storage interface: with values in and values out, a test can hold any
// message back, lose it, or crash between any two effects, and one seed replays a whole cluster.
// The price is that the driver has to do what `ready` says, in its order.
//
// What is particular to this core:
// - A membership entry takes effect in consensus when it is *appended* (thesis, 4.1) and for the
//   lifecycle when it is applied. At most one is uncommitted, and none is proposed before an entry
//   of the leader's own term is committed (the single-server bug of 2015).
// - A change of at most one voter may be simple; every other enters a joint configuration (4.3) and
//   is left by a second entry. The core decides by comparing the sets, whatever the caller
//   believes.
// - Writes are asynchronous. Each has a sequence number; a message that promises something waits
//   inside the core until the write behind the promise is durable. A vote request waits too: for
//   term, vote *and* the log tail that it boasts of.
// - Pre-vote, check-quorum and leader stickiness are always on (9.6, 6.2).
// - A node below its floor (it learned for sure that it is out, and dropped its log) neither
// grants,
//   acknowledges nor campaigns, except under a configuration of a later version (`storage::floor`).
// - A peer is a (node, storage) pair, and messages of an earlier boot of either side are dropped.
//
// Thread safety: none; one owner. Complexity: `step` is O(peers + entries in the message).
#pragma once

#include "quorate/result.hpp"
#include "messages/raft.hpp"
#include "messages/storage.hpp"
#include "runtime/base/random.hpp"
#include "runtime/raft/configurations.hpp"
#include "runtime/raft/invariants.hpp"
#include "runtime/raft/log.hpp"
#include "runtime/raft/persistence.hpp"
#include "runtime/raft/quorum.hpp"
#include "runtime/raft/ready.hpp"
#include "runtime/raft/roles.hpp"
#include "runtime/raft/settings.hpp"
#include "runtime/raft/snapshot_transfer.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quorate::raft {

enum class role_kind : std::uint8_t { follower = 1, pre_candidate = 2, candidate = 3, leader = 4 };

/// What a core is at the moment. Cheap: a copy of a few numbers.
struct status {
  role_kind role = role_kind::follower;
  quorate::term current_term{};
  node_id leader{}; ///< None: unknown.
  log_index commit{};
  log_index applied{};
  log_index durable{};
  log_position last;
  log_index first{};               ///< The oldest entry that is still in the log.
  log_index snapshot{};            ///< Of the newest one; 0: none.
  bool own_term_committed = false; ///< Leader only: membership changes and reads are possible.
  bool transferring = false;
  config_version active_config{};
  bool joint = false;
  std::uint64_t now = 0; ///< In ticks since boot.
  bool quiet = false;    ///< Was told that it takes no part in consensus: doesn't campaign until a
                         ///< leader speaks to it.
  std::uint64_t election_elapsed = 0; ///< Ticks of silence: whoever doesn't lead campaigns when it
                                      ///< reaches the timeout.
  std::uint64_t election_timeout = 0;
};

/// What a leader knows of one peer.
struct peer_status {
  replica peer;
  bool learner = false;
  log_index match{};
  std::uint64_t ticks_since_contact = 0; ///< Since its last reply of any kind; counted from the
                                         ///< election on.
  bool contacted = false;                ///< It has replied in this term.
  bool caught_up = false;
  std::uint64_t snapshot_bytes = 0; ///< It has so much of the image that is on its way to it.
};

/// Counters that only rise; exported by later layers.
struct counters {
  std::uint64_t elections = 0; ///< Real ones, not pre-votes.
  std::uint64_t leaderships = 0;
  std::uint64_t proposals = 0;
  std::uint64_t proposals_refused = 0;
  std::uint64_t messages_dropped = 0; ///< They didn't fit this node's cluster, storage or boot.
  std::uint64_t floor_refusals = 0;
  std::uint64_t snapshots_sent = 0;       ///< Begun; each goes in parts.
  std::uint64_t snapshot_chunks_sent = 0; ///< Repeated ones included.
  std::uint64_t snapshots_installed = 0;
};

class core {
public:
  core(settings options, boot_state from, base::random rng);

  // -- events -------------------------------------------------------------------------------------

  /// A message from a peer, in any order, any number of times.
  void step(envelope message);

  /// Time passes: the only clock.
  void tick();

  /// Appends commands with one stamp, all or none, and says where the first one stands. Refused:
  /// `not_leader`, `transfer_in_progress`, `overloaded` (uncommitted bytes).
  result<log_position> propose(std::vector<shared_bytes> commands, std::uint64_t log_time_ms = 0);

  /// Appends one membership entry. `next.version` must be the active version plus one. If `next`
  /// isn't joint, it must differ by at most one voter from the active configuration, or leave a
  /// joint one. Refused: `not_leader`, `transfer_in_progress`, `transition_in_flight` (a change is
  /// uncommitted, no entry of this term is committed yet, or joint and `next` doesn't leave),
  /// `illegal_transition` (the sets), `version_differs`.
  result<log_position> propose_membership(configuration next, shared_bytes payload);

  /// Asks for a linearizable read; answered by `ready::reads` or `ready::failed_reads`. A follower
  /// asks its leader, and gives up after an election timeout. Refused: `not_leader` if none is
  /// known, `overloaded`.
  result<void> read_index(read_token token);

  /// Hands leadership to a voter: brings it up to date, tells it to campaign, gives up after an
  /// election timeout. Refused: `not_leader`, `unknown_node`, `transfer_in_progress`.
  result<void> transfer(node_id to);

  /// All writes up to `sequence` are durable. Acknowledgements may come late and merged, never
  /// early.
  void persisted(storage::write_sequence sequence);

  /// The connection to this peer closed: its process died, as opposed to falling silent. Ends a
  /// follower's stickiness to that leader, which then pre-votes after a short random delay.
  void peer_down(node_id peer);

  /// The machine's state at `at` (applied, and not older than the last snapshot) is `image`.
  /// Becomes the snapshot that late followers get; the log before it is dropped, but for
  /// `retained_entries`, once the snapshot is durable.
  void compact(log_index at, shared_bytes image);

  /// Whether this node's disk has room for what a leader sends. Without, its appends and snapshots
  /// are words of a leader as before, but what they carry is as good as lost. At first it has.
  void take_entries(bool now) noexcept {
    takes_entries_ = now;
  }

  // -- effects ------------------------------------------------------------------------------------

  /// Whether this leader may answer reads at `current().commit` from its own state, and since when:
  /// no other leader is elected before `lease_ms` have passed since that tick, by the clocks of the
  /// voters. None: ask for a round.
  std::optional<std::uint64_t> lease_basis() const;

  bool has_ready() const noexcept;

  /// What is to be done now. What is in `committed` counts as applied.
  ready take_ready();

  // -- observers ----------------------------------------------------------------------------------

  status current() const;
  /// Leader only, else empty. Sorted by id.
  std::vector<peer_status> peers() const;
  const configuration& active_config() const noexcept;
  /// The newest configuration known to be committed.
  const configuration& committed_config() const noexcept;
  /// The configuration in effect at `index`, which is applied and not compacted away.
  const configuration& config_at(log_index index) const;
  const log& entries() const noexcept;
  const counters& counts() const noexcept;
  const storage::hard_state& hard_state() const noexcept;
  const replica& self() const noexcept;
  /// Everything on a few lines, for traces and crash reports.
  std::string describe() const;

private:
  friend class invariants;

  /// Checks the invariants when a public call ends.
  struct checked_call {
    core& self;
    ~checked_call() {
      self.checks_.check(self);
    }
  };

  // -- envelopes.cpp: who may be heard, and what is put around a message --------------------------

  bool accepts(const envelope& m);
  bool boot_is_current(const envelope& m);
  void forget_strangers();
  bool answer_stranger(const envelope& m);
  bool below_floor(const envelope& m);
  bool refuses_leader(const envelope& m);
  envelope make(const replica& to, body content) const;
  void send(const replica& to, body content);
  void send_after(storage::write_sequence after, const replica& to, body content);
  void reply(const envelope& to, body content);
  void reply_after(storage::write_sequence after, const envelope& to, body content);
  void drop() noexcept {
    ++counts_.messages_dropped;
  }

  // -- core.cpp: dispatch -------------------------------------------------------------------------

  bool settle_term(const envelope& m);
  bool settle_newer_term(const envelope& m);
  bool settle_older_term(const envelope& m);
  void tick_leader(leader& self);
  void tick_others();

  void on(const envelope& m, const pre_vote& x);
  void on(const envelope& m, const pre_vote_reply& x);
  void on(const envelope& m, const vote& x);
  void on(const envelope& m, const vote_reply& x);
  void on(const envelope& m, append& x);
  void on(const envelope& m, const append_accepted& x);
  void on(const envelope& m, const append_rejected& x);
  void on(const envelope& m, const heartbeat& x);
  void on(const envelope& m, const heartbeat_reply& x);
  void on(const envelope& m, const install_snapshot& x);
  void on(const envelope& m, const install_snapshot_reply& x);
  void on(const envelope& m, const read_request& x);
  void on(const envelope& m, const read_reply& x);
  void on(const envelope& m, const timeout_now& x);
  void on(const envelope& m, const not_member& x);

  // -- election.cpp -------------------------------------------------------------------------------

  quorate::error refusal(errc code) const;
  bool is_leader() const noexcept {
    return std::holds_alternative<leader>(role_);
  }
  bool eligible() const;
  bool sole_voter() const;
  bool sticky() const;
  bool has_quorum_contact(const leader& self) const;
  void campaign();
  void campaign_for_real(bool transfer);
  void count_own_vote(candidate& self);
  void become_follower(term t, const replica& of);
  void become_leader();
  void set_term(term t);
  void set_vote(const replica& who);
  void set_role(role next, const replica& known_leader);
  void restart_timer();
  ballot_result outcome_of(const std::map<node_id, bool>& ballots) const;

  // -- replication.cpp ----------------------------------------------------------------------------

  void heard_leader(const envelope& m);
  void accept_entries(const envelope& m, append& x);
  void store_entries(std::vector<entry> entries);
  void store_entry(entry x);
  void truncate_from(log_index from);
  progress* peer_of(leader& self, const envelope& m, std::uint64_t round);
  void replicate(leader& self);
  void replicate_to(leader& self, progress& peer);
  void send_append(leader& self, progress& peer, std::vector<entry> entries);
  void send_heartbeats(leader& self);
  void send_heartbeat(leader& self, progress& peer);
  log_index append_own(leader& self, entry x);

  // -- commit.cpp ---------------------------------------------------------------------------------

  log_index own_match() const;
  bool own_term_committed(const leader& self) const noexcept {
    return commit_ >= self.term_start;
  }
  void maybe_commit(leader& self);
  void advance_commit(log_index to);
  log_index applicable() const noexcept;
  std::vector<entry> take_committed();

  // -- reads.cpp ----------------------------------------------------------------------------------

  void begin_round(leader& self);
  void next_round(leader& self);
  void confirm_reads(leader& self);
  void answer_read(const waiting_read& to, bool confirmed, log_index index);
  void fail_reads(leader& self);
  void ask_leader(follower& self);
  void give_up_old_reads(follower& self);
  void fail_reads(follower& self);

  // -- leases.cpp ---------------------------------------------------------------------------------

  std::uint64_t promise_ticks(std::uint64_t lease_ms) const noexcept;
  void promise();
  void promise_at_boot();
  bool promised() const noexcept {
    return now_ < promised_until_;
  }

  // -- reconfigure.cpp ----------------------------------------------------------------------------

  quorate::error may_change(const leader& self, const configuration& next) const;
  void configuration_changed(leader& self);
  void configuration_applied();
  void match_peers(leader& self);
  void meet_again(leader& self, node_id peer);
  void say_farewell(leader& self, progress& peer);
  void abdicate(leader& self);

  // -- snapshot.cpp -------------------------------------------------------------------------------

  void offer_snapshot(leader& self, progress& peer);
  void continue_snapshot(leader& self, progress& peer);
  void install(const envelope& m, std::uint64_t round);
  void installed(std::shared_ptr<const snapshot> image);
  void drop_prefix(const snapshot& durable);

  // -- transfer.cpp -------------------------------------------------------------------------------

  void continue_transfer(leader& self);

  // -- what it is ---------------------------------------------------------------------------------

  settings options_;
  fingerprint cluster_;
  replica self_;
  boot_number boot_;
  storage::floor floor_;
  base::random rng_;

  storage::hard_state hard_;
  raft::log log_;
  configurations configs_;
  persistence persistence_;
  std::shared_ptr<const snapshot> image_;        ///< The newest one; null: none.
  std::unique_ptr<snapshot_receiver> receiving_; ///< A part of one; null: none.
  std::shared_ptr<const snapshot> installing_;   ///< Received, not durable yet.
  std::shared_ptr<const snapshot> to_install_;   ///< Received and durable, for the next ready.
  log_index commit_{};
  log_index applied_{};

  role role_;
  replica leader_; ///< None: unknown.
  bool quiet_ = false;
  bool takes_entries_ = true;
  std::uint64_t now_ = 0;            ///< In ticks since boot.
  std::uint64_t promised_until_ = 0; ///< In ticks: nobody else is elected before, with this vote.
  std::uint64_t next_forwarded_ = 1; ///< The id of the next request for reads to a leader.
  std::uint64_t election_elapsed_ = 0;
  std::uint64_t election_timeout_ = 0; ///< E to 2E-1, drawn anew at every change of role or term.

  bool replication_due_ = false;
  bool leadership_changed_ = false;
  std::vector<read_state> confirmed_reads_;
  std::vector<read_token> failed_reads_;

  std::map<std::pair<node_id, storage_id>, boot_number> boots_; ///< The newest that was heard of
                                                                ///< each.
  counters counts_;
  invariants checks_;
};

} // namespace quorate::raft
