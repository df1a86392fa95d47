// One node, whole and pure: joins consensus, machine, lifecycle and storage. Events in, effects
// out.
//
// The same object runs inside `node_actor` and in the simulator. It owns no clock, thread, disk or
// socket: time comes with `tick`, the disk's word with `persisted`, other nodes' with `receive`;
// `take_effects` says what to do next.
//
// A node is in one of three conditions, which follow from what it has:
// - *unprovisioned*: no id. It asks its seeds for one, or is told to found a cluster.
// - *outsider*: an id and a view of the cluster, no log. It sends heartbeats and waits for its
//   turn.
// - *replica*: a log. It is a learner or voter, or was one and doesn't know better yet.
//
// A replica drops its log only on a *confirmed* answer of a leader: a linearizable read, asked for
// in this life of the node, that says that it takes no part. Dropping it on its own applied
// demotion alone would not be safe: a node that was taken in again and replays its past would drop
// entries which the leader counts on (docs/adr/0003).
//
// Thread safety: none; one owner. Complexity: that of the core and the machine.
#pragma once

#include "quorate/result.hpp"
#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"
#include "messages/storage.hpp"
#include "runtime/base/random.hpp"
#include "runtime/driver/counters.hpp"
#include "runtime/driver/effects.hpp"
#include "runtime/driver/joining.hpp"
#include "runtime/driver/lives.hpp"
#include "runtime/driver/options.hpp"
#include "runtime/driver/replica.hpp"
#include "runtime/driver/rooms.hpp"
#include "runtime/driver/stopping.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::driver {

class driver {
public:
  /// A node with what its storage remembers. Refused: a storage of another name
  /// (`storage_id_differs`), an option out of range (`invalid_argument`).
  static result<std::unique_ptr<driver>> start(options from, const storage::recovered& disk,
                                               base::random rng, std::uint64_t now_ms);

  // -- events -------------------------------------------------------------------------------------

  /// Time passes; called every `options::tick_ms` while the node has a log, else at least when
  /// `next_due_ms` has come. `now_ms` never falls, and is this node's own.
  void tick(std::uint64_t now_ms);
  void receive(node_mail mail);
  void persisted(const storage::persisted& done);
  /// The storage has room for more or for less than it said last. At first it has enough.
  void room_changed(disk_room now);
  /// The connection to that address closed: its process died.
  void peer_down(const std::string& address);
  void from_controller(const membership::controller_output& said);
  /// The process is to end in order. A leader hands over first, to whoever has most of its log, and
  /// waits for the successor's first word, for an election timeout at most; then the node says
  /// goodbye to all members, and nothing after it. It has `stopped` when all that it wrote is
  /// durable, or after another election timeout. Idempotent.
  void stop();

  // -- callers: each token is answered once -------------------------------------------------------

  void request(request_token token, kv::request what);
  void request(request_token token, membership::reconfigure_request what);
  /// Answered by the leader's controller; anybody else shows the way to it.
  void request(request_token token, ops::question what);
  /// Answered when somebody else leads: by this node with the way to the new leader, and by that
  /// one with success. `no_successor` after an election timeout in which nobody took over.
  void request(request_token token, ops::transfer_request what);
  void request(request_token token, membership::provision_request what);
  /// Answered when the node has joined or halted, which may be never. Refused beyond
  /// `limits::joined_waiting_max`.
  void request(request_token token, ops::joined_request what);

  // -- effects ------------------------------------------------------------------------------------

  /// All that is to be done after any number of events. Only here does the core say what it has
  /// ready: events that come together share one write, one append to each peer, one round of reads.
  effects take_effects();
  /// Whether `take_effects` would return anything.
  bool has_effects() const noexcept;

  /// When `tick` next has something to do, if nothing else happens until then: a log wants every
  /// tick (0), a node that waits for its storage or has halted none (the maximum).
  std::uint64_t next_due_ms() const noexcept;

  // -- observers ----------------------------------------------------------------------------------

  ops::node_status status() const;
  ops::nodes_reply nodes() const;
  /// As this node has applied it, without history; of version 0 if it has no log.
  nodes_view table() const;
  /// Null: no log.
  const raft::core* consensus() const noexcept;
  const machine::machine* state() const noexcept;
  const membership::view& known() const noexcept {
    return view_;
  }
  const storage::marker& identity() const noexcept {
    return marker_;
  }
  const storage::floor& lowest() const noexcept {
    return floor_;
  }
  boot_number boot() const noexcept {
    return boot_;
  }
  /// Why it stopped taking part; `none` if it didn't.
  const error& halted() const noexcept {
    return halted_;
  }
  /// Of its disk.
  disk_room room() const noexcept {
    return rooms_.own();
  }
  bool leads() const noexcept {
    return leading_;
  }
  /// The term in which it leads and goes on to: it has applied its own first entry, and wasn't
  /// asked to stop. Else none.
  quorate::term leads_in() const noexcept {
    return leading_ && !stopping_ ? leading_term_ : quorate::term{};
  }
  /// It was asked to stop.
  bool stopping() const noexcept {
    return stopping_.has_value();
  }
  /// It has said goodbye: a silent node, that only waits for its disk.
  bool departed() const noexcept {
    return stopping_ && stopping_->departed;
  }
  /// Nothing is left to be done: the process may end.
  bool stopped() const noexcept;
  /// It knows its id, durably, and the nodes config with its own row in it.
  bool joined() const noexcept;

private:
  driver(options from, const storage::recovered& disk, base::random rng, std::uint64_t now_ms);

  // -- identity and founding (identity.cpp) -------------------------------------------------------
  storage::write_batch next_write();
  void remember_identity();
  void found(membership::provision_request what);
  void founded();
  bool speaks() const noexcept;
  void halt(error why);
  void give_up();
  void tell_joined();
  raft::replica self() const noexcept;
  void start_replica(raft::boot_state from, machine::machine state);
  void tick_core();
  void restore(const storage::recovered& disk);
  void check_standing();

  // -- copies of one storage (copies.cpp) ---------------------------------------------------------
  bool of_one_life(const node_mail& mail);
  std::uint64_t copy_silence_ms() const;
  void on(const std::string& from, storage_in_use& m);

  // -- the end (stopping.cpp) ---------------------------------------------------------------------
  void continue_stop();
  bool still_needed();
  bool hand_over_to(const std::vector<node_id>& successors);
  std::vector<node_id> successors(bool only_with_room) const;
  void depart();
  void on(const std::string& from, goodbye& m);
  std::vector<node_id> gone_nodes();
  bool gone(const storage_id& whose, const boot_number& boot) const;
  void back_again(const storage_id& whose, const boot_number& boot);

  // -- an operator's handover (transferring.cpp) --------------------------------------------------
  result<node_id> successor(node_id wanted) const;
  void settle_transfer();

  // -- a disk that is almost full (crowding.cpp) --------------------------------------------------
  error lack_of_room() const;
  void tell_core_of_room();
  void make_way();

  // -- mail (mail.cpp) ----------------------------------------------------------------------------
  void on(const std::string& from, raft::envelope& m);
  bool is_lost(node_id id) const;
  void heard_leader(const raft::envelope& m);
  void on(const std::string& from, membership::register_request& m);
  void on(const std::string& from, membership::register_reply& m);
  void on(const std::string& from, membership::join_request& m);
  void on(const std::string& from, membership::join_reply& m);
  void on(const std::string& from, discover_request& m);
  void on(const std::string& from, discover_reply& m);
  void learn(const membership::join_reply& m);
  std::uint64_t heartbeat_ms() const;
  void send(const std::string& to, node_message message);
  void send_raft(raft::envelope m);
  std::string address_of(node_id id) const;
  error not_leader() const;

  // -- outside of consensus (outside.cpp) ---------------------------------------------------------
  void ask_for_turn();
  bool lost_touch() const;
  bool has_news() const;
  membership::node_news news() const;
  bool outdated(const membership::join_reply& confirmed) const;
  void retire(const membership::join_reply& confirmed);

  // -- what the core has ready (pump.cpp) ---------------------------------------------------------
  void pump();
  void handle(raft::ready& r);
  void install(const raft::snapshot& image);
  void apply(const raft::entry& e);
  void applied_change(const machine::config_changed& change);
  void answer_reads();
  void follow_leadership();
  void leave_joint();
  result<raft::log_position> propose_change(membership::delta change);
  void take_snapshot();
  void continue_snapshot();
  void observe();
  void announce();
  std::uint64_t log_time_ms() const;

  // -- callers (callers.cpp) ----------------------------------------------------------------------
  void propose(request_token token, shared_bytes command);
  void read(request_token token, kv::read_request what);
  std::uint64_t lease_until_ms() const;
  void answer(request_token token, reply_body body);
  void fail(const confirmed_read& what, error why);
  void fail_callers(errc writes, errc reads);
  void fail_confirmed();
  void serve(const confirmed_read& what);

  // -- from the controller (callers.cpp) ----------------------------------------------------------
  void obey(const membership::propose_change& x);
  void obey(const membership::hand_over& x);
  void obey(const membership::intent_answered& x);
  void obey(const membership::question_answered& x);
  void obey(const membership::registration_answered& x);
  void obey(const membership::refused& x);

  options options_;
  base::random rng_;
  std::uint64_t now_ms_;
  /// Time in which this node was awake, for its controller: while it stood still, or its clock
  /// leapt, the others weren't silent.
  std::uint64_t awake_ms_ = 0;
  storage::marker marker_;
  boot_number boot_;
  storage::floor floor_;
  storage::hard_state kept_state_;              ///< Term and vote of a node without a log.
  storage::write_sequence last_sequence_{};     ///< Of all writes of this life.
  storage::write_sequence identity_sequence_{}; ///< Nothing is said before this one is durable.
  storage::write_sequence durable_sequence_{};
  bool storage_busy_ = false; ///< By its newest word, it is writing a snapshot.
  rooms rooms_;
  std::uint64_t makes_way_ms_ = 0; ///< When it looks for a successor next, if it lacks room.
  std::uint32_t made_way_ = 0;     ///< How often it found one, since it lacks room.
  error halted_;

  lives lives_;
  joining joining_;
  membership::view view_;
  storage::write_sequence drop_sequence_{}; ///< Of the newest write that drops the log.

  std::optional<founding> founding_;
  std::unique_ptr<replica> replica_;
  std::map<node_id, std::string> addresses_; ///< Where messages of the core came from.
  quorate::term leader_term_heard_{};        ///< The newest of any leader's message, in this life,
  config_version leader_config_heard_{};     ///< and the newest config in those of that term.
  std::uint64_t leader_heard_ms_ = 0;

  bool leading_ = false; ///< The controller was told that this node leads.
  quorate::term leading_term_{};
  std::uint64_t leading_since_ms_ = 0;
  std::uint64_t leading_log_time_ms_ = 0;
  std::uint64_t observed_ms_ = 0;
  std::map<node_id, membership::outsider_seen> outsiders_heard_;
  std::map<node_id, std::uint64_t> outsider_spoke_ms_; ///< When each did last, since this node
                                                       ///< leads.
  std::uint64_t announced_ms_ = 0;
  node_id announced_to_{}; ///< Whose turn it was last.

  std::optional<driver_stop> stopping_;
  std::map<storage_id, boot_number> gone_; ///< Who said goodbye and isn't back: nodes of the
                                           ///< config.

  std::vector<request_token> joined_callers_; ///< Who wait until this node has joined.

  effects effects_;
  counters counters_;
};

} // namespace quorate::driver
